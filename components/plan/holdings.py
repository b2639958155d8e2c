"""Holdings of a component's stores: the class in each, its live period, and what the component declares of it.

In: plans of classes and the store's longest copy. Out: `Declares` for the component, seconds to live for the contract,
and hops: what the proof relies on and no input of a resource shows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from im_stack.components.plan.budget import ClassPlan, application_sweep, live_ttl
from im_stack.terms.period import format_period
from im_stack.terms.stack.wire import CLIENTS, Clock, Declares, Flow, Holding, Hop, Sweep

_MOMENT, _RESTART = "PT1S", "PT5M"


@dataclass(frozen=True)
class Placed:
    """One holding inside a store.

    `of` is the class that rests here. `sources` are the holdings, or `clients`, that it comes from. `age` is the oldest
    a datum can be when it arrives, as its sources allow; zero for what comes from the clients. `wanted` is the longest
    live period that the application has a use for; None is the longest that the limits allow. `after` is how long
    holdings that are fed from here keep a datum, copies included, after its deletion here: it runs beside this store's
    own copies.
    """

    of: ClassPlan
    sources: tuple[str, ...] = (CLIENTS,)
    age: timedelta = timedelta(0)
    wanted: timedelta | None = None
    after: timedelta = timedelta(0)

    @property
    def clock(self) -> Clock:
        """What the store's own sweep counts from: the datum's birth, or its last write where the class counts so."""
        return "birth" if self.of.clock == "birth" else "last-write"

    def live(self, copies: timedelta, sweep: Sweep) -> timedelta:
        """The live period: what the class leaves, at most `wanted`."""
        left = live_ttl(replace(self.of, limit=self.of.limit - self.age), max(copies, self.after), sweep)
        return min(left, self.wanted) if self.wanted else left


@dataclass(frozen=True)
class Store:
    """A store with its holdings, `parts`, by their names.

    `name` is the store's resource, `service` its name in `im:classes`, `copies` the longest that a copy outlives the
    datum, `sweep` the deletion in a part of this name. Holdings count from the arrival of a datum where `by_arrival`,
    else from what the store's sweep can count from (`Placed.clock`).
    """

    name: str
    service: str
    copies: timedelta
    parts: Mapping[str, Placed]
    sweep: Callable[[str], Sweep]
    by_arrival: bool = False

    def declares(self, *hops: Hop) -> Declares:
        """What the store's component declares."""
        flows = (
            Flow(source=source, target=name, sealed=bool(part.of.seals))
            for name, part in self.parts.items()
            for source in part.sources
        )
        holdings = tuple(self._holding(name, part) for name, part in self.parts.items())
        return Declares(holdings=holdings, flows=tuple(flows), hops=hops)

    def ttl_seconds(self) -> dict[str, int]:
        """The live period of each part, in seconds."""
        return {
            name: int(part.live(self.copies, self.sweep(name)).total_seconds()) for name, part in self.parts.items()
        }

    def _holding(self, name: str, part: Placed) -> Holding:
        sweep = self.sweep(name)
        return Holding(
            name=name,
            store=self.name,
            data_class=part.of.data_class,
            clock="arrival" if self.by_arrival else part.clock,
            ttl=None if part.of.lives else format_period(part.live(self.copies, sweep)),
            sweep=None if part.of.lives else sweep,
            seals=part.of.seals,
            outside=part.of.outside_of(self.service),
        )


def arrivals(store: str, of: ClassPlan, source: str = CLIENTS, service: str = "") -> tuple[Holding, Flow]:
    """The holding of a store that is one class's alone and expires it by itself (bucket, topic, log), and its flow.

    `service` is the store's service in `im:classes`.
    """
    holding = Holding(
        name=store,
        store=store,
        data_class=of.data_class,
        clock="arrival",
        seals=of.seals,
        outside=of.outside_of(service),
    )
    return holding, Flow(source=source, target=store, sealed=bool(of.seals))


