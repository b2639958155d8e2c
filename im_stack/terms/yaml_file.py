"""Tables: the YAML files of this project, each read once per process, with libyaml where it is, and checked.

In: a path and the type of the document (a pydantic model, a tuple of models, a mapping). Out: the checked value, the
same for every call. Raises `InputError` with one problem per fault: file, line, and the row by its id.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from im_stack.terms.problem import InputError, Problem

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

T = TypeVar("T")


class Row(BaseModel):
    """The base of a table's rows: closed, and fixed once read."""

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
    name = f"{path.parent.name}/{path.name}"
    try:
        document = read_yaml(path)
        return TypeAdapter(kind).validate_python(document)
    except yaml.YAMLError as error:
        raise InputError(Problem(f"is no YAML: {error}", file=name)) from None
    except ValidationError as error:
        root = yaml.compose(path.read_bytes(), Loader=_LOADER)
        faults = [(e["msg"], e["loc"]) for e in error.errors(include_url=False, include_input=False)]
        found = [Problem(what, "", " ".join(_steps(document, loc)), "", name, _line(root, loc)) for what, loc in faults]
        raise InputError(*found) from None


def _steps(value: Any, loc: Sequence[int | str]) -> Iterator[str]:
    """The way to a fault, rows by their ids: `obligations IM-RET-02 bound default`."""
    for step in loc:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        own = value.get("id") if isinstance(value, dict) else None
        yield str(own or f"row {step + 1}") if isinstance(step, int) else step


def _line(node: Any, loc: Sequence[int | str]) -> int:
    """The line of the innermost part of a document that a fault's location leads to."""
    for step in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    return int(node.start_mark.line) + 1
