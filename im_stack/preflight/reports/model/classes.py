"""Classes of a report: each declared class with its limit, its bound, and the holdings that have it.

In: a `Check`. Out: `DataClass`es in the order of their names. Periods are `timedelta`, None is no bound.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from im_stack.facts.mechanism.tables import RecoveryRow
from im_stack.policies.bounds.bound import Bound, Retention
from im_stack.policies.say import say_latest, say_period
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.model.readers import readers
from im_stack.terms.duties.binding import elements_of
from im_stack.terms.period import parse_period, spell_period
from im_stack.terms.stack.class_choice import ClassChoice
from im_stack.terms.texts.library import forms

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class ClassBound(Bound):
    """The bound of a class and its limit."""

    limit: timedelta

    @property
    def kept(self) -> bool:
        """Whether the last copy certainly ends within the limit."""
        return self.known and self.latest is not None and self.latest <= self.limit


@dataclass(frozen=True, slots=True)
class Stored(Retention):
    """Retention of one holding, and what its store recovers: both come from the same copies."""

    recovery: RecoveryRow | None

    @property
    def reaches(self) -> str:
        """How far its longest copy reaches after the live one, in words."""
        return "ends with its key" if self.ages else say_period(self.reach)


@dataclass(frozen=True, slots=True)
class DataClass:
    """A declared class. `period` is how long it is kept at most, stored or in passing; `bound` is None where nothing in
    the stack holds it. `readers` are asked for by the data map alone."""

    name: str
    choice: ClassChoice
    period: str | None
    clock: str
    erasure: str | None
    elements: tuple[str, ...]
    limit: timedelta | None
    bound: ClassBound | None
    stores: tuple[Stored, ...]
    readers: Callable[[], tuple[str, ...]]

    @property
    def form(self) -> str:
        """What ends a sealed record; empty for a class that is not sealed."""
        return self.choice.form or ""

    @property
    def seal(self) -> str:
        """What ends a sealed record, and what one costs, in words; empty for a class that no holding has sealed."""
        if not self.form or not any(store.sealed for store in self.stores):
            return ""
        row = forms()[self.form]
        cost = f"{row.bytes} bytes more each; to open the first, {row.keys} read from the keyrings"
        return f"{row.form}: a record ends {row.ends} ({cost}, {row.calls} unwrapped by the key service)"

    @property
    def until(self) -> str:
        """The events until which it is kept, each with the time after it; empty for a class that ends by age."""
        events = sorted(self.choice.until.items())
        return " or ".join(f"{event} + {spell_period(parse_period(after))}" for event, after in events)

    @property
    def ends(self) -> str:
        """When the last copy is gone, in words."""
        if not self.stores:
            return "nothing here holds it"
        return say_latest(self.bound) if self.bound else say_period(None, unknown=True)

    @property
    def most(self) -> str:
        """Its limit, in words."""
        return self.until or (say_period(self.limit) if self.limit else "none")

    @property
    def state(self) -> tuple[str, str]:
        """How it stands to its limit: the outcome, and in words."""
        if self.bound is None:
            return "none", "nothing here holds it"
        if self.bound.unknown:
            return "unproven", "latest end not known"
        if self.bound.latest is None:
            return "fail", "never ends"
        if not self.bound.kept:
            return "fail", "ends after its limit"
        if self.until:
            return "conditional", f"kept until {self.until}"
        late = self.bound.if_sweeps_fail
        if late is None or late > self.bound.limit:
            return "conditional", "ends within its limit, unless a sweep fails"
        return "pass", "ends within its limit"


def extended(row: type[_Row], base: Any, **more: object) -> _Row:
    """A row of the judgement with further fields."""
    return row(**{each.name: getattr(base, each.name) for each in fields(base)}, **more)


def classes_of(check: Check, bounds: Iterable[ClassBound], stores: Iterable[Stored]) -> Iterator[DataClass]:
    """Every declared class of a judged stack."""
    declaration = check.duties.declaration
    known, bound_of = check.duties.library.classes, {bound.data_class: bound for bound in bounds}
    for name, choice in sorted(declaration.classes.items()):
        bound = bound_of.get(name)
        yield DataClass(
            name=name,
            choice=choice,
            period=choice.transient.within if choice.transient else choice.period,
            clock=choice.clock or "birth",
            erasure=choice.erasure.within if choice.erasure else None,
            elements=elements_of(name, known),
            limit=bound.limit if bound else declaration.limit(name),
            bound=bound,
            stores=tuple(row for row in stores if row.data_class == name),
            readers=partial(readers, check.judgement.facts, name, declaration.sub_processors),
        )
