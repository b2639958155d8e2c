"""Incremental JSON reader: one list of a large document is read item by item and never held as a whole.

In: the text of a document, and the path of its list. Out: pairs of dotted key and value. Raises `json.JSONDecodeError`.
A parser of events needs four times the CPU where every key counts, reading it at once several times the memory.
"""

import json
import re
from collections.abc import Generator, Iterator
from typing import Any, Final

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
Piece = tuple[str, Any]


def pieces(text: str, path: tuple[str, ...]) -> Iterator[Piece]:
    """Every member of the blocks on `path` with its dotted key, and every row of the list at its end, as `path[]`.

    A key that is there twice comes twice. Raises `json.JSONDecodeError` where the text is no JSON block, or goes on
    after it.
    """
    end = yield from _block(text, _skip(text, 0), (), path)
    if _skip(text, end) != len(text):
        raise json.JSONDecodeError("there is something after its end", text, end)


def _block(text: str, at: int, where: tuple[str, ...], path: tuple[str, ...]) -> Generator[Piece, None, int]:
    at = _expect(text, at, "{")
    first = True
    while not _at(text, at, "}"):
        at = at if first else _expect(text, at, ",")
        first = False
        if not _at(text, at, '"'):
            raise json.JSONDecodeError("a key was expected", text, at)
        key, at = _DECODER.raw_decode(text, at)
        at = _expect(text, _skip(text, at), ":")
        here = (*where, key)
        if here == path and _at(text, at, "["):
            at = yield from _rows(text, at, here)
        elif here == path[: len(here)] and _at(text, at, "{"):
            at = yield from _block(text, at, here, path)
        else:
            value, at = _DECODER.raw_decode(text, at)
            yield ".".join(here), value
        at = _skip(text, at)
    return at + 1


def _rows(text: str, at: int, here: tuple[str, ...]) -> Generator[Piece, None, int]:
    at = _expect(text, at, "[")
    name = ".".join(here)
    yield name, []
    first = True
    while not _at(text, at, "]"):
        at = at if first else _expect(text, at, ",")
        first = False
        value, at = _DECODER.raw_decode(text, at)
        yield f"{name}[]", value
        at = _skip(text, at)
    return at + 1


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _at(text: str, at: int, sign: str) -> bool:
    if at >= len(text):
        raise json.JSONDecodeError("it ends too early", text, at)
    return text[at] == sign


def _expect(text: str, at: int, sign: str) -> int:
    if not _at(text, at, sign):
        raise json.JSONDecodeError(f"{sign!r} was expected", text, at)
    return _skip(text, at + 1)
