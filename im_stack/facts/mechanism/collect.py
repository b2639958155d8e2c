"""Collection: all facts of one stack, from the reader of each resource, the tables of forbidden settings and the checks
that every resource gets.

In: decoded resources and the stack's home region. Out: `Facts`, indexed by kind and by field. A reader that raises
makes the facts of its resource `Unresolved`; nothing is raised.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from im_stack.facts.mechanism.cloud import PROVIDER, Cloud, Link, Reader, cloud_of, judged_arguments, provider_of
from im_stack.facts.mechanism.declared import read_declares
from im_stack.facts.mechanism.forbidden_settings import read_forbidden_settings
from im_stack.facts.mechanism.graph import Graph, within
from im_stack.facts.mechanism.references import read_references
from im_stack.facts.mechanism.tables import defaults, inert, names
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Evidence, Fact, Ignored, Later, Located, Provided, Resource, Unresolved
from im_stack.facts.wire.walk import walk

F = TypeVar("F")
_NOWHERE: Final = frozenset({"pulumi", "random", "time", "null", "terraform"})
"""Packages that make nothing in any cloud: what the engine has built in, values, waits."""
_DEFAULT: Final = re.compile(r"default(_\d.*)?")
"""The name that the engine gives a default provider, with its version."""


class Facts:
    """Facts by kind, in a fixed order whatever the order of the resources. A reader's fault in facts that are read when
    they are asked for is raised to who asks."""

    def __init__(self, facts: Iterable[Fact], graph: Graph) -> None:
        self.graph = graph
        self._called: Mapping[str, str] | None = None
        self._by_kind: dict[type, list[Fact]] = {}
        self._indexes: dict[tuple[type, str], dict[Any, list[Any]]] = {}
        self._later: dict[type, list[Later]] = {}
        for fact in facts:
            if isinstance(fact, Later):
                self._later.setdefault(fact.kind, []).append(fact)
            else:
                self._by_kind.setdefault(type(fact), []).append(fact)

    def of(self, kind: type[F]) -> list[F]:
        if kind in self._later:
            read = [fact for later in self._later[kind] for fact in later.read()]
            self._by_kind[kind] = [*self._by_kind.get(kind, []), *read]
            del self._later[kind]
        return self._by_kind.get(kind, [])  # type: ignore[return-value]  # keyed by the type itself

    def by(self, kind: type[F], field: str) -> Mapping[Any, list[F]]:
        """Facts of a kind by the value of one of their fields. Indexed once: rules ask for every subject."""
        table: dict[Any, list[F]] | None = self._indexes.get((kind, field))
        if table is None:
            table = {}
            for fact in self.of(kind):
                table.setdefault(getattr(fact, field), []).append(fact)
            self._indexes[kind, field] = table
        return table

    def name(self, urn: str) -> str:
        """A resource for people, by a name that no other one has."""
        if self._called is None:
            self._called = _called(self.graph.by_urn.values())
        return self._called.get(urn, urn)

    def instance(self, urn: str) -> str:
        """What a resource is a setting of, where it is one for certain; else itself."""
        found = _instances(self.graph.by_urn[urn], self.graph) if urn in self.graph.by_urn else []
        return found[0].urn if len(found) == 1 else urn

    def unread(self, *urns: str) -> list[Unresolved]:
        """What could not be read about any of these resources."""
        return [fact for urn in urns for fact in self.by(Unresolved, "subject").get(urn, [])]


def _called(resources: Iterable[Resource]) -> dict[str, str]:
    """The name of each resource: its type's last word and its name; where another has that, the place that it is in as
    well; where another has that, too, its whole type. A component never needs more than the first."""
    called = {resource.urn: f"{resource.type.rsplit(':', 1)[-1]} {resource.name}" for resource in resources}
    custom = [resource for resource in resources if resource.custom]
    longer: tuple[Callable[[Resource], str], ...] = (
        lambda resource: f"{called[resource.urn]} in {within(resource.urn)}",
        lambda resource: f"{resource.type} {resource.urn.split('::', 3)[-1]} in {within(resource.urn)}",
    )
    for name in longer:
        count = Counter(called[resource.urn] for resource in custom)
        called |= {resource.urn: name(resource) for resource in custom if count[called[resource.urn]] > 1}
    return called


def collect(resources: Iterable[Resource], home: str) -> Facts:
    """Read every resource. `home` is the stack's region, which rows of forbidden settings may allow. Never raises for a
    resource: a reader that crashes makes that resource's facts unread."""
    graph = Graph(resources)
    facts = [fact for resource in graph.by_urn.values() for fact in read_resource(resource, graph, home)]
    return Facts([*facts, *read_references(graph)], graph)


def read_resource(resource: Resource, graph: Graph, home: str) -> Iterator[Fact]:
    """All facts that one resource gives rise to, as part of its stack."""
    if not resource.seen:
        yield Unresolved(resource.urn, "its inputs never reached the policies", "inputs")
    elif resource.custom or cloud_of(resource.type):
        yield from _read_custom(resource, graph, home)
    else:
        yield from read_declares(resource, graph)


