"""Turnover of a keyring: one key per class and epoch, created ahead and deleted when its life is over.

In: plans of the sealed classes. Out: epochs and lives as timedelta, the keyring's declaration, the configuration of the
deployed function. Raises `InputError` where a class's limit leaves no life for its keys.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from im_stack.components.plan.budget import ClassPlan, backstop_days
from im_stack.terms.period import format_period, parse_period, spell_period
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.wire import Declares, Keyring, Sweep

SCHEDULE: Final = timedelta(hours=1)
RUN: Final = timedelta(minutes=5)
"""The time limit of one turnover, so the longest that one can take."""
REPAIR: Final = "P1D"
"""What a stack without a recipient of alarms declares. Nothing bounds then when the repair begins."""
AHEAD: Final = 24
"""Epochs that keys are made in advance: a day of failed runs must not stop messages from being sealed."""


@dataclass(frozen=True)
class KeySchedule:
    """The turnover of one class: one key per `epoch`, deleted `life` after the epoch's end."""

    epoch: timedelta
    life: timedelta


@dataclass(frozen=True, kw_only=True)
class KeyRotation:
    """The function of one keyring, as it is on every cloud.

    `bucket` is the keyring's full name in the cloud. `logs` is the class that the function's log is declared to hold:
    its lines hold counts only, and the strictest reading costs nothing. Keys are made `ahead` epochs in advance; one
    run deletes `delete_limit` keys at most.
    """

    bucket: str
    classes: Mapping[str, KeySchedule]
    schedule: timedelta
    logs: ClassPlan
    ahead: int = AHEAD
    delete_limit: int = 200

    @property
    def shown(self) -> dict[str, str]:
        """The component's inputs."""
        return {"bucket": self.bucket, "schedule": format_period(self.schedule)}

    def config(self, region: str, **more: str) -> str:
        """The function's configuration, without the key's id: it is known, and judged, before the key is created."""
        classes = {
            name: {"epoch": format_period(turn.epoch), "life": format_period(turn.life)}
            for name, turn in self.classes.items()
        }
        limits = {"ahead": self.ahead, "delete_limit": self.delete_limit}
        return json.dumps(
            {"bucket": self.bucket, "region": region, "classes": classes, **limits, **more}, sort_keys=True
        )


def key_schedule(of: ClassPlan) -> KeySchedule:
    """The turnover of a class, in a keyring without copies. Raises `InputError` as `longest_life` does."""
    return KeySchedule(parse_period(of.sealing.epoch), longest_life(of, SCHEDULE, copies=timedelta(0)))


def longest_life(of: ClassPlan, schedule: timedelta, copies: timedelta) -> timedelta:
    """The longest life of a class's keys that leaves room for epoch, sweep, key caches and the keyring's own `copies`.

    Raises `InputError` where the limit leaves no time.
    """
    epoch, cache = parse_period(of.sealing.epoch), parse_period(of.sealing.cache)
    life = of.limit - epoch - schedule - RUN - cache - copies
    if life <= timedelta(0):
        least = spell_period(of.limit - life)
        right = f"more than {least}, or a shorter `sealing: {{epoch, cache}}`"
        what = f"no life is left for a key of {of.data_class} within {spell_period(of.limit)}"
        raise InputError(Problem(what, right, f"im:classes.{of.data_class}.period"))
    return life


def keyring_declares(
    store: str, classes: Iterable[ClassPlan], schedules: Mapping[str, KeySchedule], sweep: Sweep
) -> Declares:
    """What the component of a keyring in `store` declares: one keyring per class, each turned over by `sweep`. An epoch
    is that of what the class counts from."""
    return Declares(
        keyrings=tuple(
            Keyring(
                name=of.epochs,
                store=store,
                seals_class=of.data_class,
                epoch=of.sealing.epoch,
                life=format_period(schedules[of.data_class].life),
                clock="last-write" if of.form == "last-write-and-subject" else "birth",
                cache=of.sealing.cache,
                sweep=sweep,
            )
            for of in classes
        )
    )


def people_declare(store: str, classes: Iterable[ClassPlan]) -> Declares:
    """What the component of people's keys in `store` declares: one keyring per class, whose keys end by name alone."""
    return Declares(
        keyrings=tuple(
            Keyring(name=of.people, store=store, seals_class=of.data_class, kind="people", cache=of.sealing.cache)
            for of in classes
        )
    )


def backstop(schedules: Iterable[KeySchedule]) -> int:
    """Days after which the bucket's lifecycle deletes a key if the function does not: never before the function
    would."""
    return max(backstop_days(each.life, each.epoch, AHEAD) for each in schedules)


def turnover_sweep(purge: str, schedule: timedelta, repair: str = REPAIR) -> Sweep:
    """The sweep that the component named `purge` runs in its keyring. `repair` is how long after an alarm it runs
    again (ISO 8601)."""
    return Sweep(
        name=f"{purge}-turnover",
        period=format_period(schedule),
        run=format_period(RUN),
        repair=repair,
        by=f"the function {purge}",
        function=purge,
    )