def objects(store: str, of: ClassPlan, source: str = CLIENTS) -> tuple[Holding, Flow]:
    """The holding of a bucket for one class, and its flow.

    Its lifecycle ends an object by the object's own age, unless each write of a record renews what it names (with an
    object's key, where it is sealed): then the application deletes the objects that no record names any more.
    """
    holding, flow = arrivals(store, of, source)
    if of.renewed:
        sweep = application_sweep(store)
        ttl = format_period(live_ttl(of, timedelta(0), sweep))
        holding = holding.model_copy(update={"clock": "last-write", "ttl": ttl, "sweep": sweep})
    return holding, flow


def declared(stores: Iterable[tuple[Holding, Flow]], hops: Iterable[Hop] = ()) -> Declares:
    """What the component of such stores declares."""
    pairs = tuple(stores)
    return Declares(
        holdings=tuple(holding for holding, _ in pairs), flows=tuple(flow for _, flow in pairs), hops=tuple(hops)
    )


def log_declares(
    of: ClassPlan, *stores: str, service: str = "", source: str = CLIENTS, hops: Iterable[Hop] = ()
) -> Declares:
    """What the component of `stores` of log lines declares. Lines are never sealed."""
    unsealed = replace(of, form=None)
    return declared((arrivals(store, unsealed, source, service=service) for store in stores), hops)


def tls_only(store: str) -> Hop:
    """What every client of a database must do where the service answers TLS and may answer without."""
    must = "connect by TLS only: no document says that the service refuses plaintext once TLS is on"
    return Hop(resource=store, what="plaintext-listener", who="every client", must=must)


def encrypted_tables(store: str) -> Hop:
    """What the application must do where the service encrypts only the tables that are created so."""
    must = "create every table with ENCRYPTION='Y': the service encrypts no others"
    return Hop(resource=store, what="encrypted-tables", who="the application", must=must)


def zones_by_number(resource: str, numbers: Sequence[int], verified: str) -> Hop:
    """What an operator must do about zones known by number: no input of a resource says where a number is."""
    zones = ", ".join(map(str, numbers))
    must = f"check with an account of the cloud (preflight zones) that the zones {zones} are in the region"
    if verified:
        must = f"keep the zones {zones} as found in the region ({verified})"
    return Hop(resource=resource, what="unverified-zone", who="the operator", must=must)


def encrypts(resource: str, who: str, must: str) -> Hop:
    """Who encrypts what the service does not encrypt at rest."""
    return Hop(resource=resource, what="application-encrypts", who=who, must=must)


def written_to_no_disk(data_class: str) -> str:
    """What whoever has a class in memory alone must do."""
    return f"write no {data_class} to a disk, nor let it be swapped, dumped or logged"


def in_memory(machines: Iterable[str], of: ClassPlan) -> Declares:
    """What the component of machines declares on which a class passes: how long it is in their memory at most, that no
    disk gets it, and that it comes from the clients."""
    names = tuple(machines)
    sweep = Sweep(name="buffers", period=_MOMENT, run=_MOMENT, repair=_RESTART, by="the program on the machines")
    ttl = format_period(of.limit / 2)
    must = written_to_no_disk(of.data_class)
    return Declares(
        holdings=tuple(
            Holding(name=name, store=name, data_class=of.data_class, clock="arrival", ttl=ttl, sweep=sweep)
            for name in names
        ),
        flows=tuple(Flow(source=CLIENTS, target=name) for name in names),
        hops=tuple(Hop(resource=n, what="kept-in-memory", who="the program on the machines", must=must) for n in names),
    )


def of_customers(stores: Mapping[str, str], data_class: str, hops: Iterable[Hop] = ()) -> Declares:
    """What the component of `stores` declares, each with the records of one customer, which have no age."""
    return Declares(
        holdings=tuple(
            Holding(name=store, store=store, data_class=data_class, clock="arrival", customer=customer)
            for store, customer in stores.items()
        ),
        flows=tuple(Flow(source=CLIENTS, target=store) for store in stores),
        hops=tuple(hops),
    )
