"""Which resource an argument points at: the one place where links are resolved.

The order is fixed: the property dependency filtered by the allowed target types, then an equal identity, then
nothing. A known text that depends on a resource must be one of its identities: it may be made from them, and name
another. What is ambiguous or matches nothing is not a link, and says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from im_stack.facts.mechanism.identities import known, may_be
from im_stack.facts.model import ABSENT, Resource, Unknown, Value


@dataclass(frozen=True, slots=True)
class NoLink:
    """Why an argument points at no resource of this stack."""

    why: str


class Graph:
    """The resources of one stack by URN, by type and by place in the component tree."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.by_urn: Mapping[str, Resource] = {r.urn: r for r in sorted(resources, key=lambda r: r.urn)}
        self._by_type: dict[str, list[Resource]] = {}
        self._children: dict[str, list[Resource]] = {}
        self._users: dict[str, list[Resource]] = {}
        self._identities: dict[str, dict[str, list[Resource]]] = {}
        self._pointing: dict[tuple[str, str, str], dict[str, list[Resource]]] = {}
        for resource in self.by_urn.values():
            self._by_type.setdefault(resource.type, []).append(resource)
            if resource.parent:
                self._children.setdefault(resource.parent, []).append(resource)
            for urn in {urn for urns in resource.links.values() for urn in urns}:
                self._users.setdefault(urn, []).append(resource)

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for type_ in types for resource in self._by_type.get(type_, [])]

    def users(self, urn: str) -> list[Resource]:
        """Every resource with an argument that is made from this one."""
        return self._users.get(urn, [])

    def named(self, text: str, types: Iterable[str]) -> list[Resource]:
        """The resources of some types that a known text names, in the order of their URNs. Indexed once."""
        found: dict[str, Resource] = {}
        for type_ in types:
            table = self._identities.get(type_)
            if table is None:
                table = self._identities[type_] = {}
                for resource in self.of_type(type_):
                    for identity in known(resource):
                        table.setdefault(identity, []).append(resource)
            found |= {resource.urn: resource for resource in table.get(text, ())}
        return [found[urn] for urn in sorted(found)]

    def linked(self, resource: Resource, argument: str, types: Iterable[str]) -> list[Resource]:
        """The resources of some types that an argument is made from."""
        wanted = frozenset(types)
        urns = dict.fromkeys(resource.links.get(argument, ()))
        return [self.by_urn[urn] for urn in urns if urn in self.by_urn and self.by_urn[urn].type in wanted]

    def below(self, urn: str) -> Iterable[Resource]:
        """Every resource inside a component, however deep."""
        seen, inside = {urn}, list(reversed(self._children.get(urn, [])))
        while inside:
            child = inside.pop()
            if child.urn not in seen:  # parents in a circle: the wire can say so, an engine cannot
                seen.add(child.urn)
                yield child
                inside += reversed(self._children.get(child.urn, []))

    def link(self, resource: Resource, argument: str, types: Iterable[str]) -> Resource | NoLink:
        """The resource of one of `types` that `argument` refers to."""
        wanted = frozenset(types)
        linked = self.linked(resource, argument, wanted)
        value = resource.inputs.get(argument, ABSENT)
        if value is ABSENT:
            return NoLink(f"{argument} is not set")
        if len(linked) > 1:
            names = ", ".join(sorted(r.name for r in linked))
            return NoLink(f"{argument} is built from several resources ({names}); which one it names is not provable")
        if linked and isinstance(value, str):
            others = [each for each in self.named(value, wanted) if each is not linked[0]]
            if others or not may_be(value, linked[0]):
                return NoLink(f"{argument} {value!r} is built from {linked[0].name}, and is not it")
        if linked:
            return linked[0]
        if not isinstance(value, str):
            state = "is not known before deployment" if isinstance(value, Unknown) else "is no name"
            return NoLink(f"{argument} {state} and depends on no resource it may name")
        same = self.named(value, wanted)
        if len(same) == 1:
            return same[0]
        if same:
            return NoLink(f"{argument} {value!r} is the name of several resources of this stack")
        return NoLink(f"{argument} {value!r} is no resource of this stack")

    def link_within(self, resource: Resource, argument: str, value: Value, types: Iterable[str]) -> Resource | NoLink:
        """The resource that a text inside a block of `argument` refers to.

        Dependencies are known of whole arguments only, so a text that is known counts by its name alone, and one that
        is not known by the one resource of `types` that the argument is built from.
        """
        wanted = frozenset(types)
        if isinstance(value, Unknown):
            linked = self.linked(resource, argument, wanted)
            if len(linked) == 1:
                return linked[0]
            state = "is built from several resources" if linked else "depends on no resource it may name"
            return NoLink(f"{value.path} is not known before deployment and {state}")
        if value is ABSENT:
            return NoLink(f"nothing is named in {argument}")
        named = Resource(resource.urn, resource.type, resource.name, {argument: value})
        return self.link(named, argument, wanted)

    def members(
        self, resource: Resource, argument: str, values: Sequence[Value] | Unknown, types: Iterable[str]
    ) -> tuple[list[Resource], str]:
        """The resources that the members of a list in `argument` refer to, and why it names something else too.

        Behind those that are not known there must be as many resources that no known one names; which of them stands
        where is not known.
        """
        if isinstance(values, Unknown):
            return [], f"{argument} is not known before deployment"
        wanted = frozenset(types)
        ends = [self.link_within(resource, argument, v, wanted) for v in values if not isinstance(v, Unknown)]
        found = [end for end in ends if isinstance(end, Resource)]
        behind = [each for each in self.linked(resource, argument, wanted) if each not in found]
        strange = [end.why for end in ends if isinstance(end, NoLink)]
        unknown = len(values) - len(ends)
        if unknown and unknown != len(behind):
            strange.append(f"{argument} names {unknown} not known before deployment, and depends on {len(behind)} such")
        return [*found, *behind] if unknown else found, "; ".join(strange)

    def pointing_at(self, target: Resource, type_: str, argument: str) -> list[Resource]:
        """Every resource of a type whose `argument` links to `target`."""
        table = self._pointing.get((target.type, type_, argument))
        if table is None:
            table = self._pointing[target.type, type_, argument] = {}
            for resource in self.of_type(type_):
                linked = self.link(resource, argument, {target.type})
                if not isinstance(linked, NoLink):
                    table.setdefault(linked.urn, []).append(resource)
        return table.get(target.urn, [])
