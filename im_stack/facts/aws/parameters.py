"""Parameter groups of RDS: what a database is told about its logs and its connections."""

from collections.abc import Mapping
from dataclasses import dataclass

from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import as_flag, as_items, member
from im_stack.facts.model import ABSENT, Evidence, Resource, Unknown, Value

_AT_ONCE = (ABSENT, "", "immediate")


@dataclass(frozen=True)
class Parameters:
    """What a group sets, by the name of the parameter: every value that is given for one. None is not known.

    `astray` is why no group was found where one is named.
    """

    given: Mapping[str, tuple[Value, ...]] | None
    evidence: Evidence
    astray: str = ""

    def values(self, name: str) -> tuple[Value, ...]:
        """Every value of a parameter: none where it has the engine's own."""
        return (Unknown(name),) if self.given is None else self.given.get(name, ())

    def flag(self, name: str) -> bool | None:
        """A switch, off unless told. Of several values the one that is not like the others makes it not known."""
        found = {None if isinstance(value, Unknown) else as_flag(value) for value in self.values(name)}
        return found.pop() if len(found) == 1 else None if found else False


def parameters_of(resource: Resource, argument: str, group_type: str, graph: Graph) -> Parameters:
    """The parameters that `argument` of a database gives it, by the name of a group; none is the engine's own group."""
    value, here = resource.inputs.get(argument, ABSENT), Evidence(resource.urn, argument)
    if value in (ABSENT, "") or (isinstance(value, str) and value.startswith("default.")):
        return Parameters({}, here)
    group = graph.link(resource, argument, {group_type})
    if isinstance(group, NoLink):
        return Parameters(None, here, group.why)
    rows = as_items(group.inputs.get("parameters", ABSENT))
    evidence = Evidence(group.urn, "parameters")
    if isinstance(rows, Unknown) or not all(isinstance(member(row, "name"), str) for row in rows):
        return Parameters(None, evidence)
    given: dict[str, tuple[Value, ...]] = {}
    for row in rows:
        name = str(member(row, "name"))
        given[name] = (*given.get(name, ()), _in_force(row))
    return Parameters(given, evidence)


def _in_force(row: Value) -> Value:
    """The value of one parameter; one that waits for a restart says nothing of what counts until then."""
    if member(row, "applyMethod") not in _AT_ONCE:
        return Unknown("applyMethod")
    value = member(row, "value")
    return Unknown("value") if value is ABSENT else value