def _read_custom(resource: Resource, graph: Graph, home: str) -> Iterator[Fact]:
    cloud = cloud_of(resource.type)
    if resource.type.startswith(PROVIDER):
        if cloud:
            yield from _ignored(resource, graph)
            yield from (each for each in read_forbidden_settings(resource, cloud.name, home) if not each.allowed)
            if resource.type in cloud.readers:
                yield from _by(cloud.readers[resource.type], resource, graph, cloud.name)
        return
    if cloud is None or not cloud.knows(resource.type):
        if not resource.external and provider_of(resource.type) not in _NOWHERE:
            yield from _places(resource, graph, cloud, home) if cloud else _abroad(resource, graph)
        yield Unresolved(resource.urn, f"nothing is known of the type {resource.type}", "type")
        return
    if resource.external:
        yield Unresolved(
            resource.urn, "it is looked up, not made by this stack, so its settings are not known", "inputs"
        )
        return
    yield from _provided(resource, graph.by_urn)
    yield from _ignored(resource, graph)
    yield from read_forbidden_settings(resource, cloud.name, home)
    yield from _impossible_name(resource, cloud)
    for reader in (cloud.every, cloud.readers.get(resource.type)):
        if reader is not None:
            yield from _by(reader, resource, graph, cloud.name)


def _impossible_name(resource: Resource, cloud: Cloud) -> Iterator[Fact]:
    """A name that the service does not take. One that is not known yet is said by whatever needs it."""
    row = names(cloud.name).get(resource.type)
    name = resource.inputs.get(row.argument, ABSENT) if row else ABSENT
    if row and isinstance(name, str) and name != "" and not re.fullmatch(row.pattern, name):
        why = f"{row.argument} {name!r} is no name that the service takes ({row.source})"
        yield Unresolved(resource.urn, why, "range")


def _places(resource: Resource, graph: Graph, cloud: Cloud, home: str) -> Iterator[Fact]:
    """Where a resource of an unknown type is, and the other regions that its arguments name: data may go there."""
    yield from _provided(resource, graph.by_urn)
    if cloud.every is not None:
        yield from _by(cloud.every, resource, graph, cloud.name)
    for argument, value in sorted(resource.inputs.items()):
        for text in walk(value) if argument != "region" else ():
            region = cloud.region_in(text) if isinstance(text, str) else None
            if region is not None and region != home:
                yield Located(resource.urn, region, argument, Evidence(resource.urn, argument), crosses=True)


def _abroad(resource: Resource, graph: Graph) -> Iterator[Fact]:
    """Of a resource of another provider than the clouds' only that: what its regions are called says nothing here."""
    yield from (fact for fact in _provided(resource, graph.by_urn) if isinstance(fact, Provided))
    yield Located(resource.urn, None, "what another cloud's provider makes", Evidence(resource.urn, "provider"))


def _by(reader: Reader, resource: Resource, graph: Graph, cloud: str) -> Iterator[Fact]:
    view = View(resource, reader.arguments, defaults(cloud).get(resource.type, {}), graph)
    try:
        yield from list(reader.read(view))
        yield from view.refused
    except Exception as error:  # a fault of ours must not become a pass, nor hide the other resources
        yield Unresolved(resource.urn, f"the reader of {resource.type} failed ({type(error).__name__})", "reader")


def _provided(resource: Resource, by_urn: Mapping[str, Resource]) -> Iterator[Fact]:
    provider = by_urn.get(resource.provider or "")
    explicit = provider is not None and not _DEFAULT.fullmatch(provider.name)
    yield Provided(resource.urn, explicit, provider.urn if provider else "")
    region = provider.inputs.get("region") if provider else None
    if provider is not None and (explicit or isinstance(region, str)):  # without either the provider is what is wrong
        place = region if isinstance(region, str) else None
        yield Located(resource.urn, place, "the resource", Evidence(provider.urn, "region"))


def _ignored(resource: Resource, graph: Graph) -> Iterator[Fact]:
    judged = judged_arguments(resource.type)
    for path in resource.options.ignore_changes:
        argument = (re.findall(r"[\w*]+", path) or ["*"])[0]
        if judged and (argument == "*" or argument in judged):
            yield Ignored(resource.urn, "ignoreChanges", path)
    if judged and resource.options.retain_on_delete and not _holds_nothing(resource.type):
        yield Ignored(resource.urn, "retainOnDelete", "*")
    if judged and resource.options.deleted_with and not _may_go_with_it(resource, graph):
        yield Ignored(resource.urn, "deletedWith", "*")


def _may_go_with_it(resource: Resource, graph: Graph) -> bool:
    """Whether a resource needs no deletion of its own: it holds nothing, or is a setting of what it is deleted with."""
    if _holds_nothing(resource.type):
        return True
    return any(instance.urn == resource.options.deleted_with for instance in _instances(resource, graph))


def _instances(resource: Resource, graph: Graph) -> Sequence[Resource]:
    """What a resource may be a setting of; nothing where it is none."""
    of = _setting_of(resource.type)
    return graph.links(resource, of.argument, of.types).found if of else ()


def is_setting(type_: str) -> bool:
    """Whether a resource of the type holds nothing itself, or is only a setting of one that does."""
    return bool(_setting_of(type_)) or _holds_nothing(type_)


def _setting_of(type_: str) -> Link | None:
    """The argument by which a resource of the type is a setting of another one."""
    cloud = cloud_of(type_)
    reader = cloud.readers.get(type_) if cloud else None
    return reader.setting_of if reader else None


def _holds_nothing(type_: str) -> bool:
    cloud = cloud_of(type_)
    return type_.startswith(PROVIDER) or (cloud is not None and type_ in inert(cloud.name))
