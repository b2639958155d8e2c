"""Plan of one run: which keys to create and to delete, from the rules, a listing and a time.

An epoch of a class is [start, start + epoch), its starts counted from 1970-01-01T00:00:00Z. Its key is
the object `epochs/<class>/<start>`; it is due when `epoch + life` have passed since `start`, to the second.
Pure functions: they read no clock, bucket or environment.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from im_stack.purge.config import Keyring, Rule

UTC = timezone.utc  # noqa: UP017 - the deployed runtime is Python 3.10, which has no datetime.UTC
_ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"epochs/([a-z][a-z0-9-]*)/([0-9]{8}T[0-9]{6}Z)")


@dataclass(frozen=True)
class Key:
    """The key of one epoch of one class."""

    rule: Rule
    start: datetime

    @property
    def epoch(self) -> str:
        """The epoch's start in ISO 8601 basic form, UTC."""
        return self.start.strftime(_STAMP)

    @property
    def name(self) -> str:
        """The object that holds the key."""
        return f"epochs/{self.rule.name}/{self.epoch}"

    def age(self, now: datetime) -> timedelta:
        """Time since the epoch's start; negative for a future epoch."""
        return now - self.start

    def overdue(self, now: datetime) -> timedelta:
        """Time since the key became due; negative before. (A sum with `start` could leave the calendar.)"""
        return self.age(now) - (self.rule.epoch + self.rule.life)


@dataclass(frozen=True)
class Plan:
    """The work of one run. `known` are all keys of the listing; `behind` is the number of due keys beyond the limit."""

    create: tuple[Key, ...]
    delete: tuple[Key, ...]
    behind: int
    known: tuple[Key, ...]
    foreign: tuple[str, ...]


def epoch_at(rule: Rule, instant: datetime) -> Key:
    """The key under which a datum of this class is sealed at `instant`."""
    return Key(rule, _ORIGIN + (instant - _ORIGIN) // rule.epoch * rule.epoch)


def read_name(rules: Iterable[Rule], name: str) -> Key | None:
    """The key that an object's name stands for, or None if it stands for no key of these rules.

    A start that is no multiple of the class's epoch is None, too: the key is of another epoch length, so its end is
    unknown.
    """
    match = _NAME.fullmatch(name)
    rule = next((rule for rule in rules if match and rule.name == match[1]), None)
    if match is None or rule is None:
        return None
    try:
        key = epoch_at(rule, datetime.strptime(match[2], _STAMP).replace(tzinfo=UTC))
    except (ValueError, OverflowError):  # 30 February, or an epoch that begins before the calendar does
        return None
    return key if key.name == name else None


def plan(keyring: Keyring, listing: Iterable[str], now: datetime) -> Plan:
    """The plan at `now`. Raises `ValueError` for a time without a time zone.

    Deletes only keys that are due, longest overdue first, at most `delete_limit`. A name that cannot be
    read is foreign and never deleted. The order of the listing, and repetitions in it, do not matter.
    """
    if now.utcoffset() is None:
        raise ValueError("the clock needs a time zone")
    names = sorted(set(listing))
    read = {name: read_name(keyring.rules, name) for name in names}
    known = tuple(key for key in read.values() if key)
    due = [key for key in known if key.overdue(now) >= timedelta(0)]
    due.sort(key=lambda key: (-key.overdue(now), key.name))
    wanted = (
        Key(rule, epoch_at(rule, now).start + step * rule.epoch)
        for step in range(keyring.ahead + 1)  # the nearest epochs of every class first: they are needed first
        for rule in keyring.rules
    )
    return Plan(
        create=tuple(key for key in wanted if key.name not in read),
        delete=tuple(due[: keyring.delete_limit]),
        behind=len(due[keyring.delete_limit :]),
        known=known,
        foreign=tuple(name for name, key in read.items() if key is None),
    )
