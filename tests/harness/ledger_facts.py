"""Constructors of ledger facts with short signatures. Numbers are days unless they are a `timedelta`."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Literal

from im_stack.facts.declarations import Flow, Holding, Keyring, Sweep, Turnover
from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Amount, Copy, Evidence, Fact, Store
from im_stack.facts.runs import KeyRotation, Requirement, Timer
from im_stack.policies.bounds.bound import Bound
from im_stack.policies.bounds.ledger import Ledger

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
C = "component"
Clock = Literal["birth", "arrival", "last-write"]


def days(number: float | timedelta) -> timedelta:
    return number if isinstance(number, timedelta) else number * DAY


def amount(period: float | timedelta | None, label: str = "kept", unknown: bool = False, floor: float = 0) -> Amount:
    return Amount(
        None if period is None else days(period), label, Evidence("r", label), floor=days(floor), unknown=unknown
    )


ENDLESS = Amount(None, "for ever", Evidence("r", "endless"))
UNKNOWN = Amount(None, "not known", Evidence("r", "unknown"), unknown=True)


def store(name: str, *expiry: Amount, clock: Clock = "arrival", sooner: tuple[Amount, ...] = ()) -> Store:
    return Store(name, "test", expiry, clock, sooner=sooner)


def named(name: str) -> Store:
    """A store with the name `bucket`, which every turnover made here refers to."""
    return Store(name, "test", known_as="bucket")


def copy(of: str, kind: str, *amounts: Amount, default: bool = False, after: Literal["live", "write"] = "live") -> Copy:
    return Copy(of, kind, amounts or (ENDLESS,), default, after)


def sweep(period: float = 0, run: float = 0, repair: float = 0, function: str | None = None) -> Sweep:
    return Sweep("purge", days(period), days(run), days(repair), "the purge job", function)


def holding(
    name: str,
    ttl: float | None = None,
    *,
    of: str = "",
    data_class: str = "messages",
    clock: Clock = "birth",
    swept: Sweep | None = None,
    seals: Iterable[str] = (),
    outside: Mapping[str, str] | None = None,
) -> Holding:
    """A holding in the store of the same name; with a `ttl` and no sweep given, its sweep takes no time."""
    period = None if ttl is None else days(ttl)
    by = swept or (sweep() if ttl is not None else None)
    return Holding(name, of or name, data_class, clock, period, by, tuple(seals), outside or {}, C)


def flow(source: str, target: str, sealed: bool = False) -> Flow:
    return Flow(source, target, sealed, C)


def ring(
    name: str,
    life: float,
    *,
    epoch: float = 0,
    cache: float = 0,
    of: str = "",
    by: Sweep | None = None,
    clock: Literal["birth", "last-write"] = "birth",
) -> Keyring:
    turnover = Turnover(days(epoch), days(life), by or sweep(), clock)
    return Keyring(name, of or name, "messages", days(cache), C, turnover)


def people(name: str, *, of: str = "", cache: float = 0) -> Keyring:
    """A keyring of people's keys."""
    return Keyring(name, of or name, "messages", days(cache), C)


def timer(function: str, period: float | None, enabled: bool | None = True) -> Timer:
    return Timer(function, None if period is None else days(period), enabled, Evidence(function, "triggers"))


def shown(function: str) -> list[Fact]:
    """What a plan must show of a function besides its timers, and what it is told."""
    items = ("code", "instructions", "concurrency", "rights", "network")
    return [Requirement(function, item, True, "shown", Evidence(function)) for item in items]


def turnover(function: str, epoch: float, life: float, data_class: str = "messages") -> KeyRotation:
    return KeyRotation(function, "bucket", data_class, days(epoch), days(life), Evidence(function, "environment"))


def ledger(facts: Iterable[Fact], *classes: str) -> Ledger:
    return Ledger(Facts(facts, Graph(())), classes or ("messages",))


def bound(facts: Iterable[Fact], data_class: str = "messages", clock: str = "birth") -> Bound:
    found = ledger(facts).bound(data_class, clock)
    assert found is not None
    return found


def in_days(period: timedelta | None) -> Any:
    """A period as a number of days, None for no bound."""
    return None if period is None else period / DAY


HOURLY = sweep(period=0.5, run=0.25, repair=2)
FUNCTION = sweep(period=1, run=0.25, repair=2, function="fn")
TOPIC = [store("topic", amount(3), amount(0.5)), holding("topic", clock="arrival"), flow("clients", "topic")]
RING = [store("keys"), ring("keys", 10, epoch=1, cache=0.25, by=sweep(period=0.5, run=0.25, repair=3))]
SEALED = [*RING, store("db"), holding("db", 5, seals=["keys"]), flow("clients", "db", True)]
BY_FUNCTION = [
    named("keys"),
    ring("keys", 7, by=FUNCTION),
    turnover("fn", 0, 7),
    *shown("fn"),
    store("db"),
    holding("db", 99, seals=["keys"]),
    flow("clients", "db", True),
]
"""What ends with the keys that a function ends."""
