"""Bound of a data class: the paths by which a datum outlives its live copy, each a chain of hops with its sum.

A hop is an `Amount`: period, argument, grade and source. None is no bound; an unknown period is worse than any number,
and proves nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from im_stack.facts.declarations import Sweep
from im_stack.facts.model import Amount
from im_stack.terms.period import longest, total_of

NOTHING = timedelta(0)


def sum_of(hops: Iterable[Amount]) -> timedelta | None:
    """Sum of the hops; None where one of them has no bound."""
    return total_of(hop.period for hop in hops)


def is_endless(hops: Iterable[Amount]) -> bool:
    """Whether a hop certainly has no bound, whatever the others are."""
    return any(hop.period is None and not hop.unknown for hop in hops)


def is_unknown(hops: Sequence[Amount]) -> bool:
    """Whether the sum is unknown: a hop is, and none is certainly without bound."""
    return not is_endless(hops) and any(hop.unknown for hop in hops)


def rank_of(hops: Sequence[Amount]) -> tuple[bool, bool, timedelta]:
    """Order of chains, the worst last: a number, then an unknown sum, then no end at all."""
    # equivalent(operand): chains without a sum are told apart before their sums are compared
    return is_endless(hops), is_unknown(hops), sum_of(hops) or NOTHING


@dataclass(frozen=True, slots=True)
class Path:
    """One way a datum survives: where it is at the end, and the hops that lead there."""

    place: str
    what: str
    hops: tuple[Amount, ...]
    repair: timedelta | None = NOTHING  # added where a sweep on this path fails until it is repaired

    @property
    def total(self) -> timedelta | None:
        return sum_of(self.hops)

    @property
    def least(self) -> timedelta | None:
        """Sum of the hops when each is set to the least that its provider accepts."""
        return total_of(hop.least for hop in self.hops)

    @property
    def unknown(self) -> bool:
        return is_unknown(self.hops)

    @property
    def rank(self) -> tuple[bool, bool, timedelta, str, str]:
        return *rank_of(self.hops), self.place, self.what


@dataclass(frozen=True, slots=True)
class Member:
    """A holding as one class sees it, declared or, for an undeclared store, assumed."""

    name: str
    store: str
    clock: str
    ttl: timedelta | None
    sweep: Sweep | None
    seals: tuple[str, ...]
    outside: Mapping[str, str]
    declared: bool
    component: str = ""
    rests: str = ""  # durable or passing, where the declaration says so; else its service decides
    customer: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long one holding keeps what rests in it for certain: `period` None is for ever."""

    place: str
    holding: str
    store: str
    period: timedelta | None


@dataclass(frozen=True, slots=True)
class Bound:
    """The interval in which a datum of a class ends. `paths` is every path, worst first; `floors` is every holding in
    which it rests, the one that keeps it shortest first, and `earliest` what that one keeps. `since` names the events
    from which it counts; without one it counts from the birth or the last write of the datum."""

    data_class: str
    paths: tuple[Path, ...]
    earliest: timedelta | None
    floors: tuple[Kept, ...]
    since: str = field(default="", kw_only=True)

    @property
    def worst(self) -> Path:
        return self.paths[0]

    @property
    def latest(self) -> timedelta | None:
        return self.worst.total

    @property
    def unknown(self) -> bool:
        return self.worst.unknown

    @property
    def known(self) -> bool:
        return not self.unknown  # equivalent(not, return): read by reports alone: tests/golden

    @property
    def if_sweeps_fail(self) -> timedelta | None:
        """The latest end when a sweep fails until it is repaired."""
        return longest(*(total_of((path.total, path.repair)) for path in self.paths))


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention of one holding: how long its live copy stays, and how far back its longest copy reaches after that.

    `ages` says that its key ends by age, so that copies end with it: not so where only people's keys seal it.
    """

    place: str
    service: str
    holding: str
    data_class: str
    sealed: bool
    live: timedelta | None
    reach: timedelta | None
    ages: bool
