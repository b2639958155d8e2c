"""Declarations about resources that a program makes by itself: what a store holds, that it holds nothing, or that a
rule is waived for it.

In: a resource, a class of the stack's declaration, periods as timedelta. Out: a component that carries the declaration
to the engine, where the policies read it. Nothing about the resource itself changes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pulumi
from pydantic import ValidationError

from im_stack.components.plan.holdings import encrypts, written_to_no_disk
from im_stack.terms.faults import words
from im_stack.terms.period import format_period
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.waiver import Waiver
from im_stack.terms.stack.wire import (
    CLIENTS,
    INPUT,
    VERSION,
    Clock,
    Declares,
    Flow,
    Holding,
    Hop,
    Nothing,
    Rests,
    Sweep,
)

_LATER = "urn:of:the:resource"


@contextmanager
def _in_words() -> Iterator[None]:
    """Faults of what is declared become an `InputError`, which names the field."""
    try:
        yield
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise InputError(*(Problem(*words(fault), key=".".join(map(str, fault["loc"]))) for fault in faults)) from None


@_in_words()
def holds(
    store: pulumi.Resource,
    data_class: str,
    *,
    name: str = "",
    clock: Clock = "arrival",
    ttl: timedelta | None = None,
    sweep: Sweep | None = None,
    sources: Sequence[str] = (CLIENTS,),
    seals: Sequence[str] = (),
    outside: Mapping[str, str] | None = None,
    rests: Rests | None = None,
    accesses_logged_by: str = "",
    in_memory: str = "",
    encrypted_by: str = "",
    customer: str = "",
) -> pulumi.ComponentResource:
    """Declare that `store` holds `data_class`, written by `sources`: the clients, or holdings by name.

    A store that deletes by itself needs no more. For any other, `ttl` is the live period and `sweep` what deletes
    after it. `seals` are the keyrings in whose keys the wraps of every record nest. `outside` names logs that hold
    none of the class, each with the reason. `rests` says whether it is kept here, only passed on, or archived, where
    that is not as the service has it. Declared hops: `accesses_logged_by` writes down when each record is read and
    changed, where the service does not, `in_memory` keeps it in the memory of a machine and off its disk, and
    `encrypted_by` encrypts it before it arrives, where the service does not. `customer` is the one whose records the
    store has, so that it is deleted with them. `name` is the holding's, the store's own unless given; a store that
    holds several classes has one for each.
    """
    called = name or _name(store)
    holding = Holding(
        name=called,
        store=_LATER,
        data_class=data_class,
        clock=clock,
        ttl=format_period(ttl) if ttl is not None else None,
        sweep=sweep,
        seals=tuple(seals),
        outside=dict(outside or {}),
        rests=rests,
        customer=customer,
    )
    flows = tuple(Flow(source=source, target=called, sealed=bool(seals)) for source in sources)
    must = "write down when each record was last read and changed, and show it on demand"
    logged = Hop(resource=_LATER, what="accesses-logged", who=accesses_logged_by, must=must)
    none = Hop(resource=_LATER, what="kept-in-memory", who=in_memory, must=written_to_no_disk(data_class))
    ciphertext = encrypts(_LATER, encrypted_by, f"encrypt {data_class} before it arrives")
    hops = tuple(hop for hop in (logged, none, ciphertext) if hop.who)
    declares = Declares(holdings=(holding,), flows=flows, hops=hops)
    return _declaration(f"{called}-holds", declares, {"holdings": "store", "hops": "resource"}, store)


@_in_words()
def holds_nothing(resource: pulumi.Resource, reason: str) -> pulumi.ComponentResource:
    """Declare that `resource`, which could hold data, holds none of any class, and why. A declared hop."""
    declares = Declares(nothing=(Nothing(resource=_LATER, reason=reason),))
    return _declaration(f"{_name(resource)}-holds-nothing", declares, {"nothing": "resource"}, resource)


@_in_words()
def publishes_statistics(resource: pulumi.Resource, reason: str) -> pulumi.ComponentResource:
    """Declare that `resource` holds statistics alone, which the public may read, and why they identify no one. It may
    be open to readers where an adopted text lets statistics be published. A declared hop."""
    declares = Declares(nothing=(Nothing(resource=_LATER, reason=reason, published=True),))
    return _declaration(f"{_name(resource)}-publishes", declares, {"nothing": "resource"}, resource)


@_in_words()
def waive(
    resource: pulumi.Resource | str,
    rule: str,
    *,
    reason: str,
    owner: str,
    evidence: str,
    expires: date | str,
    ground: str | None = None,
    law: str | None = None,
    start: date | str | None = None,
) -> pulumi.ComponentResource:
    """Declare an exception for one rule on `resource`, under the same terms as an entry of `im:waivers`.

    A text names what is no resource of its own (a class, `the stack`), or what is not made yet: what cannot be taken
    back is judged when it is made, so its waiver is declared before it. `ground`, `law` and `start` are for a rule that
    an adopted text demands in words. Raises `InputError` for a field that no waiver
    can have; whether it holds is judged with the stack.
    """
    named = resource if isinstance(resource, str) else f"{resource._type} {_literal(_name(resource))}"
    fields = {"rule": rule, "resource": named, "reason": reason, "owner": owner, "evidence": evidence}
    hold = {key: value for key, value in (("ground", ground), ("law", law), ("start", start)) if value is not None}
    waiver = Waiver.model_validate(fields | {"expires": expires} | hold)
    about = resource if isinstance(resource, str) else _name(resource)
    wire = Declares(waivers=(waiver,)).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return _component(f"{about}-{rule}-waived", wire | {"version": VERSION})


def _literal(name: str) -> str:
    """A name in which nothing is a wildcard."""
    return re.sub(r"[*?\[]", lambda wild: f"[{wild[0]}]", name)


def _declaration(
    name: str, declares: Declares, parts: Mapping[str, str], resource: pulumi.Resource
) -> pulumi.ComponentResource:
    """A component whose declaration names `resource` by its URN, which a preview knows. `parts` are those that name it,
    each with its key for that."""
    wire: dict[str, Any] = declares.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    wire |= {part: [row | {key: resource.urn} for row in wire[part]] for part, key in parts.items() if part in wire}
    return _component(name, wire | {"version": declares.version})


def _component(name: str, wire: dict[str, Any]) -> pulumi.ComponentResource:
    component = pulumi.ComponentResource("im:index:Declaration", name, {INPUT: wire})
    component.register_outputs({})
    return component


def _name(resource: pulumi.Resource) -> str:
    return resource._name
