"""Contract of the backend with its applications: endpoints, names and periods, exported as `contract`."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pulumi
from pydantic.alias_generators import to_camel

from im_stack.terms.duties.residents import Residents
from im_stack.terms.stack.class_choice import Form


@dataclass(frozen=True)
class Endpoint:
    """Host and port of a service, by TLS only, and the id of its instance, for accounts and times of maintenance."""

    host: pulumi.Input[str]
    port: pulumi.Input[int]
    id: pulumi.Input[str]


@dataclass(frozen=True)
class Placement:
    """The network of the application's machines, its subnets, and the security group in which they reach every service
    and the edge reaches them. All by id."""

    id: pulumi.Input[str]
    subnets: Sequence[pulumi.Input[str]]
    security_group: pulumi.Input[str]


@dataclass(frozen=True)
class Edge:
    """The load balancer of the clients, and its listeners by port. `targets` maps each of the contract's `paths` to the
    target group or rule with which the application registers its machines. All by id, or the cloud's equivalent."""

    id: pulumi.Input[str]
    listeners: dict[int, pulumi.Input[str]]
    targets: dict[str, pulumi.Input[str]]


@dataclass(frozen=True)
class EpochKeys:
    """Bucket and prefix of a class's keys by epoch: one for each `epoch`, which ends `life` after it. ISO 8601."""

    bucket: pulumi.Input[str]
    prefix: str
    epoch: str
    life: str


@dataclass(frozen=True)
class PeopleKeys:
    """Bucket and prefix of a class's keys by person, which the application creates and ends by name."""

    bucket: pulumi.Input[str]
    prefix: str


@dataclass(frozen=True)
class Ring:
    """Keys of a sealed class. `form` is what ends a record, and says which keys there are. An application drops an
    unwrapped key after `cache` (ISO 8601)."""

    form: Form | None
    cache: str
    epochs: EpochKeys | None
    people: PeopleKeys | None


@dataclass(frozen=True)
class Contract:
    """Endpoints, names, and the periods that an application must keep. What the stack has no part for is None or empty.

    `seconds_to_live` maps a collection or keyspace to the expiry every write to it sets; `periods` a class to
    its limit (ISO 8601), `secrets` a credential to the name under which the secrets manager has it, `customers` a
    customer to its `keys` (a secret) and `logs`, `residents` a text and a place to the ages, times to answer and
    notices that people there are owed.
    """

    domain: str
    port: int
    paths: dict[str, str]
    network: Placement
    edge: Edge | None
    endpoints: dict[str, Endpoint]
    brokers: pulumi.Input[Any] | None
    topics: dict[str, str]
    buckets: dict[str, pulumi.Input[str]]
    rings: dict[str, Ring]
    seconds_to_live: dict[str, int]
    periods: dict[str, str]
    secrets: dict[str, pulumi.Input[str]]
    customers: dict[str, dict[str, pulumi.Input[str]]]
    residents: dict[str, dict[str, Residents]]

    def export(self) -> dict[str, Any]:
        """The contract as values and outputs, with names in camel case."""
        exported: dict[str, Any] = _exported(self)
        return exported


def _exported(value: Any) -> Any:
    if is_dataclass(value):
        return {to_camel(each.name): _exported(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {str(key): _exported(inner) for key, inner in value.items()}
    return [_exported(inner) for inner in value] if isinstance(value, tuple) else value
