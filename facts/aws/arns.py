"""What a name with a region in it (`arn:partition:service:region:account:resource`) refers to, inside the stack."""

from collections.abc import Iterable

from facts.aws.place import account_of, home_of
from facts.graph import Graph, NoLink
from facts.model import Resource, Value


def named_in(
    resource: Resource, argument: str, value: Value, types: Iterable[str], graph: Graph, named_by: str = "name"
) -> Resource | NoLink:
    """The resource of one of `types` that a text in `argument` refers to: by its id, its name, or its ARN.

    An ARN that is known counts only where the argument is made from what it names, and of no other account or region:
    the same name may be another account's. One that is not known yet counts by what it is made from.
    """
    tails = _tails(value)
    if not tails:
        return graph.link_within(resource, argument, value, types, named_by)
    wanted = frozenset(types)
    linked = [graph.by_urn[urn] for urn in resource.links.get(argument, ()) if urn in graph.by_urn]
    called = {r.urn: r for r in linked if r.type in wanted and tails & {r.id, r.inputs.get(named_by)}}
    meant = {urn: r for urn, r in called.items() if _is_here(str(value), r, graph)}
    if len(meant) == 1:
        return next(iter(meant.values()))
    return NoLink(f"{argument} {value!r} is not made from a resource of this stack")


def _is_here(arn: str, resource: Resource, graph: Graph) -> bool:
    """Whether a known ARN is of the account and the region of a resource, as far as both say them."""
    region, account = arn.split(":", 5)[3:5]
    home, own = home_of(resource, graph), account_of(resource, graph)
    return (home is None or region in ("", home)) and (own is None or account in ("", own))


def _tails(value: Value) -> set[Value]:
    """What the resource in an ARN may be called: all of it, or what is behind its kind. Nothing for other texts."""
    parts = value.split(":", 5) if isinstance(value, str) else []
    if len(parts) != 6 or parts[0] != "arn":
        return set()
    whole = parts[5]
    return {value, whole, *whole.split("/", 1)[1:], whole.rsplit("/", 1)[-1], *whole.split(":")[1:2]}
