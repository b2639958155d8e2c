"""How the keys of sealed classes turn over, on every cloud: how often, for how long, and what is declared of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from im_stack.components.budget import ClassPlan, backstop_days
from im_stack.terms.period import format_period, parse_period
from im_stack.terms.wire import Declares, Keyring, Sweep

SCHEDULE: Final = timedelta(hours=1)
RUN: Final = timedelta(minutes=5)
"""The time limit of one turnover, so the longest that one can take."""
AHEAD: Final = 24
"""Epochs that keys are made in advance: a day of failed runs must not stop messages from being sealed."""


@dataclass(frozen=True)
class Turn:
    """How the keys of one class turn over: one key per `epoch`, deleted `life` after the epoch's end."""

    epoch: timedelta
    life: timedelta


def turn(of: ClassPlan) -> Turn:
    """The turnover of a class, in a ring that leaves no copies. Raises ValueError as `longest_life` does."""
    return Turn(parse_period(of.sealing.epoch), longest_life(of, SCHEDULE, copies=timedelta(0)))


def longest_life(of: ClassPlan, schedule: timedelta, copies: timedelta) -> timedelta:
    """The longest life of a class's keys that leaves room for epoch, sweep, key caches and the ring's own `copies`.

    Raises ValueError where the limit leaves none.
    """
    epoch, cache = parse_period(of.sealing.epoch), parse_period(of.sealing.cache)
    life = of.limit - epoch - schedule - RUN - cache - copies
    if life <= timedelta(0):
        raise ValueError(f"{of.data_class}: no life is left for a key within {format_period(of.limit)}")
    return life


def rings(store: str, classes: Iterable[ClassPlan], turns: Mapping[str, Turn], sweep: Sweep) -> Declares:
    """What a keyring in `store` declares: one ring for each class, all turned over by `sweep`."""
    return Declares(
        keyrings=tuple(
            Keyring(
                name=of.ring,
                store=store,
                seals_class=of.data_class,
                epoch=of.sealing.epoch,
                life=format_period(turns[of.data_class].life),
                cache=of.sealing.cache,
                sweep=sweep,
            )
            for of in classes
        )
    )


def backstop(turns: Iterable[Turn]) -> int:
    """Days after which a bucket's own lifecycle ends a key, should the turnover be gone: never earlier than that."""
    return max(backstop_days(turn.life, turn.epoch, AHEAD) for turn in turns)


def sweep_by(purge: str, schedule: timedelta) -> Sweep:
    """The sweep that the component named `purge` runs, for the keyring that contains it."""
    return Sweep(
        name=f"{purge}-turnover",
        period=format_period(schedule),
        run=format_period(RUN),
        repair="P1D",
        by=f"the function {purge}",
        function=purge,
    )


def told_of(turns: Mapping[str, Turn]) -> dict[str, dict[str, str]]:
    """What the function is told of each class: how long an epoch is, and how long after it the key is deleted."""
    return {
        name: {"epoch": format_period(turn.epoch), "life": format_period(turn.life)} for name, turn in turns.items()
    }
