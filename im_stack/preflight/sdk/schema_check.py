"""Type check of a resource's inputs against its SDK. A provider refuses wrong types, missing and unknown arguments.

In: a type token and inputs in wire form. Out: one text per error. Allowed values are not checked; only the provider's
plugin knows them (`preflight check --plugin`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from im_stack.facts.wire.constants import SIGNATURE, is_unknown
from im_stack.facts.wire.secrets import plaintext
from im_stack.preflight.sdk.resource_types import Argument, Shape, arguments

_SWITCHES: Final = {"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"}
_TAKES: Final = {
    "flag": "a switch",
    "number": "a number",
    "text": "a text",
    "list": "a list",
    "block": "a block",
    "map": "a block",
}


def type_errors(type_: str, inputs: Mapping[str, Any], known: Mapping[str, Argument] | None = None) -> Iterator[str]:
    """Errors in a resource's arguments: a wrong type, a missing argument, an unknown name.

    `inputs` are in wire form. Of a type that no SDK here knows nothing is said. `known` are its arguments, for whom
    has them already.
    """
    known = arguments(type_) if known is None else known
    if known:
        yield from _members({key: plaintext(value) for key, value in inputs.items()}, known, "")


def _members(value: Mapping[str, Any], known: Mapping[str, Argument], path: str) -> Iterator[str]:
    for key, inner in value.items():
        if key.startswith("__") or inner is None:
            continue
        if key in known:
            yield from _value(inner, known[key].shape, f"{path}{key}")
        else:
            yield f"its provider knows no argument {path}{key}"
    for key, argument in known.items():
        if argument.required and value.get(key) is None:
            yield f"its argument {path}{key} is missing, and the provider needs it"


def _value(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if value is None or is_unknown(value):
        return
    if isinstance(value, dict) and SIGNATURE in value:
        return  # a file or a reference: its kind is the engine's affair
    if not _is_a(value, shape.kind):
        yield f"its argument {path} is {_kind(value)}, and the provider takes {_TAKES[shape.kind]}"
    elif isinstance(value, list) and shape.item:
        for index, item in enumerate(value):
            yield from _value(item, shape.item, f"{path}[{index}]")
    elif isinstance(value, dict) and shape.kind == "map" and shape.item:
        for key, item in value.items():
            yield from _value(item, shape.item, f"{path}.{key}")
    elif isinstance(value, dict) and shape.members:
        yield from _members(value, shape.members, f"{path}.")


def _is_a(value: Any, kind: str) -> bool:
    """Whether a provider takes a value for a kind: simple values are converted where their text says the same."""
    if kind == "text":
        return isinstance(value, str | int | float)
    if kind == "flag":
        return isinstance(value, bool) or (isinstance(value, str) and value in _SWITCHES)
    if kind == "number":
        return (isinstance(value, int | float) and not isinstance(value, bool)) or _is_numeric(value)
    return isinstance(value, list if kind == "list" else dict)


def _is_numeric(value: Any) -> bool:
    try:
        return isinstance(value, str) and value == value.strip() and float(value) is not None
    except ValueError:
        return False


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a switch"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "a block" if isinstance(value, dict) else "a text"
