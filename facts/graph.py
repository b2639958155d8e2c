"""Which resource an argument points at: the one place where links are resolved.

The order is fixed: the property dependency filtered by the allowed target types, then an equal known
id or name, then nothing. What is ambiguous or matches nothing is not a link, and says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from facts.model import ABSENT, Resource, Unknown


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
        for resource in self.by_urn.values():
            self._by_type.setdefault(resource.type, []).append(resource)
            if resource.parent:
                self._children.setdefault(resource.parent, []).append(resource)

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for type_ in types for resource in self._by_type.get(type_, [])]

    def below(self, urn: str) -> Iterable[Resource]:
        """Every resource inside a component, however deep."""
        for child in self._children.get(urn, []):
            yield child
            yield from self.below(child.urn)

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
        others = [r for r in self.of_type(*wanted) if named_by and r.inputs.get(named_by, ABSENT) == value]
        renamed = bool(linked and others and linked[0] not in others)
        if linked and isinstance(value, str) and (renamed or _differs(value, linked[0], named_by)):
            return NoLink(f"{argument} {value!r} is built from {linked[0].name}, and is not it")
        if linked:
            return linked[0]
        if not isinstance(value, str):
            state = "is not known before deployment" if isinstance(value, Unknown) else "is no name"
            return NoLink(f"{argument} {state} and depends on no resource it may name")
        same = [
            r
            for r in self.of_type(*sorted(wanted))
            if r.id == value or (named_by and r.inputs.get(named_by, ABSENT) == value)
        ]
        if len(same) == 1:
            return same[0]
        if same:
            return NoLink(f"{argument} {value!r} is the name of several resources of this stack")
        return NoLink(f"{argument} {value!r} is no resource of this stack")

    def pointing_at(self, target: Resource, type_: str, argument: str, named_by: str = "") -> list[Resource]:
        """Every resource of a type whose `argument` links to `target`."""
        found = []
        for resource in self.of_type(type_):
            linked = self.link(resource, argument, {target.type}, named_by)
            if not isinstance(linked, NoLink) and linked.urn == target.urn:
                found.append(resource)
        return found


def _differs(value: str, target: Resource, named_by: str) -> bool:
    """Whether a known text that depends on `target` is certainly neither its id nor its name, but made from them."""
    name = target.inputs.get(named_by, ABSENT) if named_by else ABSENT
    if value in (target.id, name):
        return False
    return target.id is not None or (isinstance(name, str) and name in value)
