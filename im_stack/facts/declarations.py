"""Declared facts: what only a component's declaration says of a stack; where data rests and flows, and how it is ended.

Frozen, without provider vocabulary. Durations are `timedelta`; None means without bound.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from im_stack.terms.stack.waiver import Waiver
from im_stack.terms.stack.wire import Rests


@dataclass(frozen=True, slots=True)
class Sweep:
    """A scheduled deletion as declared; `function` is the URN of what runs it, None when only declared."""

    name: str
    period: timedelta
    run: timedelta
    repair: timedelta
    by: str
    function: str | None


@dataclass(frozen=True, slots=True)
class Holding:
    """Where a class rests: a declared part of a store. `component` is who declared it."""

    name: str
    store: str
    data_class: str
    clock: Literal["birth", "arrival", "last-write"]
    ttl: timedelta | None
    sweep: Sweep | None
    seals: tuple[str, ...]
    outside: Mapping[str, str]
    component: str
    rests: Rests | None = None  # None: as its service does
    customer: str = ""  # the one customer whose records its store has, and no other's

    @property
    def archived(self) -> bool:
        """Whether a law keeps it here past its end."""
        return self.rests == "archived"


@dataclass(frozen=True, slots=True)
class HoldsNothing:
    """A declaration that a store holds none of any class; `published`: statistics that identify no one, which the
    public may read. `component` is who declared it."""

    store: str
    reason: str
    component: str
    published: bool = False


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver that the program declares beside the resource. `component` is who declared it."""

    waiver: Waiver
    component: str


@dataclass(frozen=True, slots=True)
class Flow:
    """An edge between holdings, by name; `source` may be `clients`."""

    source: str
    target: str
    sealed: bool
    component: str


@dataclass(frozen=True, slots=True)
class Turnover:
    """How the keys of epochs end: by `sweep`, `life` after an `epoch`, which is that of a datum's birth or of its last
    write."""

    epoch: timedelta
    life: timedelta
    sweep: Sweep
    clock: Literal["birth", "last-write"] = "birth"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The holding of wrapped seal keys. Epochs' keys end by age, in a `turnover`; people's keys, which have none, end
    by name alone, when a person is erased."""

    name: str
    store: str
    seals_class: str
    cache: timedelta
    component: str
    turnover: Turnover | None = None

    @property
    def kind(self) -> Literal["epochs", "people"]:
        return "epochs" if self.turnover else "people"

    @property
    def sweep(self) -> Sweep | None:
        return self.turnover.sweep if self.turnover else None


@dataclass(frozen=True, slots=True)
class Declared:
    """A hop that only a declaration covers."""

    subject: str
    what: str
    who: str
    must: str
    component: str
