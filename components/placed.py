"""One class placed in one part of a store (a collection, a keyspace), and what its component declares of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from im_stack.components.budget import ClassPlan, live_ttl
from im_stack.terms.period import format_period
from im_stack.terms.wire import CLIENTS, Clock, Declares, Flow, Holding, Hop, Sweep


@dataclass(frozen=True)
class Placed:
    """`of` is the class that rests here, `clear` the class of what stays in clear beside it where it is sealed.

    `sources` are the holdings, or `clients`, that it comes from. `age` is the oldest a datum can be when it arrives
    (what its sources allow); nothing for what comes straight from the clients. `wanted` is the longest live period
    the application has a use for; None takes all that the limits leave. `after` is how long what is fed from here
    keeps a datum, copies included, once it has left: it runs beside this store's own copies.
    """

    of: ClassPlan
    clear: ClassPlan | None = None
    sources: tuple[str, ...] = (CLIENTS,)
    age: timedelta = timedelta(0)
    wanted: timedelta | None = None
    after: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.of.seals and self.clear is None:
            raise ValueError(f"{self.of.data_class} is sealed: say which class stays in clear beside it")

    @property
    def clock(self) -> Clock:
        """What the store's own sweep counts from: the datum's birth, or its last write where the class counts so."""
        return "birth" if self.of.clock == "birth" else "last-write"

    @property
    def beside(self) -> ClassPlan | None:
        """What stays in clear, counted with all its copies: no seal covers it. Nothing beside an unsealed class."""
        return replace(self.clear, keyring=None) if self.clear and self.of.seals else None

    def live(self, copies: timedelta, sweep: Sweep) -> timedelta:
        """The live period: what every class in here leaves, at most `wanted`."""
        plans = [self.of, *([self.beside] if self.beside else [])]
        room = max(copies, self.after)
        left = [live_ttl(replace(plan, limit=plan.limit - self.age), room, sweep) for plan in plans]
        return min([*left, self.wanted] if self.wanted else left)


@dataclass(frozen=True)
class Place:
    """The store that holds them: its resource name, its service (as `im:classes` says it), its longest copy."""

    store: str
    service: str
    copies: timedelta

    def holding(self, name: str, part: Placed, clock: Clock, sweep: Sweep) -> Holding:
        """What the store holds under `name`, counted from `clock` and ended by `sweep`."""
        return Holding(
            name=name,
            store=self.store,
            data_class=part.of.data_class,
            clock=clock,
            ttl=format_period(part.live(self.copies, sweep)),
            sweep=sweep,
            seals=part.of.seals,
            clear=part.beside.data_class if part.beside else None,
            outside=part.of.outside_of(self.service),
            clear_outside=part.beside.outside_of(self.service) if part.beside else {},
        )


def flows(parts: Mapping[str, Placed]) -> tuple[Flow, ...]:
    """The flows into every part, sealed where its class is."""
    return tuple(
        Flow(source=source, target=name, sealed=bool(part.of.seals))
        for name, part in parts.items()
        for source in part.sources
    )


def tls_only(store: str) -> Hop:
    """What every client of a database must do where the service answers TLS and may answer without."""
    must = "connect by TLS only: no document says that the service refuses plaintext once TLS is on"
    return Hop(resource=store, what="plaintext-listener", who="every client", must=must)


def bucket_declares(store: str, of: ClassPlan, source: str, clear: str | None) -> Declares:
    """What a bucket of one class declares: objects expire from their arrival; `clear` stays in clear beside sealed
    ones."""
    holding = Holding(
        name=store,
        store=store,
        data_class=of.data_class,
        clock="arrival",
        seals=of.seals,
        clear=clear if of.seals else None,
    )
    return Declares(holdings=(holding,), flows=(Flow(source=source, target=store, sealed=bool(of.seals)),))
