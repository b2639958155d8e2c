"""Periods as ISO 8601 durations, in the legal texts and the declaration.

Inside the program a period is a `timedelta`. The length of a year or month depends on the calendar, so a text with
these units is read as `longest` for a minimum retention and as `shortest` for a maximum.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

Side = Literal["shortest", "longest"]

_PATTERN = re.compile(
    r"(?!.*\d{19})P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)
# Calendar spans: the longest and shortest run of days that n years or one month can cover.
_DAYS = {"shortest": (365, 28), "longest": (366, 31)}
_LONGEST = timedelta(days=366 * 100)


class PeriodError(ValueError):
    """A text that is no valid period; the message has a valid one."""


def _hint(text: object) -> str:
    """A correction for a bare number, which is most likely in days."""
    return f", P{text}D for {text} days" if str(text).isdecimal() else " such as P7D, PT1H or P1DT12H"


def parse_period(text: object, side: Side | None = None) -> timedelta:
    """Period of an ISO 8601 duration such as `P7D`, `PT1H` or `P1DT12H`.

    Years and months are accepted only with a `side`. Raises `PeriodError` for a bare number and for a negative, zero or
    unbounded period.
    """
    if not isinstance(text, str):
        raise PeriodError(f"{text!r} has no unit: write an ISO 8601 duration{_hint(text)}")
    match = _PATTERN.fullmatch(text)
    numbers = {unit: int(n) for unit, n in match.groupdict().items() if n} if match else {}
    if not numbers or text.endswith("T"):
        raise PeriodError(f"{text!r} is not a period: write an ISO 8601 duration{_hint(text)}")
    calendar = numbers.pop("years", 0), numbers.pop("months", 0)
    if any(calendar) and side is None:
        raise PeriodError(f"{text!r} counts in years or months, whose length varies: write days (PnD) instead")
    per_year, per_month = _DAYS[side or "shortest"]
    try:
        period = timedelta(days=calendar[0] * per_year + calendar[1] * per_month) + timedelta(**numbers)
    except OverflowError:
        period = timedelta.max
    if not timedelta(0) < period <= _LONGEST:
        raise PeriodError(f"{text!r} is not a period between one second and 100 years")
    return period


def _exact(text: object) -> str:
    parse_period(text)
    return str(text)


def _legal(text: object) -> str:
    parse_period(text, "shortest")
    return str(text)


Period = Annotated[str, BeforeValidator(_exact), Field(description="ISO 8601 duration, for example P7D or PT1H")]
LegalPeriod = Annotated[str, BeforeValidator(_legal)]
"""ISO 8601 text as an instrument counts (days, months, years); read with `parse_period(text, side)`."""


def format_period(period: timedelta | None) -> str:
    """The shortest ISO 8601 text of a period; `unbounded` for None. Inverse of `parse_period`."""
    if period is None:
        return "unbounded"
    sign, (days, *time) = _units(period)
    clock = "".join(f"{n}{unit}" for n, unit in zip(time, "HMS", strict=True) if n)
    return f"{sign}P{f'{days}D' if days or not clock else ''}{'T' + clock if clock else ''}"


def read_period(text: str) -> timedelta:
    """The period that `format_period` wrote: unlike one that is declared, it may be nothing, or below it.

    Raises `PeriodError` for what it cannot have written.
    """
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text)
    return timedelta(0) if rest == "P0D" else sign * parse_period(rest)


def spell_period(period: timedelta | None) -> str:
    """A period in a report: `30 d`, `6 d 22 h`, `15 min`; `unbounded` for None."""
    if period is None:
        return "unbounded"
    sign, numbers = _units(period)
    parts = [f"{n} {unit}" for n, unit in zip(numbers, ("d", "h", "min", "s"), strict=True) if n]
    return sign + (" ".join(parts) or "0 d")


def _units(period: timedelta) -> tuple[str, tuple[int, ...]]:
    """The sign of a period, and its days, hours, minutes and seconds."""
    sign, rest = ("-", -period) if period < timedelta(0) else ("", period)
    minutes, seconds = divmod(rest.seconds, 60)
    return sign, (rest.days, *divmod(minutes, 60), seconds)


def total_of(periods: Iterable[timedelta | None]) -> timedelta | None:
    """All together; None where one has no end, or the sum is longer than anything can be."""
    total = timedelta(0)
    for period in periods:
        if period is None or timedelta.max - total < period:
            return None
        total += period
    return total


def longest(*periods: timedelta | None) -> timedelta | None:
    """The longest of periods, zero where there is none; None where one has no end, or is not known."""
    return max((p for p in periods if p is not None), default=timedelta(0)) if None not in periods else None
