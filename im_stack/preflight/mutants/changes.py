"""Mutants of a recording: one change of an argument, an option or a resource each.

In: registrations and the home region with another one. Out: `Mutant`s, which name the registrations that they replace,
remove or add; the recording itself is not changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from im_stack.facts.mechanism.cloud import PROVIDER, provider_of
from im_stack.facts.wire.constants import UNKNOWN, holds_unknown
from im_stack.preflight.mutants.declared import DECLARED
from im_stack.preflight.mutants.values import GONE, OTHER, Elsewhere, Variant, variants
from im_stack.preflight.recording.recording import Registration
from im_stack.preflight.sdk.resource_types import Argument, Shape, arguments, registry
from im_stack.terms.stack.wire import INPUT

REMOVED: Final = "removed"
ADDED: Final = "added"
TWIN: Final = "a second owner: "
_MAIN: Final = "instance"


@dataclass(frozen=True)
class Mutant:
    """One changed stack: the changed resource (`type`, `name`), its argument (`path`) and the kind of change."""

    type: str
    name: str
    path: str
    change: str
    replaced: Mapping[str, Registration] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    added: tuple[Registration, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.type.rsplit(':', 1)[-1]} {self.name}: {self.path or 'it'} {self.change}"


def in_order(registrations: Iterable[Registration]) -> list[Registration]:
    """Registrations in one order, parents before what is in them. A program registers in an order that differs between
    runs, and a mutant is made like the first of a kind."""
    return sorted(registrations, key=lambda r: (r["urn"].count("$"), r["urn"]))


def mutants(r: Registration, registrations: list[Registration], places: Elsewhere) -> Iterator[Mutant]:
    """Every mutant of one registration of a recording. Those that add a type: see `addable`."""
    for path, change, changed in _changed(r, registrations, places):
        yield Mutant(r["type"], r["name"], path, change, {r["urn"]: changed})
        if r["custom"] and not r["type"].startswith(PROVIDER) and not change.startswith("also"):
            yield Mutant(r["type"], r["name"], path, f"{TWIN}{change}", added=(_twin(changed),))
    yield from _options(r, registrations, places)
    yield from _removals(r, registrations)


def addable(registrations: list[Registration], only: str = "") -> list[list[str]]:
    """The types that a provider of the stack has and the stack does not use, those of one service together: the SDK
    loads by service, which takes longer than all that is done with it."""
    used = {r["type"] for r in registrations}
    package = next((provider_of(r["type"]) for r in registrations if r["type"].startswith(PROVIDER)), "")
    types = [t for t in registry(package) if only in t and t not in used and not t.startswith(PROVIDER)]
    return [list(of_service) for _, of_service in groupby(types, key=_service)]


def _changed(r: Registration, others: list[Registration], places: Elsewhere) -> Iterator[tuple[str, str, Registration]]:
    """A registration with one input at each of its other values, then with its links changed."""
    known = arguments(r["type"]) if r["custom"] else {}
    for name in sorted({*known, *r["inputs"]}):
        now = r["inputs"].get(name, GONE)
        argument = known.get(name) or Argument(name, DECLARED if name == INPUT else Shape("block", {}), False, (), ())
        for variant in variants(argument, now, places):
            yield name + variant.path, variant.change, _with(r, name, variant)
        yield from _relinked(r, name, others)


def _with(r: Registration, name: str, variant: Variant) -> Registration:
    inputs = {key: value for key, value in r["inputs"].items() if key != name}
    links = r["links"]
    if variant.value is not GONE:
        inputs[name] = variant.value
    if not holds_unknown(variant.value) or variant.change == "not known":  # a value of one's own is made from nothing
        links = {**links, name: []}
    return {**r, "inputs": inputs, "links": links}


def _relinked(r: Registration, name: str, others: list[Registration]) -> Iterator[tuple[str, str, Registration]]:
    """The same argument made from another resource of the same type, or from both."""
    linked = r["links"].get(name, [])
    if not linked:
        return
    types = {o["type"] for o in others if o["urn"] in linked}
    for other in others:
        if other["type"] in types and other["urn"] not in linked and other["urn"] != r["urn"]:
            inputs = r["inputs"] if holds_unknown(r["inputs"].get(name)) else {**r["inputs"], name: UNKNOWN}
            yield name, "of another resource", {**r, "inputs": inputs, "links": {**r["links"], name: [other["urn"]]}}
            both = [*linked, other["urn"]]
            yield name, "of several resources", {**r, "inputs": inputs, "links": {**r["links"], name: both}}


def _twin(r: Registration) -> Registration:
    name = f"{r['name']}-twin"
    return {**r, "name": name, "urn": f"{r['urn'].rpartition('::')[0]}::{name}"}


def _options(r: Registration, others: list[Registration], places: Elsewhere) -> Iterator[Mutant]:
    def with_(path: str, change: str, *added: Registration, **options: Any) -> Mutant:
        changed: Registration = {**r, **options}  # type: ignore[typeddict-item]  # as the caller names them
        return Mutant(r["type"], r["name"], path, change, {r["urn"]: changed}, added=added)

    if r["protect"]:
        yield with_("protect", "off", protect=False)
    if not r["custom"]:
        return
    for argument in ("*", *sorted(r["inputs"])):
        yield with_(f"ignoreChanges: {argument}", "on", ignore_changes=[argument])
    yield with_("retainOnDelete", "on", retain_on_delete=True)
    yield with_("deletedWith", "something else", deleted_with=r["provider"])
    yield with_("links", "lost in a transform", links={})
    yield with_("parent", "none", parent="")
    if r["type"].startswith(PROVIDER):
        return
    yield with_("read", "looked up", read=True)
    yield with_("provider", "by default", provider="")
    provider = next((o for o in others if o["urn"] == r["provider"]), None)
    if provider is not None:
        elsewhere = _twin(provider)
        elsewhere["inputs"] = {**provider["inputs"], "region": places.away}
        yield with_("provider", "elsewhere", elsewhere, provider=elsewhere["urn"])


def _removals(r: Registration, others: list[Registration]) -> Iterator[Mutant]:
    gone = {r["urn"]}
    for other in others:  # parents come first
        if other["parent"] in gone:
            gone.add(other["urn"])
    yield Mutant(r["type"], r["name"], "", REMOVED, removed=frozenset(gone))
    if len(gone) > 1:
        yield Mutant(r["type"], r["name"], "", f"{REMOVED} alone", removed=frozenset({r["urn"]}))


class Hints:
    """What arguments of a name hold in this recording: how an added resource is tied to what is there."""

    def __init__(self, registrations: list[Registration]) -> None:
        self._by_name: dict[tuple[str, str], list[tuple[Any, list[str]]]] = {}
        self._main: dict[str, list[str]] = {}
        for r in registrations:
            if not r["custom"]:
                continue
            service = _service(r["type"])
            if r["type"].split("/")[0].endswith(f":{service}") and r["type"].split(":")[1].endswith(f"/{_MAIN}"):
                self._main.setdefault(service, []).append(r["urn"])
            for name, value in r["inputs"].items():
                links = r["links"].get(name, [])
                if links or name in ("bucket", "name"):
                    for scope in (service, ""):
                        self._by_name.setdefault((scope, name), []).append((value, links or [r["urn"]]))

    def of(self, type_: str, name: str) -> tuple[Any, list[str]] | None:
        """A value with its links for an argument of that name, or None."""
        service = _service(type_)
        found = self._by_name.get((service, name)) or self._by_name.get(("", name))
        if found and name != "name":
            return found[0]
        main = self._main.get(service, [])
        if main and name.lower() in ("instanceid", f"{service.lower()}id", "clusterid", "dbinstanceid"):
            return UNKNOWN, main[:1]
        return None


def _service(type_: str) -> str:
    return type_.split(":")[1].split("/", maxsplit=1)[0]


def additions(type_: str, others: list[Registration], hints: Hints, places: Elsewhere) -> Iterator[Mutant]:
    """One resource of a type, with what it must have, pointing at what is there; then with each other argument. None
    of a type that no program can make."""
    base = addition(type_, others, hints, places)
    if base is not None:
        yield Mutant(type_, "added", "", ADDED, added=(base,))
        for path, change, changed in _changed(base, others, places):
            yield Mutant(type_, "added", path, f"{ADDED}: {change}", added=(changed,))


def addition(type_: str, others: list[Registration], hints: Hints | None, places: Elsewhere) -> Registration | None:
    """One resource of a type, with what it must have; without `hints` it points at nothing that is there."""
    known = arguments(type_)
    if not known:
        return None
    like = next(o for o in others if o["custom"] and not o["type"].startswith(PROVIDER))
    root = like["urn"].split("::")
    inputs: dict[str, Any] = {}
    links: dict[str, list[str]] = {}
    for name, argument in known.items():
        hint = hints.of(type_, name) if hints else None
        if hint is not None:
            inputs[name], links[name] = ([hint[0]] if argument.shape.kind == "list" else hint[0]), hint[1]
        elif argument.required:
            held = next((v.value for v in variants(argument, GONE, places) if v.value not in (GONE, UNKNOWN)), OTHER)
            inputs[name] = held
    return {
        **like,
        "urn": "::".join([*root[:2], type_, "added"]),
        "type": type_,
        "name": "added",
        "parent": "",
        "inputs": inputs,
        "links": links,
        "protect": False,
        "source": "",
    }
