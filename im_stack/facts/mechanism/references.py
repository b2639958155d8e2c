"""References that nothing reads: arguments by which a resource names what the proof leans on, and no reader looks at.

In: the resources of one stack, and `facts/<cloud>/references.yaml`. Out: `Unresolved` facts of the kind `reference`.
What the proof leans on is every resource that a reader reads, and whatever those are made from. An argument names it
by a link, by a known text that is, or contains, one of its identities, or by a value that is not known and is made from
nothing here: then by what its name says. A type that acts on a whole account names everything.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, cached_property
from itertools import takewhile
from typing import Any, Final

from im_stack.facts.mechanism.cloud import PROVIDER, cloud_of
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.identities import known, may_become, stands_for_another
from im_stack.facts.mechanism.tables import ReferenceRow, forbidden_settings, name_in_tables, names, references
from im_stack.facts.model import Resource, Unknown, Unresolved
from im_stack.facts.wire.walk import children
from im_stack.terms.problem import some_of

Leaf = tuple[str, str | Unknown]
"""A text inside an argument, or what is not known there, with the name of the innermost member that it is in."""
_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_TOKEN: Final = re.compile(r"[\w.*?-]+")
_PLAIN: Final = re.compile(r"[a-z]+|\d+|.{1,3}")
"""A chosen name that any text may be by chance: it counts in an argument that is called after what it names."""
_LONGEST: Final = 2048
"""Characters of the longest identity, an ARN of IAM: what is longer only contains some."""
_WILD: Final = re.compile(r"[*?]")
_SOME: Final = re.compile(r"\w{3}")
"""What a pattern must say of a name at least; one that says less is for anything."""
_CREDENTIAL: Final = re.compile(r"(?i)password|passphrase|secret_?(key|string|binary)|private_?key|token$")
_ID: Final = frozenset({"id", "arn", "name", "identifier", "url", "uri", "ref"})
_ANYTHING: Final = frozenset({"resource", "target", "source", "destination", "object"})
_NO_NOUN: Final = frozenset({"group", "instance", "configuration", "default"})


def _fits(name: str, pattern: str) -> bool:
    """Whether a pattern of the table is for a name; most patterns are names, which need no expression."""
    return name == pattern or ("*" in pattern and fnmatchcase(name, pattern))


@cache
def is_open(type_: str) -> bool:
    """Whether a type is known, and not refused as a whole: what its arguments name counts."""
    cloud = None if type_.startswith(PROVIDER) else cloud_of(type_)
    rows = forbidden_settings(cloud.name).get(type_, ()) if cloud else ()
    return cloud is not None and cloud.knows(type_) and all(row.argument for row in rows)


@cache
def open_argument(type_: str, argument: str) -> bool:
    """Whether an argument is read by nothing and may name something: its texts are kept for this module."""
    if not is_open(type_) or is_read(type_, argument):
        return False
    return not any("*" in row.may_name for row in _rows(type_, argument))


def is_read(type_: str, argument: str) -> bool:
    """Whether a reader, or a row of another table, looks at an argument as a whole."""
    return argument in _read(type_)


@cache
def _read(type_: str) -> frozenset[str]:
    """The arguments of a type that are looked at as a whole, and not a member of them alone."""
    cloud = cloud_of(type_)
    if cloud is None:
        return frozenset()
    whole = {row.argument for row in forbidden_settings(cloud.name).get(type_, ()) if row.argument}
    if type_ in names(cloud.name):
        whole.add(names(cloud.name)[type_].argument)
    readers = (cloud.readers.get(type_), cloud.every)
    return frozenset(whole).union(*(reader.arguments for reader in readers if reader))


@cache
def rows_of(type_: str) -> tuple[ReferenceRow, ...]:
    """The rows of the table about a type, but for those about every type."""
    cloud, named = cloud_of(type_), name_in_tables(type_)
    rows = references(cloud.name).rows if cloud else ()
    return tuple(row for row in rows if any(p != "*" and _fits(named, p) for p in row.types))


@cache
def _rows(type_: str, argument: str) -> tuple[ReferenceRow, ...]:
    cloud = cloud_of(type_)
    every = tuple(row for row in references(cloud.name).rows if "*" in row.types) if cloud else ()
    return tuple(
        row
        for row in (*rows_of(type_), *every)
        if (any(_fits(argument, pattern) for pattern in row.arguments) if argument else not row.arguments)
    )


@cache
def may_name(type_: str, argument: str, target: str) -> bool:
    """Whether a row of the table lets an argument name a resource of the type `target`; without an argument, whether it
    lets the type act on a whole account."""
    named = name_in_tables(target)
    return any(_fits(named, pattern) for row in _rows(type_, argument) for pattern in row.may_name)


def leaves(value: Any, name: str) -> Iterator[Leaf]:
    """The texts in a value and what is not known of it, each with the member that it is in. What is called a credential
    names nothing, and goes no further."""
    if _CREDENTIAL.search(name):
        return
    if isinstance(value, str) and value[:1] in ("{", "[") and (document := _document(value)) is not None:
        yield from leaves(document, name)
    elif isinstance(value, str | Unknown):
        yield name, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, key)
    else:
        for inner in children(value):
            yield from leaves(inner, name)


def _document(text: str) -> Any:
    """What a JSON text says; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


