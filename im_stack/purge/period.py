"""ISO 8601 durations of fixed length, read strictly: weeks, days, hours, minutes, seconds.

Years and months are refused, because a key's end must be the same second wherever it is computed.
"""

import re
from datetime import timedelta

_SHAPE = re.compile(
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)
_LONGEST = timedelta(days=36500)


def parse_period(text: object) -> timedelta:
    """The period that `text` (`PT1H`, `P6D`, `P1DT12H`) names. Raises `ValueError` unless from 1 second to 36500
    days."""
    match = _SHAPE.fullmatch(text) if isinstance(text, str) and len(text) <= 40 else None
    if match is None:
        raise ValueError("not an ISO 8601 duration in weeks, days, hours, minutes or seconds, such as PT1H or P6D")
    numbers = {unit: int(digits) for unit, digits in match.groupdict().items() if digits is not None}
    try:
        period = timedelta(**numbers)
    except OverflowError:
        period = timedelta.max
    if not timedelta(0) < period <= _LONGEST:
        raise ValueError("a duration must be from one second to 36500 days")
    return period
