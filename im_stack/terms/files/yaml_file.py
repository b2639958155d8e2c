"""Tables: the YAML files of this project, each read once per process, with libyaml where it is, and checked.

In: a path and the type of the document (a pydantic model, a tuple of models, a mapping). Out: the checked value, the
same for every call. Raises `InputError` with one problem per fault: file, line, and the row by its id.
"""

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from im_stack.terms.faults import keys_at, words
from im_stack.terms.problem import InputError, Problem, one_of

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

T = TypeVar("T")


class Row(BaseModel):
    """The base of what a file says, a row of a table or a block of keys: closed, and fixed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_yaml(path: Path) -> Any:
    """The document of a file. Raises `yaml.YAMLError` where it does not parse."""
    return yaml.load(path.read_bytes(), Loader=_LOADER)


def load(path: Path, kind: type[T]) -> T:
    """The document of a file as a value of `kind`."""
    table: T = _load(path, kind)  # type: ignore[arg-type]  # every type is hashable
    return table


@cache
def _load(path: Path, kind: Any) -> Any:
    return Document(f"{path.parent.name}/{path.name}", path.read_bytes()).valid(kind)


class Document:
    """A YAML text and its `value`; `name` is how a message calls the file. Raises `InputError` where it is no YAML."""

    def __init__(self, name: str, text: str | bytes) -> None:
        self._name, self._text = name, text
        try:
            self.value = yaml.load(text, Loader=_LOADER)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise InputError(
                Problem(f"is no YAML: {getattr(error, 'problem', error)}", file=name, line=mark and mark.line + 1)
            ) from None

    def valid(self, kind: Any) -> Any:
        """The document as a value of `kind`."""
        try:
            return TypeAdapter(kind).validate_python(self.value)
        except ValidationError as error:
            raise InputError(*(self._fault(kind, fault) for fault in error.errors(include_url=False))) from None

    def check_keys(self) -> None:
        """Raises `InputError` for a key that stands twice, of which YAML takes the last."""
        problems = [Problem("the key stands twice", "one of the two", *row) for row in self._twice(self._root, set())]
        if problems:
            raise InputError(*problems)

    def problem(self, loc: Sequence[int | str], what: str, right: str = "") -> Problem:
        """A problem with a part of the document."""
        return Problem(what, right, " ".join(_steps(self.value, loc)), "", self._name, _line(self._root, loc))

    def _fault(self, kind: Any, fault: Any) -> Problem:
        loc = fault["loc"]
        if fault["type"] == "extra_forbidden":
            return self.problem(loc, "is no key here", one_of(str(loc[-1]), keys_at(kind, loc[:-1])))
        if fault["type"] == "missing":
            return self.problem(loc, "is missing")
        return self.problem(loc, *words(fault))

    @cached_property
    def _root(self) -> Any:
        """The nodes, for their lines: only on the way to a message."""
        return yaml.compose(self._text, Loader=_LOADER)

    def _twice(self, node: Any, seen: set[int]) -> Iterator[tuple[str, str, str, int]]:
        if node is None or id(node) in seen or isinstance(node, yaml.ScalarNode):
            return
        seen.add(id(node))
        keys = set()
        for child in node.value:
            key, value = child if isinstance(child, tuple) else (None, child)
            if key is not None and key.value in keys and isinstance(key, yaml.ScalarNode):
                yield key.value, "", self._name, key.start_mark.line + 1
            keys.add(key.value if isinstance(key, yaml.ScalarNode) else None)
            yield from self._twice(value, seen)


def _steps(value: Any, loc: Sequence[int | str]) -> Iterator[str]:
    """The way to a fault, rows by their ids: `obligations IM-RET-02 bound default`."""
    for step in loc:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        own = value.get("id") if isinstance(value, dict) else None
        yield str(own or f"row {step + 1}") if isinstance(step, int) else step


def _line(node: Any, loc: Sequence[int | str]) -> int | None:
    """The line of the innermost part of a document that a fault's location leads to."""
    line = node.start_mark.line + 1 if node is not None else None
    for step in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            key, node = next(((key, value) for key, value in node.value if key.value == step), (None, node))
            line = key.start_mark.line + 1 if key is not None else line
    return line
