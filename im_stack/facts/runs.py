"""Facts about the runs of a function: its timer, its alarms, what it needs to run, and which keys it ends.

Frozen, without provider vocabulary. Durations are `timedelta`; None means without bound.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from im_stack.facts.model import Amount, Evidence, ReadFact


@dataclass(frozen=True, slots=True)
class Timer(ReadFact):
    """A scheduled run of a function. `enabled` None: the plan does not say. `run` is the longest it may take,
    nothing where no setting limits it, None where that is not known."""

    function: str
    period: timedelta | None
    enabled: bool | None
    evidence: Evidence
    run: timedelta | None = timedelta(0)


@dataclass(frozen=True, slots=True)
class Alarm(ReadFact):
    """An alarm about the runs of a function. It tells `recipients` after `delay` that one failed, that none came, or
    both. `works` None: the plan does not say; `why` it does not work, or may not, in words. `silence` is the longest
    time between two runs over which it is not raised, where it notices that none came."""

    function: str
    watches: frozenset[Literal["failure", "absence"]]
    recipients: frozenset[str]
    works: bool | None
    delay: tuple[Amount, ...]
    evidence: Evidence
    why: str = ""
    silence: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Requirement(ReadFact):
    """Something that a function needs for its sweep to run, and what the plan shows of it: `item` is its kind (a row of
    `im_stack.policies.bounds.sweeps`). `met` None: the plan does not say."""

    function: str
    item: Literal["code", "instructions", "concurrency", "rights", "network"]
    met: bool | None
    found: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class KeyRotation(ReadFact):
    """What a function is configured to do to a keyring: end the keys of a class `life` after their epoch."""

    function: str
    store: str  # name of the bucket, as the function knows it
    seals_class: str
    epoch: timedelta
    life: timedelta
    evidence: Evidence
