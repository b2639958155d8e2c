"""Proof of a sweep: whether the function that it names is shown to run, item by item.

In: facts. Out: for each item of `ITEMS` what the plan shows of it. A sweep counts where every item is proven; a fact
that is missing, or not known before deployment, proves nothing. What lies outside the stack (policies of the
organization, networks of others) is one declared hop (`im_stack.policies.judge`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from im_stack.facts.declarations import Keyring, Sweep
from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.mechanism.view import any_of
from im_stack.facts.model import Evidence, Store
from im_stack.facts.runs import KeyRotation, Requirement, Timer
from im_stack.terms.period import spell_period

ITEMS: Final[Mapping[str, str]] = {
    "code": "the bundle of this project, in a runtime that it runs in, and no other code",
    "instructions": "a configuration that the function's own parser takes",
    "timer": "a timer that is on, often enough, and starts this function",
    "concurrency": "at least one run at a time",
    "events": "a bound on how late a run may end: how long its event may wait and be retried, and its time limit",
    "rights": "everything that it does is allowed to its role, and refused by nothing",
    "network": "a way to the object store and to the key service",
}
"""What a function needs for a sweep, in the order of reports."""
MEASURED: Final = frozenset({"timer", "events"})
"""The items that the ledger adds up as periods."""
_NOTHING: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a proof. `proven` False: the plan shows that it stops the sweep; None: nothing shows it."""

    item: str
    proven: bool | None
    found: str
    evidence: Evidence


def proof_of(facts: Facts, sweep: Sweep, ring: Keyring | None) -> list[Item]:
    """The items of a sweep by a function; none for a sweep that is only declared. `ring` is the keyring that it sweeps:
    no instructions for any other sweep are read, so nothing shows that a function does one."""
    return list(_items(facts, sweep, sweep.function, ring)) if sweep.function else []


def unproven(items: list[Item]) -> list[Item]:
    """The items that are not proven, those that stop the sweep first."""
    return sorted((item for item in items if not item.proven), key=lambda item: item.proven is None)


def _items(facts: Facts, sweep: Sweep, function: str, ring: Keyring | None) -> Iterator[Item]:
    timers = facts.by(Timer, "function").get(function, [])
    for name in ITEMS:
        if name == "timer":
            yield _timer(sweep, function, timers)
        elif name == "events":
            yield from map(_events, timers)
        else:
            found = [each for each in facts.by(Requirement, "function").get(function, []) if each.item == name]
            yield from (Item(name, each.met, each.found, each.evidence) for each in found)
            if not found:
                yield Item(name, None, "nothing in the plan shows it", Evidence(function))
            elif name == "instructions" and not _is_configured(facts, function, ring):
                yield Item(
                    name, None, f"nothing that is read configures it to do sweep {sweep.name}", Evidence(function)
                )


def _is_configured(facts: Facts, function: str, ring: Keyring | None) -> bool:
    """Whether a function is configured to end the keys of a ring."""
    buckets = {store.known_as for store in facts.by(Store, "subject").get(ring.store, [])} if ring else set()
    rotations = facts.by(KeyRotation, "function").get(function, [])
    return any(ring and each.seals_class == ring.seals_class and each.store in buckets for each in rotations)


def _timer(sweep: Sweep, function: str, timers: list[Timer]) -> Item:
    if not timers:
        return Item("timer", False, "it has no timer", Evidence(function, "timer"))
    alive = [is_alive(timer, sweep) for timer in timers]
    proven = any_of(*alive)
    best = timers[alive.index(proven)]
    runs = f"every {spell_period(best.period)}" if best.period else "at times that are not known"
    off = "" if best.enabled else ", and is off" if best.enabled is False else ", and is not known to be on"
    return Item("timer", proven, f"it runs {runs}{off}", best.evidence)


def _events(timer: Timer) -> Item:
    late = "not known" if timer.run is None else f"at most {spell_period(timer.run)}"
    return Item("events", None if timer.run is None else True, f"how late a run may end is {late}", timer.evidence)


def is_alive(timer: Timer, sweep: Sweep) -> bool | None:
    """Whether a timer runs a sweep as often and as long as it is declared."""
    if timer.enabled is False:
        return False
    if timer.enabled is None or timer.period is None:
        return None
    # equivalent(comparison): every function of both clouds has a limit, so no run is nothing
    stopped = timer.run is not None and _NOTHING < timer.run < sweep.run
    return timer.period <= sweep.period and not stopped
