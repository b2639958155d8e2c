"""Which resource an argument points at: the one place where links are resolved.

The order is fixed: the property dependency filtered by the allowed target types, then an equal known
id or name, then nothing. What is ambiguous or matches nothing is not a link, and says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from facts.model import ABSENT, Resource, Unknown, Value

_ID = "<id>"


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
        self._named: dict[tuple[str, str], dict[Value, list[Resource]]] = {}
        self._pointing: dict[tuple[str, str, str, str], dict[str, list[Resource]]] = {}
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

    def _called(self, type_: str, argument: str, value: str) -> list[Resource]:
        """The resources of a type whose argument has this known value; the id for the argument `id`. Indexed once."""
        table = self._named.get((type_, argument))
        if table is None:
            table = self._named[type_, argument] = {}
            for resource in self.of_type(type_):
                known = resource.id if argument == _ID else resource.inputs.get(argument)
                if isinstance(known, str):
                    table.setdefault(known, []).append(resource)
        return table.get(value, [])

    def below(self, urn: str) -> Iterable[Resource]:
        """Every resource inside a component, however deep."""
        seen, inside = {urn}, list(reversed(self._children.get(urn, [])))
        while inside:
            child = inside.pop()
            if child.urn not in seen:  # parents in a circle: the wire can say so, an engine cannot
                seen.add(child.urn)
                yield child
                inside += reversed(self._children.get(child.urn, []))

    def link(self, resource: Resource, argument: str, types: Iterable[str], named_by: str = "") -> Resource | NoLink:
        """The resource of one of `types` that `argument` refers to.

        `named_by` is the target's argument whose known value may be used instead of its id (a bucket's name).
        """
        wanted = frozenset(types)
        linked = [
            self.by_urn[urn]
            for urn in dict.fromkeys(resource.links.get(argument, ()))
            if urn in self.by_urn and self.by_urn[urn].type in wanted
        ]
        value = resource.inputs.get(argument, ABSENT)
        if value is ABSENT:
            return NoLink(f"{argument} is not set")
        if len(linked) > 1:
            names = ", ".join(sorted(r.name for r in linked))
            return NoLink(f"{argument} is built from several resources ({names}); which one it names is not provable")
        others = (
            [r for type_ in wanted for r in self._called(type_, named_by, value)]
            if named_by and isinstance(value, str)
            else []
        )
        renamed = bool(linked and others and linked[0] not in others)
        if linked and isinstance(value, str) and (renamed or _differs(value, linked[0], named_by)):
            return NoLink(f"{argument} {value!r} is built from {linked[0].name}, and is not it")
        if linked:
            return linked[0]
        if not isinstance(value, str):
            state = "is not known before deployment" if isinstance(value, Unknown) else "is no name"
            return NoLink(f"{argument} {state} and depends on no resource it may name")
        arguments = (_ID, named_by) if named_by else (_ID,)
        called = {r.urn: r for type_ in sorted(wanted) for a in arguments for r in self._called(type_, a, value)}
        same = list(called.values())
        if len(same) == 1:
            return same[0]
        if same:
            return NoLink(f"{argument} {value!r} is the name of several resources of this stack")
        return NoLink(f"{argument} {value!r} is no resource of this stack")

    def link_within(
        self, resource: Resource, argument: str, value: Value, types: Iterable[str], named_by: str = ""
    ) -> Resource | NoLink:
        """The resource that a text inside a block of `argument` refers to.

        Dependencies are known of whole arguments only, so a text that is known counts by its name alone, and one that
        is not known by the one resource of `types` that the argument is built from.
        """
        wanted = frozenset(types)
        if isinstance(value, Unknown):
            urns = dict.fromkeys(resource.links.get(argument, ()))
            linked = [self.by_urn[urn] for urn in urns if urn in self.by_urn and self.by_urn[urn].type in wanted]
            if len(linked) == 1:
                return linked[0]
            state = "is built from several resources" if linked else "depends on no resource it may name"
            return NoLink(f"{value.path} is not known before deployment and {state}")
        if value is ABSENT:
            return NoLink(f"nothing is named in {argument}")
        named = Resource(resource.urn, resource.type, resource.name, {argument: value})
        return self.link(named, argument, wanted, named_by)

    def pointing_at(self, target: Resource, type_: str, argument: str, named_by: str = "") -> list[Resource]:
        """Every resource of a type whose `argument` links to `target`."""
        table = self._pointing.get((target.type, type_, argument, named_by))
        if table is None:
            table = self._pointing[target.type, type_, argument, named_by] = {}
            for resource in self.of_type(type_):
                linked = self.link(resource, argument, {target.type}, named_by)
                if not isinstance(linked, NoLink):
                    table.setdefault(linked.urn, []).append(resource)
        return table.get(target.urn, [])


def _differs(value: str, target: Resource, named_by: str) -> bool:
    """Whether a known text that depends on `target` is certainly neither its id nor its name, but made from them."""
    name = target.inputs.get(named_by, ABSENT) if named_by else ABSENT
    if value in (target.id, name):
        return False
    return target.id is not None or isinstance(name, str)
