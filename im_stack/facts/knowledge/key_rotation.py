"""Key rotation: the keyring that a function is configured to rotate, and what keeps the function from rotating it.

In: a function's environment as the plan has it, its timers. Out: `KeyRotation` for each class of keys, `Unresolved` for
each obstacle, in words. The variables are those that `im_stack.purge.config` reads.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from im_stack.facts.mechanism.view import View, member
from im_stack.facts.model import ABSENT, Fact, KeyRotation, Located, Timer, Unresolved, Value
from im_stack.terms.period import parse_period

KEYRING, KEY, HANDLER = "IM_KEYRING", "IM_KEYRING_KEY", "index.main_handler"
"""The function's variables, and its entry point (`im_stack.purge.config`, `components/bundle`)."""
_REQUIRED = ("bucket", "region", "classes", "ahead", "delete_limit")


@dataclass(frozen=True)
class Configured:
    """The configuration of a function for a keyring in `bucket`; `region` is empty where it names none."""

    bucket: str
    region: str
    text: Mapping[str, Any]


Obstacles = Callable[[Configured], Iterable[str]]
"""What keeps a function from rotating its keyring on one cloud, in words."""


def read_key_rotation(
    view: View, variables: Value, where: str, timers: Iterable[Timer], obstacles: Obstacles
) -> Iterator[Fact]:
    """The keyring that a function is configured to rotate, and everything that keeps it from that; nothing for others.

    `variables` is its environment, which the argument `where` sets.
    """
    text = member(variables, KEYRING)
    if text is ABSENT:
        return
    argument = f"{where}.{KEYRING}"
    evidence = view.evidence(argument)
    try:
        configured = json.loads(text if isinstance(text, str) else "")
        bucket = _name(configured["bucket"])
        rules = {
            name: (parse_period(rule["epoch"]), parse_period(rule["life"]))
            for name, rule in configured["classes"].items()
        }
        for name, (epoch, life) in rules.items():
            yield KeyRotation(view.urn, bucket, name, epoch, life, evidence)
    except (ValueError, TypeError, KeyError, AttributeError):
        yield Unresolved(view.urn, f"{argument} cannot be read before deployment", "inputs")
        return
    region = configured.get("region")
    if isinstance(region, str):
        yield Located(view.urn, region, "the keyring that it turns over", evidence, crosses=True)
    periods = [timer.period for timer in timers if timer.enabled and timer.period]
    made = sum(-(-max(periods, default=timedelta(0)) // epoch) for epoch, _ in rules.values())
    known = Configured(bucket, region if isinstance(region, str) else "", configured)
    for why in (*_incomplete(configured, variables, made), *obstacles(known)):
        yield Unresolved(view.urn, why, "inputs")


def _name(value: object) -> str:
    """The name of a bucket; an empty or unknown one raises `ValueError`."""
    if isinstance(value, str) and value:
        return value
    raise ValueError("no bucket is named")


def _incomplete(configured: Mapping[str, Any], variables: Value, made: int) -> Iterator[str]:
    """What makes the function stop. `made`: how many keys come into being in one period of its timer."""
    missing = [key for key in _REQUIRED if key not in configured]
    if missing:
        yield f"{KEYRING} does not say {', '.join(missing)}, so the function refuses to run"
    others = sorted(set(variables) - {KEYRING, KEY}) if isinstance(variables, Mapping) else []
    if others:
        yield f"it is configured with {', '.join(others)} besides, by which it may ask others or run other code"
    if member(variables, KEY) is ABSENT:
        # equivalent(yield): what is not set is the id of no key of the stack either
        yield f"{KEY} is not set, so the function has no master key"
    limit = configured.get("delete_limit")
    if isinstance(limit, int) and limit < made:
        yield f"it may end {limit} keys in a run, and {made} are made in that time"


def foreign_code(handler: Value, bundled: bool) -> Iterator[str]:
    """What shows that the code is not this project's. `bundled`: the function is made of a zip, and nothing else."""
    if handler != HANDLER:
        yield f"its handler is not {HANDLER}, so it is another function"
    if not bundled:
        yield "its code is not a bundle that it is made with, so it is another function"


def foreign_services(
    configured: Configured, clouds: tuple[str | None, ...], endpoints: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Whom the function would ask for keys, or hand them to, besides the services of its region.

    `endpoints` are those that it may be configured with; `clouds` the words for its cloud.
    """
    if configured.text.get("cloud") not in clouds:
        yield "it is configured to rotate a keyring of another cloud"
    for name, allowed in endpoints.items():
        if configured.text.get(name) not in (None, *allowed):
            what = "have its keys made by" if name == "kms_endpoint" else "keep its keys in"
            yield f"it is configured to {what} another service than the region's own"
