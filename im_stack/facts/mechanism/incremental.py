"""Facts of many stacks that differ in little: only what a change can reach is read again.

A resource is read in its stack, and the graph is all that a reader sees of the others. So the graph writes
down what each reading asked it, and a reading stands for as long as no answer to it can have changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from im_stack.facts.mechanism.collect import Facts, read_resource
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.model import Fact, Resource, Unknown, Value

_TREE = "<tree>"


class _Asked(dict[str, Resource]):
    """Resources by URN that note who was asked for."""

    def __init__(self, resources: Mapping[str, Resource], asked: set[str]) -> None:
        super().__init__(resources)
        self._asked = asked

    def _note(self, urn: object) -> None:
        self._asked.add(f"urn {urn}")

    def __getitem__(self, urn: str) -> Resource:
        self._note(urn)
        return super().__getitem__(urn)

    def get(self, urn: str, default: Any = None) -> Any:
        self._note(urn)
        return super().get(urn, default)

    def __contains__(self, urn: object) -> bool:
        self._note(urn)
        return super().__contains__(urn)


class _TracedGraph(Graph):
    """A graph that notes what it is asked: types, users of a resource, single resources, the tree."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.asked: set[str] = set()
        super().__init__(resources)
        self.by_urn = _Asked(self.by_urn, self.asked)

    def of_type(self, *types: str) -> list[Resource]:
        self.asked.update(types)
        return super().of_type(*types)

    def users(self, urn: str) -> list[Resource]:
        self.asked.add(f"users {urn}")
        return super().users(urn)

    def below(self, urn: str) -> Iterable[Resource]:
        self.asked.add(_TREE)
        return super().below(urn)

    def link(self, resource: Resource, argument: str, types: Iterable[str]) -> Resource | NoLink:
        return super().link(resource, argument, self._noted(resource, types))

    def link_within(self, resource: Resource, argument: str, value: Value, types: Iterable[str]) -> Resource | NoLink:
        return super().link_within(resource, argument, value, self._noted(resource, types))

    def members(
        self, resource: Resource, argument: str, values: Sequence[Value] | Unknown, types: Iterable[str]
    ) -> tuple[list[Resource], str]:
        return super().members(resource, argument, values, self._noted(resource, types))

    def named(self, text: str, types: Iterable[str]) -> list[Resource]:
        wanted = frozenset(types)
        self.asked |= wanted
        return super().named(text, wanted)

    def _noted(self, resource: Resource, types: Iterable[str]) -> frozenset[str]:
        wanted = frozenset(types)
        self.asked |= {resource.type, *wanted}
        return wanted

    def pointing_at(self, target: Resource, type_: str, argument: str) -> list[Resource]:
        self.asked |= {target.type, type_}
        return super().pointing_at(target, type_, argument)


@dataclass(frozen=True)
class _Reading:
    facts: tuple[Fact, ...]
    asked: frozenset[str]


class Readings:
    """The facts of one stack, and from them those of others that share most of its resources."""

    def __init__(self, resources: Iterable[Resource], home: str) -> None:
        self._home = home
        graph = _TracedGraph(resources)
        self._resources = dict(graph.by_urn.items())
        self._readings: dict[str, _Reading] = {}
        for urn, resource in self._resources.items():
            graph.asked.clear()
            facts = tuple(read_resource(resource, graph, home))
            self._readings[urn] = _Reading(facts, frozenset(graph.asked))

    def changed(self, resources: Iterable[Resource]) -> tuple[Facts, set[type]]:
        """The facts of a changed stack, exactly as `collect` gives them, and the kinds of which one is new or gone."""
        graph = Graph(resources)
        now = graph.by_urn
        touched = [r for urn, r in now.items() if self._resources.get(urn) is not r]
        gone = [r for urn, r in self._resources.items() if now.get(urn) is not r]
        reached: set[str] = set()
        for resource in (*touched, *gone):
            reached |= {resource.type, f"urn {resource.urn}"}
            reached |= {f"users {urn}" for urns in resource.links.values() for urn in urns}
        if {(r.urn, r.parent) for r in touched} != {(r.urn, r.parent) for r in gone}:
            reached.add(_TREE)
        facts: list[Fact] = []
        kinds = {type(fact) for r in gone if r.urn not in now for fact in self._readings[r.urn].facts}
        for urn, resource in now.items():
            before = self._readings.get(urn)
            if before is not None and self._resources[urn] is resource and not before.asked & reached:
                facts += before.facts
                continue
            read = tuple(read_resource(resource, graph, self._home))
            kinds |= _differing(before.facts if before else (), read)
            facts += read
        return Facts(facts, graph), kinds


def _differing(before: tuple[Fact, ...], now: tuple[Fact, ...]) -> set[type]:
    if before == now:
        return set()
    lost = [fact for fact in before if fact not in now]
    new = [fact for fact in now if fact not in before]
    return {type(fact) for fact in (*lost, *new)} or {type(fact) for fact in now}  # another order, or another number
