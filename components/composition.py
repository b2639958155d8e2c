"""Composition of a backend: the parts of a cloud's catalogue, made in order under one provider, and their contract.

A catalogue (`components/<cloud>/catalogue.py`) names the parts, in the order in which they are made, and the parts
that each one comes after. What the parts hold is the same on every cloud (`components/plan/layouts`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from im_stack.components.contract import Contract, EpochKeys, PeopleKeys, Ring
from im_stack.components.plan.budget import ClassPlan
from im_stack.components.plan.layouts.feature import PORT, Services
from im_stack.components.plan.layouts.layout import Layout, required_choices
from im_stack.components.plan.turnover import REPAIR, key_schedule
from im_stack.components.secrets import Secrets
from im_stack.components.service import Service, after
from im_stack.facts.model import ACCESS_LOGS
from im_stack.terms.duties.residents import residents_of
from im_stack.terms.duties.resolve import library_for
from im_stack.terms.period import format_period
from im_stack.terms.stack.declaration import Declaration, Network, Zones

FOUNDATION: Final = ("keys", "network")
GUARDS: Final = (*FOUNDATION, "secrets", "keyring", "people")
"""What ends the keys of sealed data, or lets an application in, exists as long as any store does."""


_OF_CUSTOMERS: Final = {"customer-keys": "keys", "customer-logs": "logs"}


@dataclass(frozen=True)
class Stack:
    """One stack while it is made: what its owner chose, and the parts made so far by their names."""

    name: str
    declaration: Declaration
    secrets: Secrets
    zones: Zones
    account: Network
    layout: Layout
    absent: frozenset[str]
    """Parts of the catalogue that it lacks."""
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str:
        return self.declaration.region

    @property
    def size(self) -> str:
        return self.declaration.size

    @property
    def access(self) -> ClassPlan:
        """The class of access logs. Only a declaration that chooses it has a part with one."""
        if self.layout.access is None:
            raise KeyError(ACCESS_LOGS)
        return self.layout.access

    @property
    def recipient(self) -> str:
        """Whom an alarm tells. Only a stack that names one has the part."""
        return self.declaration.alarm.recipient if self.declaration.alarm else ""

    @property
    def image(self) -> str:
        """The image of machines. Only a stack that names one has the part."""
        return self.declaration.machines.image if self.declaration.machines else ""

    @property
    def passwords(self) -> dict[str, pulumi.Input[str]]:
        """The passwords that the parts are made with, by name."""
        return {name: self.secrets(name) for name in self.layout.passwords}

    @property
    def repair(self) -> str:
        """How long after an alarm a failed sweep runs again (ISO 8601)."""
        return self.declaration.alarm.repair if self.declaration.alarm else REPAIR


@dataclass(frozen=True)
class Part:
    """One part. `make` returns its component, from the stack, the component's name and its options. The parts in
    `after` are created before it and deleted after it; without any, all that the catalogue has before it."""

    make: Callable[[Stack, str, pulumi.ResourceOptions], Service]
    after: tuple[str, ...] | None = GUARDS


@dataclass(frozen=True)
class Catalogue:
    """The parts of a backend on one cloud, by the endings of their names, in the order in which they are made.

    Every catalogue has the parts that a layout can use, the message queue as `services.stream` names it; `contract`
    lists the attributes that each has.
    """

    services: Services
    provider: Callable[[Stack, str], pulumi.ProviderResource]
    parts: Mapping[str, Part]


def compose(
    parent: Service, name: str, declaration: Declaration, secrets: Secrets, catalogue: Catalogue
) -> tuple[pulumi.ProviderResource, Contract]:
    """Make every part under `parent`, by one explicit provider pinned to the declared region: the provider, and what
    an application may rely on.

    Raises `InputError` for what the services need and the declaration does not choose.
    """
    services = catalogue.services
    layout = Layout(name, declaration, services)
    zones, account = required_choices(declaration, layout)
    stack = Stack(name, declaration, secrets, zones, account, layout, frozenset(catalogue.parts) - layout.used)
    provider = catalogue.provider(stack, f"{name}-{stack.region}")
    inside = parent.child(providers=[provider])
    for key, part in catalogue.parts.items():
        if key in layout.used:
            others = stack.made if part.after is None else part.after
            before = [stack.made[other] for other in others if other in stack.made]
            stack.made[key] = part.make(stack, f"{name}-{key}", after(inside, *before))
    return provider, contract(stack)


def rings(sealed: Iterable[ClassPlan], made: Mapping[str, Any]) -> dict[str, Ring]:
    """The keys of sealed classes, in the buckets of the keyrings that were made."""
    found = {}
    for of in sealed:
        epochs = people = None
        if of.epochs:
            life = format_period(key_schedule(of).life)
            epochs = EpochKeys(made["keyring"].bucket.bucket, f"epochs/{of.data_class}/", of.sealing.epoch, life)
        if of.people:
            people = PeopleKeys(made["people"].bucket.bucket, f"subjects/{of.data_class}/")
        found[of.data_class] = Ring(of.form, of.sealing.cache, epochs, people)
    return found


def contract(stack: Stack) -> Contract:
    """What an application may rely on, of the parts that were made."""
    made, layout = stack.made, stack.layout
    databases = {part: made[part] for part in ("mysql", "mongodb", "redis") if part in made}
    return Contract(
        domain=stack.account.domain,
        port=PORT,
        paths=layout.paths,
        network=made["network"].placement,
        edge=made["edge"].edge if "edge" in made else None,
        endpoints={part: database.endpoint for part, database in databases.items()},
        brokers=made[layout.services.stream].brokers if layout.topics else None,
        topics={key: key for key in layout.topics},
        buckets={part: made[part].bucket.bucket for part in (*layout.buckets, *layout.apart, *layout.archives)},
        rings=rings(layout.sealed, made),
        seconds_to_live={
            key: ttl for part in ("mongodb", "redis") if part in made for key, ttl in made[part].ttl_seconds.items()
        },
        periods={of.data_class: format_period(of.limit) for of in layout.classes if not of.lives},
        secrets=made["secrets"].names if "secrets" in made else {},
        customers={
            customer: {of: made[part].names[customer] for part, of in _OF_CUSTOMERS.items() if part in made}
            for customer in stack.declaration.customers
        },
        residents=residents_of(stack.declaration, library_for(stack.declaration)),
    )
