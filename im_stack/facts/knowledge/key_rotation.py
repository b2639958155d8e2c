"""Key rotation: the keyring that a function is configured to rotate, read by the parser of the function itself.

In: a function's environment as the plan has it, its timers. Out: `KeyRotation` for each class of keys, and what the
function's instructions lack as a `Requirement`. The text that the function would refuse is refused here.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from im_stack.facts.knowledge.bundle import differences
from im_stack.facts.mechanism.requirements import Obstacle, requirement
from im_stack.facts.mechanism.view import View, as_number, member
from im_stack.facts.model import ABSENT, Evidence, Fact, Located, Unknown, Value
from im_stack.facts.runs import KeyRotation, Timer
from im_stack.purge.config import KEY_VARIABLE, VARIABLE, ConfigError, Keyring, parse_keyring, regional_endpoints

HANDLER: Final = "index.main_handler"
"""The entry point of the bundle (`components/bundle`)."""
_MEMORY: Final = 128
"""The size that both services have in which a run fits, in megabytes: with the clients of either cloud loaded it takes
77 MB (measured 2026-11-30 with Python 3.11)."""
_ANY_KEY: Final = "00000000-0000-0000-0000-000000000000"
"""Stands for the id of a key that is not known before deployment; it has the form of one."""


@dataclass(frozen=True)
class Instructions:
    """The configuration of a function: `keyring` is None where it would refuse to run, or nothing of it is known."""

    keyring: Keyring | None
    evidence: Evidence
    facts: tuple[Fact, ...]


def read_instructions(
    view: View,
    variables: Value,
    where: str,
    timers: Iterable[Timer],
    cloud: str,
    key_doubts: str,
    other_endpoints: frozenset[str] = frozenset(),
) -> Instructions | None:
    """The instructions of a function that rotates keys; None for any other function.

    `variables` is its environment, which the argument `where` sets, and `cloud` that of the function. `key_doubts` says
    why its master key is none of this stack. `other_endpoints` are further ones of the cloud's own key service.
    """
    text = member(variables, VARIABLE)
    if text is ABSENT:
        return None
    argument = f"{where}.{VARIABLE}"
    evidence = view.evidence(argument)
    given = member(variables, KEY_VARIABLE)
    obstacles = [Obstacle(why, evidence) for why in _beside(variables)]
    keyring, facts = None, list[Fact]()
    try:
        # No key at all is refused by the parser; one that is not known yet will have the form of one.
        id_ = _ANY_KEY if isinstance(given, Unknown) else given if isinstance(given, str) else None
        keyring = parse_keyring(text if isinstance(text, str) else "", id_)
    except ConfigError as error:
        certain = isinstance(text, str)
        why = f"the function refuses {argument}: {error}" if certain else f"{argument} cannot be read before deployment"
        obstacles.append(Obstacle(why, evidence, certain))
    if keyring:
        facts += (KeyRotation(view.urn, keyring.bucket, r.name, r.epoch, r.life, evidence) for r in keyring.rules)
        facts.append(Located(view.urn, keyring.region, "the keyring that it turns over", evidence, crosses=True))
        wrong = (*_foreign(keyring, cloud, other_endpoints), *_too_few(keyring, timers))
        obstacles += [Obstacle(why, evidence, certain=True) for why in wrong]
        if keyring.kms_key_id != id_:
            obstacles.append(
                Obstacle(f"it is configured with a master key besides {KEY_VARIABLE}, and that one counts", evidence)
            )
        if key_doubts:
            why = (
                f"{KEY_VARIABLE} is the id of no key of this stack ({key_doubts}), so what wraps the keys is not known"
            )
            obstacles.append(Obstacle(why, view.evidence(f"{where}.{KEY_VARIABLE}")))
    shown = f"the function's own parser takes {argument}"
    return Instructions(keyring, evidence, (*facts, *requirement(view.urn, "instructions", obstacles, shown, evidence)))


def _beside(variables: Value) -> Iterator[str]:
    """Variables besides those of the keyring: libraries are steered by some of them."""
    others = sorted(set(variables) - {VARIABLE, KEY_VARIABLE}) if isinstance(variables, Mapping) else []
    if others:
        yield f"it is configured with {', '.join(others)} besides, by which it may ask others or run other code"


def _foreign(keyring: Keyring, cloud: str, others: frozenset[str]) -> Iterator[str]:
    """Whom the function would ask for keys, or hand them to, besides the services of its region."""
    if keyring.cloud != cloud:
        yield "it is configured to rotate a keyring of another cloud"
        return  # equivalent(pass): what follows is wrong as well
    store, kms = regional_endpoints(cloud, keyring.region)
    if keyring.store_endpoint != store:
        yield "it is configured to keep its keys in another service than the region's own"
    if keyring.kms_endpoint not in {kms, *others}:
        yield "it is configured to have its keys made by another service than the region's own"


def _too_few(keyring: Keyring, timers: Iterable[Timer]) -> Iterator[str]:
    """A limit of deletions below the keys that come into being in one period of the slowest timer that runs."""
    longest = max((t.period for t in timers if t.enabled and t.period), default=timedelta(0))
    made = sum(-(-longest // rule.epoch) for rule in keyring.rules)
    if keyring.delete_limit < made:
        yield f"it may end {keyring.delete_limit} keys in a run, and {made} are made in that time"


def read_code(
    view: View, runtimes: frozenset[str], bundled: bool, elsewhere: Iterable[str], where: str, prefix: str = ""
) -> Iterator[Fact]:
    """What the plan shows of a function's code. `runtimes` are those that the bundle runs in; `bundled`: the function
    is made of a zip (in the argument `where`), whose name begins with `prefix`; `elsewhere` are arguments by which
    other code takes its place."""
    obstacles = []
    if view.get("handler") != HANDLER:
        why = f"its handler is not {HANDLER}, so it is another function"
        obstacles.append(Obstacle(why, view.evidence("handler"), isinstance(view.get("handler"), str)))
    if view.get("runtime") not in runtimes:
        why = f"its runtime is none that the bundle runs in ({', '.join(sorted(runtimes))})"
        obstacles.append(Obstacle(why, view.evidence("runtime"), isinstance(view.get("runtime"), str)))
    if not bundled:
        why = "its code is not a bundle that it is made with, so it is another function"
        obstacles.append(Obstacle(why, view.evidence(where)))
    for argument in elsewhere:
        if view.get(argument) not in (ABSENT, (), ""):
            why = f"its code is not shown to be the bundle alone: {argument} is set"
            obstacles.append(Obstacle(why, view.evidence(argument)))
    contents = view.get(where)
    if isinstance(contents, str) and not os.path.basename(contents).startswith(prefix):
        why = f"its code is no zip of the bundle as it is here ({prefix}…): another, or an older one"
        obstacles.append(Obstacle(why, view.evidence(where)))
    shown = f"a zip ({where}) with the handler {HANDLER}; what is in it no plan shows"
    if isinstance(contents, Mapping):
        shown = f"the files of the bundle ({where}), each as they are here"
        if others := differences(contents):
            known = not any(isinstance(contents.get(name), Unknown) for name in others)
            why = f"its code is not the bundle: {', '.join(others[:3])}{' …' if len(others) > 3 else ''} differ"
            obstacles.append(Obstacle(why, view.evidence(where), known))
    yield from requirement(view.urn, "code", obstacles, shown, view.evidence(where))


def read_concurrency(
    view: View, reserved: Iterable[tuple[int | float | None, Evidence]], memory: str, isolated: str = ""
) -> Iterator[Fact]:
    """Whether the function may run at all: none may, of which no more than none at a time are let run. `reserved` is
    every number that is set, None where it is not known; the argument `isolated` keeps timers from starting it. What
    `memory` sets is in megabytes; both services give 128 by default."""
    obstacles = [
        Obstacle("how many of it may run at a time is not known", evidence)
        if number is None
        else Obstacle("none of it may run at a time", evidence, certain=True)
        for number, evidence in reserved
        if not number
    ]
    size = view.get(memory)
    megabytes = as_number(size)
    if size is not ABSENT and (megabytes is None or megabytes < _MEMORY):
        why = f"a run needs {_MEMORY} MB of memory"
        obstacles.append(Obstacle(why, view.evidence(memory), megabytes is not None))
    if isolated and view.get(isolated) is not ABSENT:
        obstacles.append(Obstacle("its runs are set apart by tenant, and a timer names none", view.evidence(isolated)))
    yield from requirement(view.urn, "concurrency", obstacles, "no limit stops it", view.evidence())
