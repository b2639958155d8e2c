"""Mutants of references: each argument that no reader reads naming each kind of resource that the proof leans on.

In: a registration, and one resource of each type that the proof leans on. Out: `Mutant`s whose change is `names` and
the type. Those that survive are explained by the row of `facts/<cloud>/references.yaml` that lets them.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from im_stack.facts.mechanism.identities import known, stands_for_another
from im_stack.facts.mechanism.references import can_name, is_read, open_argument
from im_stack.facts.mechanism.tables import name_in_tables
from im_stack.facts.model import Resource
from im_stack.facts.wire.constants import UNKNOWN
from im_stack.preflight.mutants.changes import Mutant
from im_stack.preflight.mutants.values import OTHER
from im_stack.preflight.recording.recording import Registration
from im_stack.preflight.sdk.resource_types import Argument, Shape, arguments

NAMES: Final = "names "
"""The change of an argument, before the type of what it names now."""


def naming(base: Registration, targets: Mapping[str, Resource], added: bool) -> Iterator[Mutant]:
    """One registration with each argument that no reader reads naming what the proof leans on: one of each type in
    `targets` that an argument of its name can name, by a name that is known or else by a link."""
    for name, argument in arguments(base["type"]).items():
        for type_, target, path in _named(base, name, argument, targets):
            text = None if stands_for_another(type_) else min(known(target), default=None)
            inputs = {**base["inputs"], name: _inside(argument.shape, path, text or UNKNOWN)}
            links = {**base["links"], name: [] if text else [target.urn]}
            changed: Registration = {**base, "inputs": inputs, "links": links}
            change = f"{NAMES}{name_in_tables(type_)}"
            replaced = {} if added else {base["urn"]: changed}
            yield Mutant(base["type"], base["name"], name, change, replaced, added=(changed,) if added else ())


def _named(
    base: Registration, name: str, argument: Argument, targets: Mapping[str, Resource]
) -> Iterable[tuple[str, Resource, tuple[str, ...]]]:
    """What an argument can name, with the members down to the text that does; one of an argument that may name all."""
    if is_read(base["type"], name):
        return ()
    found = (
        (type_, target, path)
        for type_, target in targets.items()
        if target.urn != base["urn"] and (path := _naming_member(argument, type_)) is not None
    )
    return found if open_argument(base["type"], name) else islice(found, 1)


def _naming_member(argument: Argument, type_: str) -> tuple[str, ...] | None:
    """The members down to a text in an argument that can name a resource of a type; None where there is none."""
    return next((path for path, leaf in texts_in(argument) if can_name(leaf, type_)), None)


def texts_in(argument: Argument) -> Iterator[tuple[tuple[str, ...], str]]:
    """The members down to each text in an argument, and what the innermost one is called."""
    shape = argument.shape
    if shape.members:
        for member in shape.members.values():
            yield from (((member.name, *path), leaf) for path, leaf in texts_in(member))
    elif shape.kind == "text" or (shape.item is not None and shape.item.kind == "text"):
        yield (), argument.name


def _inside(shape: Shape, path: tuple[str, ...], value: Any) -> Any:
    """A value of a shape with nothing in it but another value at a path."""
    if path:
        value = {path[0]: _inside(shape.members[path[0]].shape, path[1:], value)}
    elif shape.kind == "map":
        return {OTHER: value}
    return [value] if shape.kind == "list" else value