@cache
def can_name(argument: str, type_: str) -> bool:
    """Whether an argument of this name can name a resource of a type: it is called after it, or after nothing."""
    words = {_singular(word) for word in _WORD.findall(argument)} - _ID
    named = name_in_tables(type_).split(".")
    nouns = {_singular(word) for word in _WORD.findall(named[-1])}
    return not words or bool(words & _ANYTHING or words & (nouns - _NO_NOUN | {_singular(named[0])}) or nouns >= words)


def _singular(word: str) -> str:
    return word.lower().removesuffix("s") if len(word) > 3 else word.lower()


def leaned_on(graph: Graph) -> Mapping[str, Resource]:
    """What the proof leans on: each resource that a reader reads, and all that those are made from."""
    open_ = [urn for urn, r in graph.by_urn.items() if r.custom and _has_reader(r.type)]
    found: dict[str, Resource] = {}
    while open_:
        urn = open_.pop()
        resource = graph.by_urn.get(urn)
        if resource is None or urn in found or not resource.custom or not _is_of_a_cloud(resource.type):
            continue
        found[urn] = resource
        open_ += [linked for linked_to in resource.links.values() for linked in linked_to]
    return found


@cache
def _is_of_a_cloud(type_: str) -> bool:
    return not type_.startswith(PROVIDER) and cloud_of(type_) is not None


@cache
def _has_reader(type_: str) -> bool:
    cloud = None if type_.startswith(PROVIDER) else cloud_of(type_)
    return cloud is not None and type_ in cloud.readers


def read_references(graph: Graph) -> Iterator[Unresolved]:
    """One fact for each argument that names what the proof leans on, and for each type that acts on an account."""
    targets = _Targets(graph)
    for resource in graph.by_urn.values():
        if not resource.custom or resource.external or not _is_of_a_cloud(resource.type):
            continue
        if _acts_on_everything(resource.type):
            yield Unresolved(
                resource.urn, "it acts on a whole account, and nothing here says what that changes", "reference"
            )
        for argument in sorted({*resource.links, *resource.mentions}):
            if open_argument(resource.type, argument):
                yield from _unread(resource, argument, targets)


@cache
def _acts_on_everything(type_: str) -> bool:
    cloud = cloud_of(type_)
    wide = cloud is not None and name_in_tables(type_) in references(cloud.name).account_wide
    return wide and not may_name(type_, "", type_)


