"""Declared facts: the holdings, flows, keyrings, hops and waivers that a component's input `imDeclares` names.

In: a component resource and the graph of the stack. Out: facts; a declaration that cannot be read is `Unresolved`.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from im_stack.facts.declarations import Declared, Flow, Holding, HoldsNothing, Keyring, Sweep, Turnover, Waived
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import ABSENT, Fact, Resource, Unknown, Unresolved
from im_stack.facts.wire.walk import map_values, walk
from im_stack.terms.period import parse_period
from im_stack.terms.stack.wire import INPUT, Declares
from im_stack.terms.stack.wire import Keyring as WireKeyring
from im_stack.terms.stack.wire import Sweep as WireSweep


def read_declares(component: Resource, graph: Graph) -> Iterator[Fact]:
    """The holdings, flows, keyrings and declared hops of one component; nothing where it declares none.

    A store or function is named by its Pulumi name and must be inside the component; a name that matches
    none, or several, is `Unresolved`.
    """
    value = component.inputs.get(INPUT, ABSENT)
    if component.custom or value is ABSENT:
        return
    unknown = [part.path for part in walk(value) if isinstance(part, Unknown)]
    if unknown:
        yield Unresolved(component.urn, f"{unknown[0]} is not known before deployment", "declares")
        return
    try:
        declares = Declares.model_validate(map_values(value, _whole))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        yield Unresolved(component.urn, f"{INPUT}{where}: {first['msg']}", "declares")
        return
    named: dict[str, list[str]] = {}
    for resource in graph.below(component.urn):
        if resource.custom:
            named.setdefault(resource.name, []).append(resource.urn)

    def find(name: str, kind: str) -> str | Unresolved:
        if name.startswith("urn:"):
            urns = [name] if name in graph.by_urn and graph.by_urn[name].custom else []
        else:
            urns = named.get(name, [])
        if len(urns) == 1:
            return urns[0]
        state = "several resources" if urns else "no resource"
        where = "stack" if name.startswith("urn:") else "component"
        return Unresolved(component.urn, f"{kind} {name!r} names {state} of this {where}", "declares")

    def sweep(wire: WireSweep) -> Sweep | Unresolved:
        function = find(wire.function, "sweep function") if wire.function else None
        if isinstance(function, Unresolved):
            return function
        period, run, repair = (parse_period(text) for text in (wire.period, wire.run, wire.repair))
        return Sweep(wire.name, period, run, repair, wire.by, function)

    for holding in declares.holdings:
        store = find(holding.store, "store")
        swept = sweep(holding.sweep) if holding.sweep else None
        if isinstance(store, Unresolved) or isinstance(swept, Unresolved):
            yield from (part for part in (store, swept) if isinstance(part, Unresolved))
            continue
        yield Holding(
            name=holding.name,
            store=store,
            data_class=holding.data_class,
            clock=holding.clock,
            ttl=parse_period(holding.ttl) if holding.ttl else None,
            sweep=swept,
            seals=holding.seals,
            outside=holding.outside,
            component=component.urn,
            rests=holding.rests,
            customer=holding.customer,
        )
    for ring in declares.keyrings:
        store, swept = find(ring.store, "store"), sweep(ring.sweep) if ring.sweep else None
        if isinstance(store, Unresolved) or isinstance(swept, Unresolved):
            yield from (part for part in (store, swept) if isinstance(part, Unresolved))
            continue
        cache = parse_period(ring.cache)
        yield Keyring(ring.name, store, ring.seals_class, cache, component.urn, _turnover(ring, swept))
    for flow in declares.flows:
        yield Flow(flow.source, flow.target, flow.sealed, component.urn)
    for hop in declares.hops:
        subject = find(hop.resource, "resource")
        yield (
            subject
            if isinstance(subject, Unresolved)
            else Declared(subject, hop.what, hop.who, hop.must, component.urn)
        )
    for empty in declares.nothing:
        subject = find(empty.resource, "resource")
        yield (
            subject
            if isinstance(subject, Unresolved)
            else HoldsNothing(subject, empty.reason, component.urn, empty.published)
        )
    yield from (Waived(waiver, component.urn) for waiver in declares.waivers)


def _turnover(ring: WireKeyring, sweep: Sweep | None) -> Turnover | None:
    """How epochs' keys end. The wire format has all of it, or, for people's keys, nothing."""
    if not (ring.epoch and ring.life and sweep):
        return None
    return Turnover(parse_period(ring.epoch), parse_period(ring.life), sweep, ring.clock or "birth")


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
