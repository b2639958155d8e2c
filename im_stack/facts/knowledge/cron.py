"""Cron schedules by minute and hour, as every cloud writes them: the longest time between two runs (timedelta)."""

import re
from datetime import timedelta

_STEP = re.compile(r"\*/([1-9]\d?)")


def longest_gap(minute: str, hour: str) -> timedelta | None:
    """The longest time between two runs at these minutes and hours of every day; None for a form not read here.

    Read are: one minute of the hour, every minute, every N minutes, and the same of hours. A step that does not
    divide the hour or day starts anew there, so its longest gap is the step itself.
    """
    if hour == "*":
        return timedelta(hours=1) if at(minute, 60) else _every(minute, timedelta(minutes=1), 60)
    if not at(minute, 60):
        return None
    return timedelta(days=1) if at(hour, 24) else _every(hour, timedelta(hours=1), 24)


def at(field: str, end: int) -> bool:
    """Whether a field of a timer is one number below `end`."""
    return field.isdecimal() and field.isascii() and int(field) < end


def _every(field: str, unit: timedelta, end: int) -> timedelta | None:
    step = _STEP.fullmatch("*/1" if field == "*" else field)
    return int(step[1]) * unit if step and int(step[1]) < end else None