def _unread(resource: Resource, argument: str, targets: "_Targets") -> Iterator[Unresolved]:
    linked = [targets.by_urn[urn] for urn in resource.links.get(argument, ()) if urn in targets.by_urn]
    found = {target.urn: target for target in linked}
    doubts: list[Resource] = []
    listed = _rows(resource.type, argument)  # what a service takes there: a value that is not known is such, too
    for name, text in resource.mentions.get(argument, ()):
        if isinstance(text, str):
            meant = {target.urn: target for target in targets.named(name, text)}
            found |= meant if found.keys().isdisjoint(meant) else {}  # others of the same name as what it is made from
            doubts += targets.formed(name, text)
        elif not listed and not any(map(targets.is_made, resource.links.get(argument, ()))):
            doubts += targets.called(name)
    named, possible = (
        [each for each in some if each.urn != resource.urn and not may_name(resource.type, argument, each.type)]
        for some in (found.values(), doubts)
    )
    if named:
        names = sorted(f"{target.type.rsplit(':', 1)[-1]} {target.name}" for target in named)
        why = f"{argument} names {some_of(names)}, and nothing here says what that changes"
        yield Unresolved(resource.urn, why, "reference")
    elif possible:
        types = sorted({target.type.rsplit(":", 1)[-1] for target in possible})
        why = f"{argument} may name what the proof leans on ({some_of(types)}), by an id not known before deployment"
        yield Unresolved(resource.urn, why, "reference")


class _Targets:
    """What the proof leans on, by URN and by the texts that name it, in whatever case: most services take any."""

    def __init__(self, graph: Graph) -> None:
        self.by_urn = leaned_on(graph)
        self._graph = graph
        self._of_type = {each.type: each for each in reversed([*self.by_urn.values()])}
        self._like: dict[str, list[Resource]] = {}

    def is_made(self, urn: str) -> bool:
        """Whether a resource is one of a cloud: only a value that is made from none is of unknown origin."""
        made = self._graph.by_urn.get(urn)
        return made is not None and _is_of_a_cloud(made.type)

    def named(self, argument: str, text: str) -> Iterable[Resource]:
        """The resources that a text is, or contains, an identity of."""
        for part in dict.fromkeys(_parts(text.lower())):
            if _WILD.search(part):
                yield from self._alike(part) if _SOME.search(part) else self.called(argument)
                continue
            same = [(name, each) for name, each in self._texts.get(part, ()) if name == part or _holds(text, name)]
            called = [each for _, each in same if can_name(argument, each.type)]
            yield from called or (each for name, each in same if not _PLAIN.fullmatch(name))

    def formed(self, argument: str, text: str) -> Iterable[Resource]:
        """What a text has the form of an id of that the service makes up, and that is not known yet: one resource of
        each such type that an argument of this name can name."""
        if any(map(str.isdigit, text)):
            words = {text, *_TOKEN.findall(text)}
            yield from (each for each in self.called(argument) if any(may_become(word, each) for word in words))

    def called(self, argument: str) -> Iterable[Resource]:
        """What an argument of this name can name: one resource of each such type."""
        return (each for type_, each in self._of_type.items() if can_name(argument, type_))

    def _alike(self, pattern: str) -> list[Resource]:
        """The resources with a pattern's word in an identity. Each pattern is looked for once."""
        if pattern not in self._like:
            start = _WILD.split(pattern)[0]
            words = takewhile(lambda word: word.startswith(start), self._words[bisect_left(self._words, start) :])
            found = (self._texts[word] for word in words if fnmatchcase(word, pattern))
            self._like[pattern] = [each for same in found for _, each in same]
        return self._like[pattern]

    @cached_property
    def _words(self) -> Sequence[str]:
        return sorted(self._texts)

    @cached_property
    def _texts(self) -> Mapping[str, list[tuple[str, Resource]]]:
        """Identities and what has them, by the longest word in each."""
        table: dict[str, list[tuple[str, Resource]]] = {}
        for resource in self.by_urn.values():
            for text in () if stands_for_another(resource.type) else known(resource):
                name = text.lower()
                word = max(_TOKEN.findall(name), key=len, default=name)
                table.setdefault(word, []).append((name, resource))
        return table


def _holds(text: str, name: str) -> bool:
    """Whether a name of several words stands in a text, by itself."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text.lower()) is not None


def _parts(text: str) -> Iterator[str]:
    """The words in a text that can be identities or parts of one, and those in names of hosts."""
    for token in _TOKEN.findall(text):
        if len(token) > _LONGEST:
            continue
        yield token
        yield from _WILD.split(token) if "?" in token else ()  # in an address it ends the path
        labels = token.split(".")
        for at in range(len(labels) - 1 and len(labels)):
            yield labels[at]
            yield ".".join(labels[:at])
