"""ARNs (`arn:partition:service:region:account:resource`): which resource of the stack one refers to."""

from collections.abc import Iterable, Mapping

from im_stack.facts.aws.location import account_of, home_of, partition
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.identities import may_be
from im_stack.facts.model import Resource, Value


def named_in(resource: Resource, argument: str, value: Value, types: Iterable[str], graph: Graph) -> Resource | NoLink:
    """The resource of one of `types` that a text in `argument` refers to: by its id, its name, or its ARN.

    An ARN that follows from a name counts before the deployment only where the argument is made from what it names, and
    of no other account or region: the same name may be another account's.
    """
    found = graph.link_within(resource, argument, value, types)
    if isinstance(found, Resource) or not is_arn(value):
        return found
    linked = graph.linked(resource, argument, types)
    meant = [each for each in linked if may_be(str(value), each, _place(each, graph))]
    return meant[0] if len(meant) == 1 else NoLink(f"{argument} {value!r} is not made from a resource of this stack")


def is_arn(value: Value) -> bool:
    """Whether a value is a known ARN."""
    return isinstance(value, str) and value.startswith("arn:") and value.count(":") >= 5


def _place(resource: Resource, graph: Graph) -> Mapping[str, str | None]:
    home = home_of(resource, graph)
    return {
        "region": home,
        "account": account_of(resource, graph),
        "partition": None if home is None else partition(home),
    }
