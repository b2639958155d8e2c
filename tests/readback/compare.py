"""Differences between a service's answer and the recording."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped]

from tests.readback.names import same_name
from tests.readback.table import Kind


def differences(kind: Kind, inputs: Mapping[str, Any], held: Mapping[str, Any]) -> list[str]:
    """Recorded arguments with another value in the service, and values of the service that are not recorded."""
    found = []
    for argument, value in inputs.items():
        if argument not in kind.own:
            found += list(_argument(kind, argument, value, held))
    for way, expected in kind.besides.items():
        value = jmespath.search(way, held)
        if value != (held["region"] if expected == "$region" else expected):
            found.append(f"{way}: {value!r} is not recorded")
    return found


def _argument(kind: Kind, argument: str, value: Any, held: Mapping[str, Any]) -> Iterator[str]:
    if argument in kind.unread:
        return
    if argument in kind.held:
        value = kind.held[argument](value)
    name = same_name(argument, held)
    has = jmespath.search(kind.back[argument], held) if argument in kind.back else held[name] if name else None
    yield from _differ(value, has, argument, kind)


def _differ(said: Any, has: Any, way: str, kind: Kind) -> Iterator[str]:
    if way in kind.unread:
        return
    if isinstance(said, Mapping) and isinstance(has, list) and len(has) == 1:  # a block that may come but once
        has = has[0]
    if isinstance(said, Mapping) and isinstance(has, Mapping):
        for key, value in said.items():
            inner = f"{way}.{key}"
            name = same_name(key, has)
            found = jmespath.search(kind.back[inner], has) if inner in kind.back else has[name] if name else None
            yield from _differ(value, found, inner, kind)
    elif isinstance(said, list) and isinstance(has, list):
        if len(said) != len(has) or not all(any(not list(_differ(one, o, way, kind)) for o in has) for one in said):
            yield f"{way}: recorded {said!r}, held {has!r}"
    elif isinstance(has, Mapping) and len(has) == 1 and not isinstance(said, str):  # a wrapper of one value
        yield from _differ(said, next(iter(has.values())), way, kind)
    elif _plain(said) != _plain(has):
        yield f"{way}: recorded {said!r}, held {has!r}"


def _plain(value: Any) -> Any:
    """A value independent of the protocol: numbers and booleans as text, documents parsed."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(int(value)) if int(value) == value else str(value)
    if isinstance(value, str) and value.startswith("{"):
        return json.loads(value)
    return value
