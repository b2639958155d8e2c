"""The function of a keyring, on every cloud: what it is told to end, and what of that would keep it from doing so."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from im_stack.facts.mechanism.view import View, member
from im_stack.facts.model import ABSENT, Fact, Located, Timer, Turnover, Unread, Value
from im_stack.terms.period import parse_period

KEYRING, KEY, HANDLER = "IM_KEYRING", "IM_KEYRING_KEY", "index.main_handler"
"""The variables by which the function is told, and its entry (`im_stack.purge.config`, `components/bundle`)."""
_TOLD = ("bucket", "region", "classes", "ahead", "delete_limit")


@dataclass(frozen=True)
class Told:
    """What a function is told of a keyring in `bucket`; `region` is empty where it is told none."""

    bucket: str
    region: str
    text: Mapping[str, Any]


Keeps = Callable[[Told], Iterable[str]]
"""What of a cloud's own keeps a function from what it is told, each in words."""


def read_turnovers(view: View, variables: Value, where: str, timers: Iterable[Timer], keeps: Keeps) -> Iterator[Fact]:
    """What a function is told of a keyring, and everything that would keep it from doing so; nothing for others.

    `variables` is its environment, which the argument `where` sets.
    """
    text = member(variables, KEYRING)
    if text is ABSENT:
        return
    argument = f"{where}.{KEYRING}"
    evidence = view.evidence(argument)
    try:
        told = json.loads(text if isinstance(text, str) else "")
        bucket = _name(told["bucket"])
        rules = {
            name: (parse_period(rule["epoch"]), parse_period(rule["life"])) for name, rule in told["classes"].items()
        }
        for name, (epoch, life) in rules.items():
            yield Turnover(view.urn, bucket, name, epoch, life, evidence)
    except (ValueError, TypeError, KeyError, AttributeError):
        yield Unread(view.urn, f"{argument} cannot be read before deployment", "inputs")
        return
    region = told.get("region")
    if isinstance(region, str):
        yield Located(view.urn, region, "the keyring that it turns over", evidence, crosses=True)
    periods = [timer.period for timer in timers if timer.enabled and timer.period]
    made = sum(-(-max(periods, default=timedelta(0)) // epoch) for epoch, _ in rules.values())
    known = Told(bucket, region if isinstance(region, str) else "", told)
    for why in (*_untold(told, variables, made), *keeps(known)):
        yield Unread(view.urn, why, "inputs")


def _name(value: object) -> str:
    """A bucket by its name: without one nothing is told, whatever bucket has a name that is not known."""
    if isinstance(value, str) and value:
        return value
    raise ValueError("no bucket is named")


def _untold(told: Mapping[str, Any], variables: Value, made: int) -> Iterator[str]:
    """What the function would stop at. `made` is how many keys one period of its timer brings."""
    missing = [key for key in _TOLD if key not in told]
    if missing:
        yield f"{KEYRING} does not say {', '.join(missing)}, so the function refuses to run"
    others = sorted(set(variables) - {KEYRING, KEY}) if isinstance(variables, Mapping) else []
    if others:
        yield f"it is told {', '.join(others)} besides, by which it may ask others or run other code"
    if member(variables, KEY) is ABSENT:
        yield f"{KEY} is not set, so the function has no master key"
    limit = told.get("delete_limit")
    if isinstance(limit, int) and limit < made:
        yield f"it may end {limit} keys in a run, and {made} are made in that time"


def another(handler: Value, bundled: bool) -> Iterator[str]:
    """What says that the code is not the project's. `bundled`: the function is made with a zip, and nothing else."""
    if handler != HANDLER:
        yield f"its handler is not {HANDLER}, so it is another function"
    if not bundled:
        yield "its code is not a bundle that it is made with, so it is another function"


def asks_others(told: Told, clouds: tuple[str | None, ...], endpoints: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Whom the function would ask for keys, or hand them to, besides the services of its region.

    `endpoints` are those that it may be told; `clouds` the words for its cloud.
    """
    if told.text.get("cloud") not in clouds:
        yield "it is told to turn over a keyring of another cloud"
    for name, allowed in endpoints.items():
        if told.text.get(name) not in (None, *allowed):
            what = "have its keys made by" if name == "kms_endpoint" else "keep its keys in"
            yield f"it is told to {what} another service than the region's own"
