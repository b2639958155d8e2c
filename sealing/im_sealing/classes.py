"""Sealed class: a class of data, the form of its seal, and the grid of its epochs.

Times are whole seconds since 1970-01-01T00:00:00Z. An epoch is [start, start + length), named by its start.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import Final

MOST_ALIVE: Final = 400
"""The most epochs of a class that may be alive at once: one search reads a key and compares a token for each."""
SKEW: Final = 300
"""Seconds by which two clocks may differ."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_LAST = 253402300799  # the last second of the year 9999, where `datetime` ends


class Form(IntEnum):
    """What ends a record, beside its deletion. The number stands in its envelope."""

    BIRTH = 1
    """The epoch in which the record was born. An edit keeps it."""
    BIRTH_AND_SUBJECT = 2
    """The same, or the person's key, whichever ends first."""
    LAST_WRITE_AND_SUBJECT = 3
    """The epoch of the last write, or the person's key, whichever ends first."""
    SUBJECT = 4
    """The person's key alone, for what lives as long as an account."""

    @property
    def has_epoch(self) -> bool:
        """Whether an epoch's key ends the record."""
        return self is not Form.SUBJECT

    @property
    def has_subject(self) -> bool:
        """Whether a person's key ends the record."""
        return self is not Form.BIRTH


@dataclass(frozen=True)
class SealedClass:
    """`epoch` is the length of one, `life` the time from an epoch's end to the end of its key: those of the class's
    keyring; neither for `Form.SUBJECT`. Raises `ValueError`, also where more than 400 epochs would be alive.
    """

    name: str
    form: Form
    epoch: timedelta | None = None
    life: timedelta | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"class {self.name!r}: a name has letters a-z, digits and -, and starts with a letter")
        given = {"epoch": self.epoch, "life": self.life}
        for what, period in given.items():
            if self.form.has_epoch and period is None:
                raise ValueError(f"class {self.name}: {self.form.name} needs `{what}`, as its keyring has it")
            if not self.form.has_epoch and period is not None:
                raise ValueError(f"class {self.name}: {self.form.name} has no epochs, so no `{what}`")
            if period is not None and (period <= timedelta(0) or period.microseconds):
                raise ValueError(f"class {self.name}: `{what}` is whole seconds, at least one")
        if self.form.has_epoch and (alive := self.most_alive) > MOST_ALIVE:
            raise ValueError(
                f"class {self.name}: {alive} epochs would be alive, at most {MOST_ALIVE}: choose longer ones"
            )

    @cached_property
    def length(self) -> int:
        """Seconds of an epoch; 0 without epochs."""
        return int(self.epoch.total_seconds()) if self.epoch else 0

    @cached_property
    def until_end(self) -> int:
        """Seconds from an epoch's start to the end of its key."""
        return self.length + (int(self.life.total_seconds()) if self.life else 0)

    @property
    def most_alive(self) -> int:
        """The number of epochs, the current one included, whose keys can exist at one time."""
        return -(-self.until_end // self.length) if self.length else 0

    def alive(self, now: float) -> Iterator[int]:
        """Starts of the epochs whose keys can exist at `now` and have begun, the newest first."""
        start = int(now) // self.length * self.length
        while start + self.until_end > now:
            yield start
            start -= self.length


def key_name(name: str, start: int) -> str:
    """The object that holds an epoch's key, as the keyring's function names it."""
    return f"epochs/{name}/{stamp(start)}"


def stamp(start: int) -> str:
    """An epoch's start in ISO 8601 basic form."""
    return date(start).strftime("%Y%m%dT%H%M%SZ")


@lru_cache(maxsize=MOST_ALIVE)
def date(start: int) -> datetime:
    """An epoch's start, aware, UTC: what a TTL index or a partition of the store is made on."""
    return datetime.fromtimestamp(start, UTC)


def within_calendar(start: int) -> bool:
    """Whether `datetime` can hold the start."""
    return 0 <= start <= _LAST
