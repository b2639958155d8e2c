"""Bars of the data map: the interval in which a class of data ends, drawn in proportion to its own limit.

In: a `ClassBound`. Out: positions in percent of the width; the limit is at the same position in every bar.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from im_stack.preflight.reports.model.classes import ClassBound

LIMIT_AT: Final = 62.0
"""Where the limit stands, in percent of the width: beyond it there is room for what is over it."""
_END: Final = 97.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the bar, in percent of its width."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Parts of a bar: data certainly there, data that may be there within the limit, and after it.

    `failing` is where it ends if a sweep fails, where that is later; the edge where nothing bounds it. `on` says that
    it goes on beyond the picture, `unknown` that it is not known how far.
    """

    sure: Span
    maybe: Span
    over: Span
    failing: float | None
    on: bool
    unknown: bool


def bar(bound: ClassBound) -> Bar:
    """The bar of one class. What has no end, or none that is known, goes on to the edge."""
    latest, limit = None if bound.unknown else bound.latest, bound.limit
    start, end = _at(bound.earliest, limit), _at(latest, limit)
    end = max(start, end)
    failing = bound.if_sweeps_fail
    return Bar(
        sure=Span(0.0, start),
        maybe=Span(start, max(0.0, min(end, LIMIT_AT) - start)),
        over=Span(max(start, LIMIT_AT), max(0.0, end - max(start, LIMIT_AT))),
        failing=_at(failing, limit) if latest is not None and (failing is None or failing > latest) else None,
        on=end >= _END,
        unknown=bound.unknown,
    )


def _at(period: timedelta | None, limit: timedelta) -> float:
    """Position of a period's end, at most the edge."""
    return _END if period is None else round(min(_END, LIMIT_AT * (period / limit)), 2)
