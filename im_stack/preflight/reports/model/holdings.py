"""Holdings of a stack for the data map: what is kept where, what flows between, and which copies and keys there are.

In: facts and the declared classes. Out: `Holdings`, in a fixed order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from im_stack.facts.declarations import Flow, Holding, Keyring
from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.model import Copy
from im_stack.policies.bounds.bound import is_unknown, sum_of
from im_stack.policies.bounds.ledger import Ledger
from im_stack.terms.stack.wire import CLIENTS


@dataclass(frozen=True, slots=True)
class Node:
    """A name that holds something, its stores and classes; or a store that declares nothing (`kind` undeclared)."""

    name: str
    stores: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    kind: str = "holding"


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """A copy that a store leaves, and for how long. `outside` is what of the store's holdings it is declared to hold
    nothing of, each with the reason."""

    store: str
    copy: Copy
    period: timedelta | None
    unknown: bool
    outside: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """A keyring: the store of its keys, and which holdings they seal."""

    place: str
    ring: Keyring
    seals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holdings:
    """All of one stack. `stores_of` maps the name of a holding to its stores, in words."""

    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    stores_of: dict[str, str]
    copies: tuple[StoredCopy, ...]
    rings: tuple[Ring, ...]


def holdings(facts: Facts, classes: Iterable[str]) -> Holdings:
    """The holdings that the facts of one stack show."""
    ledger = Ledger(facts, classes)
    every = sorted(facts.of(Holding), key=lambda h: (h.name, h.store))
    nodes = _nodes(facts, every, ledger)
    return Holdings(
        nodes=nodes,
        flows=tuple(sorted(facts.of(Flow), key=lambda f: (f.source != CLIENTS, f.source, f.target, f.sealed))),
        stores_of=_stores_of(facts, every),
        copies=tuple(_copies(facts, every, ledger)),
        rings=tuple(_rings(facts, every)),
    )


def _stores_of(facts: Facts, every: Iterable[Holding]) -> dict[str, str]:
    stores: dict[str, str] = {}
    for holding in every:
        stores[holding.name] = ", ".join(filter(None, (stores.get(holding.name), facts.name(holding.store))))
    return stores


def _nodes(facts: Facts, every: Iterable[Holding], ledger: Ledger) -> tuple[Node, ...]:
    stores: dict[str, list[str]] = {}
    classes: dict[str, list[str]] = {}
    for h in every:
        stores.setdefault(h.name, []).append(facts.name(h.store))
        sealed = " (sealed)" if ledger.holds_sealed(h) else ""
        classes.setdefault(h.name, []).append(f"{h.data_class}{sealed}")
    nodes = [Node(name, tuple(dict.fromkeys(of)), tuple(dict.fromkeys(classes[name]))) for name, of in stores.items()]
    undeclared = (
        Node(facts.name(urn), ("declares no holding",), ("judged as every class",), "undeclared")
        for urn in ledger.undeclared
    )
    return (*nodes, *undeclared)


def _copies(facts: Facts, every: Iterable[Holding], ledger: Ledger) -> Iterable[StoredCopy]:
    in_store: dict[str, list[Holding]] = {}
    for holding in every:
        in_store.setdefault(holding.store, []).append(holding)
    rings = {ring.store for ring in facts.of(Keyring)}
    for urn in sorted({*in_store, *ledger.undeclared, *rings}, key=facts.name):
        for copy in ledger.copies_of(urn):
            outside = [
                (f"{h.data_class} in {h.name}", why) for h in in_store.get(urn, []) if (why := h.outside.get(copy.kind))
            ]
            yield StoredCopy(facts.name(urn), copy, sum_of(copy.amounts), is_unknown(copy.amounts), tuple(outside))


def _rings(facts: Facts, every: Iterable[Holding]) -> Iterable[Ring]:
    for ring in sorted(facts.of(Keyring), key=lambda ring: (ring.name, ring.store)):
        sealed = dict.fromkeys(h.name for h in every if ring.name in h.seals)
        yield Ring(facts.name(ring.store), ring, tuple(sealed))
