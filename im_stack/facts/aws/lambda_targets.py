"""Lambda targets: the function that an ARN, name or alias refers to, and whether it is the version in the plan."""

from dataclasses import dataclass

from im_stack.facts.aws.arns import is_arn, named_in
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.identities import known
from im_stack.facts.mechanism.view import as_items
from im_stack.facts.model import ABSENT, Resource, Unknown, Value

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
LATEST = "$LATEST"
_EITHER = frozenset({FUNCTION, ALIAS})


@dataclass(frozen=True)
class Call:
    """A function, and the qualifier by which it is invoked: `$LATEST`, or the name of an alias (not known: None).

    `current` is False or None where what runs is, or may be, an older state than the one in the plan.
    """

    function: Resource
    qualifier: str | None
    current: bool | None


def call_of(resource: Resource, argument: str, value: Value, graph: Graph) -> Call | NoLink:
    """What a text in `argument` calls: a function of this stack, or an alias of one."""
    found = named_in(resource, argument, value, _EITHER, graph)
    if isinstance(found, NoLink):
        return found
    if found.type == FUNCTION:
        return Call(found, LATEST, _whole(value, found))
    function = graph.link(found, "functionName", {FUNCTION})
    if isinstance(function, NoLink):
        return NoLink(f"the alias {found.name}: {function.why}")
    name = found.inputs.get("name")
    return Call(function, name if isinstance(name, str) else None, _newest(found, function))


def function_in(resource: Resource, argument: str, value: Value, graph: Graph) -> Resource | NoLink:
    """The function that a text in `argument` calls, in whatever state."""
    found = call_of(resource, argument, value, graph)
    return found if isinstance(found, NoLink) else found.function


def _whole(value: Value, function: Resource) -> bool | None:
    """An ARN may end with a version: the one that is made of what is in the plan is the function's own. One that is
    not known yet is taken for that."""
    if not is_arn(value) or not isinstance(value, str):
        return True
    return value in known(function) or value.count(":") == 6


def _newest(alias: Resource, function: Resource) -> bool | None:
    """Whether an alias stands for the state in the plan: for what is deployed, or the version that is made of it."""
    routing = as_items(alias.inputs.get("routingConfig", ABSENT))
    version = alias.inputs.get("functionVersion", ABSENT)
    made_of = function.urn in alias.links.get("functionVersion", ())
    # equivalent(operand): what is not known counts as something
    if isinstance(routing, Unknown) or routing or not (version == LATEST or made_of):
        return None
    return True
