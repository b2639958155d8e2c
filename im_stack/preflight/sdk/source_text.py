"""Resource types of an SDK, parsed from its source: arguments and their types, without importing the SDK.

In: a type token. Out: `Argument`s by wire name, as in `resource_types`. Importing the SDK of a whole cloud takes
minutes; this parses one class per type, and the classes of blocks when they are used.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from im_stack.facts.mechanism.cloud import provider_of
from im_stack.preflight.sdk.resource_types import DEPTH, Argument, Shape, numbers, registry, texts

_CLASS = re.compile(r"^class (\w+(?:Args|InitArgs)|_\w+State)\b", re.MULTILINE)
_NEXT = re.compile(r"\n\S")
_OTHERS: Final = ("get_", "outputs.", "__init__.")
"""How files begin that hold no arguments of resources."""
NO_PYTHON: Final = frozenset({"tencentcloud_iac_pulumi.dlc"})
"""Modules that cannot be imported, because a file of theirs is no Python: no program can make their types."""
_KINDS: Final = {"bool": "flag", "int": "number", "float": "number"}
_AROUND: Final = ("Input", "InputType", "Optional", "Awaitable", "Output")


class _Members(Mapping[str, Argument]):
    """The arguments of a block, read when they are first asked for."""

    def __init__(self, read: Callable[[], Mapping[str, Argument]]) -> None:
        self._read = read

    @cached_property
    def _held(self) -> Mapping[str, Argument]:
        return self._read()

    def __getitem__(self, name: str) -> Argument:
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


@dataclass(frozen=True)
class _Package:
    """One module of an SDK: where the text of each class of arguments is."""

    texts: tuple[str, ...]
    places: Mapping[str, tuple[int, int, int]]

    def body(self, name: str) -> ast.ClassDef | None:
        if name not in self.places:
            return None
        text, start, end = self.places[name]
        parsed = ast.parse(self.texts[text][start:end]).body[0]
        return parsed if isinstance(parsed, ast.ClassDef) else None


@cache
def arguments(type_: str) -> Mapping[str, Argument]:
    """The arguments of a type by the name they have on the wire; empty where no SDK here knows the type, or where its
    module is no Python."""
    module, name = _class(type_)
    own = f"{name}InitArgs"  # where a block of another type has the plain name already
    return _members(module, own if own in _package(module).places else f"{name}Args", 0) if module else {}


@cache
def properties(type_: str) -> Mapping[str, Argument]:
    """All that a state can have of a type, its arguments among it; empty where `arguments` are."""
    module, name = _class(type_)
    return _members(module, f"_{name}State", 0) if module else {}


def _class(type_: str) -> tuple[str, str]:
    module, name = registry(provider_of(type_)).get(type_, ("", ""))
    return ("", "") if module in NO_PYTHON else (module, name)


@cache
def _package(module: str) -> _Package:
    """The text of an SDK's module. Its parent is found without being imported."""
    sdk, _, below = module.partition(".")
    spec = find_spec(sdk)
    folder = Path(spec.origin).parent.joinpath(*below.split(".")) if spec and spec.origin else Path()
    files = [path for path in sorted(folder.glob("*.py")) if not path.name.startswith(_OTHERS)]
    read = tuple(path.read_text(encoding="utf-8") for path in files)
    places = {}
    for number, text in enumerate(read):
        for match in _CLASS.finditer(text):
            after = _NEXT.search(text, match.end())
            places[match[1]] = number, match.start(), after.start() if after else len(text)
    return _Package(read, places)


@cache
def _members(module: str, name: str, depth: int) -> Mapping[str, Argument]:
    """The members of a class of arguments, in the order of its properties."""
    body = _package(module).body(name) if depth <= DEPTH else None
    if body is None:
        return {}
    functions = [node for node in body.body if isinstance(node, ast.FunctionDef)]
    required = {name for node in functions if node.name == "__init__" for name in _required(node)}
    found = {}
    for node in functions:
        wire = _wire_name(node)
        if wire and node.returns is not None:
            doc = ast.get_docstring(node, clean=False) or ""
            shape = _shape(node.returns, module, depth)
            found[wire] = Argument(wire, shape, node.name in required, tuple(texts(doc)), tuple(numbers(doc)))
    return found


def _required(init: ast.FunctionDef) -> Iterator[str]:
    named = zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)
    yield from (argument.arg for argument, default in named if default is None)


def _wire_name(node: ast.FunctionDef) -> str:
    """Wire name of a property; empty for any other function."""
    for decorator in node.decorator_list:
        if ast.unparse(decorator) == "pulumi.getter":
            return node.name
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pulumi.getter":
            return next((str(ast.literal_eval(k.value)) for k in decorator.keywords if k.arg == "name"), node.name)
    return ""


def _shape(annotation: ast.expr, module: str, depth: int) -> Shape:
    if isinstance(annotation, ast.Subscript):
        outer, inner = _last(annotation.value), annotation.slice
        args = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if outer in _AROUND or outer == "Union":
            return _shape(args[0], module, depth)
        if outer in ("Sequence", "List", "list"):
            item = _shape(args[0], module, depth)
            return Shape("list", item.members, item)
        if outer in ("Mapping", "Dict", "dict"):
            return Shape("map", {}, _shape(args[1], module, depth))
    name = _last(annotation)
    if name in _package(module).places:
        return Shape("block", _Members(lambda: _members(module, name, depth + 1)))
    return Shape(_KINDS.get(name, "text"), {})


def _last(annotation: ast.expr) -> str:
    """The last word of a name (`str` of `_builtins.str`), also where it is quoted."""
    text = annotation.value if isinstance(annotation, ast.Constant) else ast.unparse(annotation)
    return str(text).rsplit(".", 1)[-1]
