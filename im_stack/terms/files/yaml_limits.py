"""Limits of a YAML configuration file: size, depth, number of values, and plain values only.

Raises `InputError`. They are checked before and after parsing, because a parser can take quadratic time, and aliases
can multiply a few lines into any number of values.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from im_stack.terms.files.bounded import read_text
from im_stack.terms.problem import InputError, Problem

LARGEST: Final = 256 << 10
"""Bytes of a file; a stack's own is a few thousand."""
_DEPTH: Final = 40
_VALUES: Final = 50_000
_RIGHT: Final = "a few kilobytes of YAML, in the folder of Pulumi.yaml (--project)"


def read_config(path: Path) -> str:
    """The text of a configuration file. Raises `InputError` as `read_text` does, and for too many open brackets."""
    text = read_text(path, LARGEST, _RIGHT)
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > _DEPTH:  # a parser of YAML takes quadratic time for these
            line = text.count("\n", 0, bracket.start()) + 1
            raise InputError(Problem(f"more than {_DEPTH} brackets are open", file=str(path), line=line))
    return text


def check_plain(document: Any, path: Path) -> None:
    """Raises `InputError` for what is too much when every alias is written out, too deep, or no plain value."""
    for count, (key, fault) in enumerate(_faults(document, "", 0)):
        if fault:
            raise InputError(Problem(fault, key=key, file=str(path)))
        if count > _VALUES:
            what = f"there are more than {_VALUES:,} values, every alias written out"
            raise InputError(Problem(what, _RIGHT, key, file=str(path)))


def _faults(value: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """Every value inside with its key and its fault, if it has one."""
    if depth > _DEPTH:
        yield key, f"there are more than {_DEPTH} levels inside one another"
    elif isinstance(value, dict):
        yield key, ""
        for name, inner in value.items():
            inside = f"{key}.{name}".removeprefix(".").removeprefix("config.")
            if not isinstance(name, str):
                yield inside, f"the key {name!r} is no text: put it in quotes"
            yield inside, _wrong(name)
            yield from _faults(inner, inside, depth + 1)
    elif isinstance(value, list):
        yield key, ""
        for inner in value:
            yield from _faults(inner, key, depth + 1)
    else:
        yield key, _wrong(value)


def _wrong(value: Any) -> str:
    if isinstance(value, str):
        return "" if _is_text(value) else "it holds half a character, which no text can"
    if value is None or isinstance(value, bool | int | float | date):
        return ""
    return f"a {type(value).__name__} is no plain value"


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
