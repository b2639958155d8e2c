"""ARNs (`arn:partition:service:region:account:resource`): which resource of the stack one refers to."""

from collections.abc import Iterable
from functools import cache

from im_stack.facts.aws.location import account_of, home_of, partition
from im_stack.facts.mechanism.graph import Graph, Links, Place
from im_stack.facts.mechanism.tables import identities
from im_stack.facts.model import ABSENT, Resource, Value


def named(resource: Resource, argument: str, value: Value, types: Iterable[str], graph: Graph) -> Links:
    """The resource of one of `types` that a text in `argument` refers to: by its id, its name, or its ARN.

    An ARN that follows from a name counts before the deployment only where the argument is made from what it names, and
    of no other account or region: the same name may be another account's.
    """

    def place(each: Resource) -> Place:
        home = home_of(each, graph)
        part = None if home is None else partition(home)
        return {"region": home, "account": account_of(each, graph), "partition": part}

    is_arn = isinstance(value, str) and value.startswith("arn:")
    return graph.links(resource, argument, types, (value,), place=place if is_arn else None)


@cache
def types_of(service: str) -> frozenset[str]:
    """The types of resources whose ARN is one of a service."""
    arns = ((type_, forms.get("arn", "").split(":")) for type_, forms in identities("aws").items())
    return frozenset(type_ for type_, parts in arns if len(parts) > 2 and parts[2] == service)


def arn_of_role(role: Resource, graph: Graph) -> str:
    """The whole name of a role, as policies name it; empty where the plan does not say all of it."""
    path = role.inputs.get("path", ABSENT)
    parts = (
        home_of(role, graph),
        account_of(role, graph),
        "/" if path in (ABSENT, "") else path,
        role.inputs.get("name"),
    )
    region, account, way, name = (part if isinstance(part, str) else "" for part in parts)
    whole = bool(region and account and way and name)
    return f"arn:{partition(region)}:iam::{account}:role{way}{name}" if whole else ""
