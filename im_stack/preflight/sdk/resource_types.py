"""Resource types of an SDK: arguments, their types, and the values that their descriptions mention.

In: a type token. Out: `Argument`s by wire name; none for a type that no SDK has. It reads the generated classes
(`<Class>Args`): of a service only the module of the type is imported (`lazy_loading`), and a block when it is used.
"""

import ast
import collections.abc
import json
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Final

from pulumi._types import input_type_py_to_pulumi_names, input_type_types, is_input_type

from im_stack.facts.mechanism.cloud import provider_of, sdk_of, sdks
from im_stack.preflight.sdk import lazy_loading

_QUOTED = re.compile(r"`([^`\n]{1,60})`")
_NUMBER = re.compile(r"(?<![\w.-])\d{1,9}(?![\w.-]*[A-Za-z])")
DEPTH: Final = 5
"""Blocks within blocks that are looked into."""
NO_PYTHON: Final = frozenset({"tencentcloud_iac_pulumi.dlc"})
"""Services that cannot be imported, because a file of theirs is no Python: no program can make their types."""


@dataclass(frozen=True)
class Shape:
    """Type of an argument: `kind` is text, number, flag, list, block or map; `members` are those of a block or
    of a list's blocks, `item` is what a list or map holds."""

    kind: str
    members: "Mapping[str, Argument]"
    item: "Shape | None" = None


@dataclass(frozen=True)
class Argument:
    """One argument of a type. `names` are the texts and `numbers` the numbers that its description mentions."""

    name: str
    shape: Shape
    required: bool
    names: tuple[str, ...]
    numbers: tuple[int, ...]


@cache
def registry(package: str) -> Mapping[str, tuple[str, str]]:
    """Python module and class by type token of a provider's package; empty without the package."""
    sdk = sdk_of(package)
    spec = find_spec(sdk) if sdk else None
    if spec is None or spec.origin is None:
        return {}
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    found: dict[str, tuple[str, str]] = {}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for keyword in call.keywords:
            if keyword.arg == "resource_modules" and isinstance(keyword.value, ast.Constant):
                for module in json.loads(str(keyword.value.value)):
                    found |= {token: (module["fqn"], name) for token, name in module["classes"].items()}
    return dict(sorted(found.items()))


@cache
def arguments(type_: str) -> Mapping[str, Argument]:
    """The arguments of a type by the name they have on the wire; empty where no SDK here knows the type, or where
    its module is no Python: no program can make such a type either."""
    # Where a block of another type has the plain name already, the SDK calls a type's own arguments `InitArgs`.
    return _members(_class(type_, "{}InitArgs") or _class(type_, "{}Args"), 0)


@cache
def properties(type_: str) -> Mapping[str, Argument]:
    """All that a state can have of a type, its arguments among it; empty where `arguments` are."""
    return _members(_class(type_, "_{}State"), 0)


def _class(type_: str, called: str) -> Any:
    """A class beside that of a type, in the same module; None where there is none."""
    service, name = registry(provider_of(type_)).get(type_, ("", ""))
    if not name or service in NO_PYTHON:
        return None
    _load_lazily()
    made = getattr(import_module(service), name)
    return getattr(sys.modules[made.__module__], called.format(name), None)


@cache
def _load_lazily() -> None:
    lazy_loading.install(sdks())


class _Members(Mapping[str, Argument]):
    """The arguments of a block, read when they are first asked for."""

    def __init__(self, cls: Any, depth: int) -> None:
        self._cls, self._depth = cls, depth

    @cached_property
    def _held(self) -> Mapping[str, Argument]:
        return _members(self._cls, self._depth)

    def __getitem__(self, name: str) -> Argument:
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


@cache
def _members(cls: Any, depth: int) -> Mapping[str, Argument]:
    if depth > DEPTH or not is_input_type(cls):
        return {}
    required = {name for name, p in signature(cls.__init__).parameters.items() if p.default is Parameter.empty}
    names = input_type_py_to_pulumi_names(cls)
    wire_types = input_type_types(cls)
    found = {}
    for python_name, name in names.items():
        if name not in wire_types:
            continue
        doc = getattr(cls, python_name).__doc__ or "" if isinstance(getattr(cls, python_name, None), property) else ""
        found[name] = Argument(
            name,
            _shape(wire_types[name], depth),
            python_name in required,
            tuple(_texts(doc)),
            tuple(_numbers(doc)),
        )
    return found


def _shape(type_: Any, depth: int) -> Shape:
    inner = _plain(type_)
    origin = typing.get_origin(inner)
    if origin in (collections.abc.Sequence, list):
        item = _shape(typing.get_args(inner)[0], depth)
        return Shape("list", item.members, item)
    if origin in (collections.abc.Mapping, dict):
        return Shape("map", {}, _shape(typing.get_args(inner)[1], depth))
    if is_input_type(inner):
        return Shape("block", _Members(inner, depth + 1))
    kind = {bool: "flag", int: "number", float: "number"}.get(inner, "text")
    return Shape(kind, {})


def _plain(type_: Any) -> Any:
    """The type itself, without what an input may be besides: an awaitable, an output, nothing."""
    if typing.get_origin(type_) is not typing.Union:
        return type_
    return next((arg for arg in typing.get_args(type_) if arg is not type(None)), str)


def _texts(doc: str) -> Iterator[str]:
    """Values that a description names in backquotes."""
    for text in dict.fromkeys(_QUOTED.findall(doc)):
        if not re.search(r"[\s(){}<>\[\]=]", text.strip()):
            yield text.strip().strip("'\"")


def _numbers(doc: str) -> Iterator[int]:
    """Numbers that a description mentions."""
    yield from dict.fromkeys(int(text) for text in _NUMBER.findall(doc))
