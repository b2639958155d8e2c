"""Budget of a class's limit: the longest live period that leaves room for the copies a store keeps.

In: the declaration's choices and the providers' limits (`facts/<cloud>/limits.yaml`). Out: periods, and the sweeps that
components declare. The ledger derives the bound again from what reaches the engine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from im_stack.facts.mechanism.tables import limits
from im_stack.terms.period import format_period, parse_period
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.class_choice import ClassChoice, Form, Sealing
from im_stack.terms.stack.declaration import Declaration
from im_stack.terms.stack.wire import Sweep

DAY = timedelta(days=1)
MOST_ALIVE: Final = 400
"""The most epochs of a class that are alive at once: an application that searches backwards has a token for each."""
LEAST_LIVE: Final = timedelta(hours=1)
_EPOCHS: Final = tuple(timedelta(hours=hours) for hours in (1, 2, 3, 4, 6, 8, 12, 24))
"""Lengths of an epoch that the day is a multiple of; longer ones are whole days."""


@dataclass(frozen=True)
class ClassPlan:
    """What the declaration asks of one class. `form` is what ends its sealed records, None unless it is sealed.

    A class that is not `stored` is passed on within its limit. One that `lives` has no end by age: its limit is the
    time after the account's end."""

    data_class: str
    limit: timedelta
    clock: str
    form: Form | None
    sealing: Sealing
    outside: dict[str, str]
    stored: bool = True
    lives: bool = False

    @property
    def epochs(self) -> str:
        """The name of the keyring of its epochs' keys; none in the form `subject`, or unless it is sealed."""
        return f"{self.data_class}-epochs" if self.form not in (None, "subject") else ""

    @property
    def people(self) -> str:
        """The name of the keyring of its people's keys; none in the form `birth`, or unless it is sealed."""
        return f"{self.data_class}-people" if self.form not in (None, "birth") else ""

    @property
    def seals(self) -> tuple[str, ...]:
        """The keyrings in whose keys a record's wraps nest."""
        return tuple(filter(None, (self.epochs, self.people)))

    @property
    def ages(self) -> bool:
        """Whether the age of an object that is written once is that of the record which names it."""
        return not (self.renewed or self.lives)

    @property
    def renewed(self) -> bool:
        """Whether each write of a record starts the period anew, and with it that of the objects which it names."""
        return self.clock == "last-write"

    def outside_of(self, service: str) -> dict[str, str]:
        """The copies of a service that the declaration says hold none of this class."""
        return {copy: why for key, why in self.outside.items() for s, _, copy in [key.partition("/")] if s == service}


def plan(declaration: Declaration, data_class: str) -> ClassPlan:
    """The plan of a class. Raises KeyError for a class that the declaration does not choose."""
    choice: ClassChoice = declaration.classes[data_class]
    limit = choice.limit if choice.after_events is None else choice.after_events
    if limit is None:
        raise KeyError(data_class)
    form = choice.form
    sealing = _sealing(data_class, choice.sealing, limit) if form not in (None, "subject") else choice.sealing
    outside = dict(choice.outside)
    return ClassPlan(
        data_class, limit, choice.clock or "birth", form, sealing, outside, choice.store, bool(choice.until)
    )


def _sealing(data_class: str, chosen: Sealing, limit: timedelta) -> Sealing:
    """The choice, with the shortest epoch of which at most 400 are alive where it names none.

    Raises `InputError` where it names a shorter one.
    """
    least = limit / MOST_ALIVE
    shortest = next((each for each in _EPOCHS if each >= least), -(-least // DAY) * DAY)
    if "epoch" not in chosen.model_fields_set:
        return chosen.model_copy(update={"epoch": format_period(shortest)})
    if parse_period(chosen.epoch) < least:
        what = f"{chosen.epoch} within {format_period(limit)} makes more than {MOST_ALIVE} keys that are alive at once"
        right = f"{format_period(shortest)}, or no epoch at all"
        raise InputError(Problem(what, right, f"im:classes.{data_class}.sealing.epoch"))
    return chosen


def floor(cloud: str, limit: str) -> int:
    """The least value that the provider accepts for a limit, in its own unit. Raises LookupError where it has none."""
    row = limits(cloud)[limit]
    if row.least is None:
        raise LookupError(f"limit {limit} has no floor")
    return row.least // row.unit


def longest_copy(cloud: str, names: Iterable[str]) -> timedelta:
    """The longest of several copies kept at their floor, with its lag: they run in parallel, not in series."""
    table = limits(cloud)
    return max(((table[name].least or timedelta(0)) + table[name].lag for name in names), default=timedelta(0))


def live_ttl(of: ClassPlan, copies: timedelta, sweep: Sweep) -> timedelta:
    """The longest live period that leaves room for `copies` and one turn of the sweep.

    A class under epochs' keys need not leave room for copies: they end with their key. Where no room is left this is
    one hour, and the ledger names what does not fit.
    """
    return max(of.limit - longest_turn(sweep) - (timedelta(0) if of.epochs else copies), LEAST_LIVE)


def lifecycle_days(of: ClassPlan, cloud: str, name: str) -> int:
    """The longest whole-day lifecycle that, with its lag, ends within the limit; at least one day."""
    return max((of.limit - limits(cloud)[name].lag) // DAY, 1)


def store_expiry(cloud: str, name: str, limit: str, by: str) -> Sweep:
    """An expiry that the store runs once the application has set it up: declared, because no input shows it.

    `limit` names the row with the time between two runs (its floor) and the longest that one run takes (its lag).
    """
    row = limits(cloud)[limit]
    return Sweep(name=name, period=format_period(row.least), run=format_period(row.lag), repair="P1D", by=by)


def longest_turn(sweep: Sweep) -> timedelta:
    """The longest time from a datum's expiry to its deletion by a sweep that works: its period and one run."""
    return parse_period(sweep.period) + parse_period(sweep.run)


def application_sweep(name: str) -> Sweep:
    """A deletion that the application runs: declared, because no resource of the stack runs it."""
    return Sweep(name=name, period="PT1H", run="PT15M", repair="P1D", by="the application's purge job")


def backstop_days(life: timedelta, epoch: timedelta, ahead: int) -> int:
    """Days after which a bucket's lifecycle may delete a key object: never before its sweep would have deleted it.

    A key is made up to `ahead` epochs before its own; one day is added, because the lifecycle counts from then.
    """
    return -(-(epoch * (ahead + 1) + life) // DAY) + 1
