"""Resource graph: the resources of one stack, and which of them an argument names. Links are resolved here only.

The order is fixed: the property dependency filtered by the allowed target types, then an equal identity, then
nothing. A known text that depends on a resource must be one of its identities: it may be made from them, and name
another. What is ambiguous or matches nothing is not a link, and says why.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from im_stack.facts.mechanism.identities import known, may_be
from im_stack.facts.model import ABSENT, Resource, Unknown, Value


class Links(NamedTuple):
    """What an argument names: the resources of this stack that it names for certain, and in words why it names, or may
    name, something else. Without doubts everything that it names was found, and that is at least one resource."""

    found: tuple[Resource, ...]
    doubts: str


Place = Mapping[str, str | None]
_ANYTHING: Final = ""
"""In an index by URN the place of what may name any resource."""


def within(urn: str) -> str:
    """The module of a plan, or the components by their types, that a resource is in; `the stack` for none."""
    _, module, types, _ = ["", "", "", *urn.split("::", 3)][-4:]
    if urn.startswith("urn:terraform::"):
        return module if module != "root" else "the stack"
    return "/".join(type_.rsplit(":", 1)[-1] for type_ in types.split("$")[:-1]) or "the stack"


class Graph:
    """The resources of one stack by URN, by type and by place in the component tree."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.by_urn: Mapping[str, Resource] = {r.urn: r for r in sorted(resources, key=lambda r: r.urn)}
        self._by_type: dict[str, list[Resource]] = {}
        self._children: dict[str, list[Resource]] = {}
        self._users: dict[str, list[Resource]] = {}
        self._identities: dict[str, dict[str, list[Resource]]] = {}
        self._pointing: dict[tuple[str, str, str], dict[str, list[Resource]]] = {}
        self._touching: dict[tuple[str, str, frozenset[str]], dict[str, dict[str, Resource]]] = {}
        self._before: dict[str, frozenset[str]] = {}
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

    def needs(self, urn: str) -> frozenset[str]:
        """What a resource depends on directly. Whatever is inside a component depends on it."""
        r = self.by_urn[urn]
        linked = (each for urns in r.links.values() for each in urns)
        return frozenset({*r.after, *linked, r.parent or "", r.provider or ""} & self.by_urn.keys())

    def before(self, urn: str) -> frozenset[str]:
        """What exists before a resource is made and until it is deleted: all that it depends on, however indirectly.
        Found once: every store is asked for each way in."""
        if urn not in self._before:
            waiting, found = [urn], set[str]()
            while waiting:
                new = self.needs(waiting.pop()) - found
                found |= new
                waiting += new
            self._before[urn] = frozenset(found)
        return self._before[urn]

    def outermost(self, urn: str) -> str | None:
        """The outermost component that a resource is in."""
        at, seen = self.by_urn.get(urn), set[str]()
        while at is not None and at.parent and at.parent not in seen:
            seen.add(at.parent)
            urn, at = at.parent, self.by_urn.get(at.parent)
        return urn if seen else None

    def below(self, urn: str) -> Iterable[Resource]:
        """Every resource inside a component, however deep."""
        seen, inside = {urn}, list(reversed(self._children.get(urn, [])))
        while inside:
            child = inside.pop()
            if child.urn not in seen:  # parents in a circle: the wire can say so, an engine cannot
                seen.add(child.urn)
                yield child
                inside += reversed(self._children.get(child.urn, []))

    def links(
        self,
        resource: Resource,
        argument: str,
        types: Iterable[str],
        values: Sequence[Value] | Unknown | None = None,
        *,
        place: Callable[[Resource], Place] | None = None,
    ) -> Links:
        """The resources of `types` that `argument` names: one by its whole value or, where `values` are given, by each.

        `values` are texts inside the argument: members of a list, or of blocks. Dependencies are known of whole
        arguments only, so a known text among them counts by its name alone, and behind those that are not known there
        must be as many resources that no known one names. With `place` (where a resource is made) a known text that
        names nothing by itself may be a full name of the one resource that the argument is made from.
        """
        wanted = frozenset(types)
        if values is None:
            return self._whole(resource, argument, wanted)
        if isinstance(values, Unknown):
            return Links((), f"{argument} is not known before deployment")
        if not values:
            return Links((), f"{argument} is not set")
        linked = self.linked(resource, argument, wanted)
        found: list[Resource] = []
        doubts: list[str] = []
        for value in (each for each in values if not isinstance(each, Unknown)):
            named, why = self._by_name(argument, value, wanted)
            if why and place and isinstance(value, str):
                meant = [each for each in linked if may_be(value, each, place(each))]
                named, why = (tuple(meant), "") if len(meant) == 1 else (named, why)
            found += named
            doubts += [why] if why else []
        unknown = [value for value in values if isinstance(value, Unknown)]
        behind = [each for each in linked if each not in found]
        if unknown and len(unknown) == len(behind):
            found += behind
        elif len(unknown) == 1:
            state = "is built from several resources" if behind else "depends on no resource it may name"
            doubts.append(f"{unknown[0].path} is not known before deployment and {state}")
        elif unknown:
            doubts.append(
                f"{argument} names {len(unknown)} not known before deployment, and depends on {len(behind)} such"
            )
        return Links(tuple(found), "; ".join(doubts))

    def _whole(self, resource: Resource, argument: str, wanted: frozenset[str]) -> Links:
        value, linked = resource.inputs.get(argument, ABSENT), self.linked(resource, argument, wanted)
        if value is ABSENT:
            return Links((), f"{argument} is not set")
        if len(linked) > 1:
            names = ", ".join(sorted(r.name for r in linked))
            return Links(
                (), f"{argument} is built from several resources ({names}); which one it names is not provable"
            )
        if linked and isinstance(value, str):
            others = [each for each in self.named(value, wanted) if each is not linked[0]]
            if others or not may_be(value, linked[0]):
                return Links((), f"{argument} {value!r} is built from {linked[0].name}, and is not it")
        if linked:
            return Links(tuple(linked), "")
        if isinstance(value, Unknown):
            return Links((), f"{argument} is not known before deployment and depends on no resource it may name")
        return self._by_name(argument, value, wanted)

    def _by_name(self, argument: str, value: Value, wanted: frozenset[str]) -> Links:
        """The resource that a known text names, and nothing else is known of."""
        if value is ABSENT:
            return Links((), f"nothing is named in {argument}")
        if not isinstance(value, str):
            return Links((), f"{argument} is no name and depends on no resource it may name")
        same = self.named(value, wanted)
        if len(same) == 1:
            return Links(tuple(same), "")
        state = "the name of several resources" if same else "no resource"
        return Links((), f"{argument} {value!r} is {state} of this stack")

    def pointing_at(self, target: Resource, type_: str, argument: str) -> list[Resource]:
        """Every resource of a type whose `argument` links to `target`."""
        table = self._pointing.get((target.type, type_, argument))
        if table is None:
            table = self._pointing[target.type, type_, argument] = {}
            for resource in self.of_type(type_):
                for named in self.links(resource, argument, {target.type}).found:
                    table.setdefault(named.urn, []).append(resource)
        return table.get(target.urn, [])

    def touching(
        self, target: Resource, type_: str, argument: str, types: Iterable[str] = ()
    ) -> Iterator[tuple[Resource, bool]]:
        """Every resource of a type whose `argument` names `target`, for certain (True) or possibly. `types` are those
        that it may name, if more than the target's. Indexed once."""
        key = type_, argument, frozenset({target.type, *types})
        table = self._touching.get(key)
        if table is None:
            table = self._touching[key] = {}
            for resource in self.of_type(type_):
                value = resource.inputs.get(argument, ABSENT)
                if value not in (ABSENT, "", ()):
                    found, doubts = self.links(resource, argument, key[2], value if isinstance(value, tuple) else None)
                    for urn in {named.urn for named in found} | ({_ANYTHING} if doubts else set()):
                        table.setdefault(urn, {})[resource.urn] = resource
        certain = table.get(target.urn, {})
        either = certain | table.get(_ANYTHING, {})
        for urn in sorted(either):
            yield either[urn], urn in certain
