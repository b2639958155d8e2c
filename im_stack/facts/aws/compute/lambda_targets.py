"""Lambda targets: the function that an ARN, name or alias refers to, and whether it is the version in the plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from im_stack.facts.aws.arns import named
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.identities import known
from im_stack.facts.mechanism.view import as_items, member
from im_stack.facts.model import ABSENT, Resource, Unknown, Value

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
LATEST = "$LATEST"
_INVOCABLE = frozenset({FUNCTION, ALIAS})


@dataclass(frozen=True)
class Call:
    """A function, and the qualifier by which it is invoked: `$LATEST`, or the name of an alias (not known: None).

    `current` is False or None where what runs is, or may be, an older state than the one in the plan.
    """

    function: Resource
    qualifier: str | None
    current: bool | None


class Target(NamedTuple):
    """What is invoked, None where it is not known to be of this stack, and why that is not known."""

    call: Call | None
    doubts: str


def call_of(resource: Resource, argument: str, value: Value, graph: Graph) -> Target:
    """What a text in `argument` invokes: a function of this stack, or an alias of one."""
    found, doubts = named(resource, argument, value, _INVOCABLE, graph)
    if doubts:
        return Target(None, doubts)
    target = found[0]
    if target.type == FUNCTION:
        return Target(Call(target, LATEST, _is_current_arn(value, target)), "")
    functions, doubts = graph.links(target, "functionName", {FUNCTION})
    if doubts:
        return Target(None, f"the alias {target.name}: {doubts}")
    name, current = target.inputs.get("name"), _is_current_alias(target, functions[0])
    return Target(Call(functions[0], name if isinstance(name, str) else None, current), "")


def calls_of(
    function: Resource, graph: Graph, type_: str, argument: str, *path: str
) -> Iterator[tuple[Resource, Call]]:
    """Every resource of a type that invokes a function, as the text at `path` in an argument says."""
    for resource in graph.of_type(type_):
        value = reduce(member, path, resource.inputs.get(argument, ABSENT))
        call = call_of(resource, argument, value, graph).call
        if call and call.function.urn == function.urn:
            yield resource, call


def _is_current_arn(value: Value, function: Resource) -> bool | None:
    """Whether an ARN refers to the function as it is in the plan: without a version, or with one that is its own. A
    value that is not known yet is taken for that."""
    return not isinstance(value, str) or value in known(function) or value.count(":") == 6


def _is_current_alias(alias: Resource, function: Resource) -> bool | None:
    """Whether an alias stands for the state in the plan: for what is deployed, or the version that is made of it."""
    routing = as_items(alias.inputs.get("routingConfig", ABSENT))
    version = alias.inputs.get("functionVersion", ABSENT)
    made_of = function.urn in alias.links.get("functionVersion", ())
    # equivalent(operand): what is not known counts as something
    if isinstance(routing, Unknown) or routing or not (version == LATEST or made_of):
        return None
    return True
