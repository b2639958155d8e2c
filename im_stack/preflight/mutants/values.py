"""Other values of an argument, in the wire format, from its shape in the SDK and its present value.

Each has the name of its kind of change (`absent`, `off`, `longer`, `elsewhere` ...), by which results are grouped and
explained.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from im_stack.facts.wire.constants import SIGNATURE, UNKNOWN, is_secret
from im_stack.preflight.mutants.documents import weakened
from im_stack.preflight.sdk.resource_types import Argument, Shape
from im_stack.terms.period import format_period, parse_period

OTHER: Final = "something-else"


class _Gone:
    def __repr__(self) -> str:
        return "absent"


GONE: Final = _Gone()
"""Not set."""
_LONG: Final = 400_000_000
_NAMES: Final = 12
_CRON: Final = re.compile(r"^[\d*/,?LW#-]+( [\d*/,?LW#A-Za-z-]+){4,6}$")
_ADDRESS: Final = re.compile(r"^(\d{1,3}\.){3}\d{1,3}(/\d+)?$")


@dataclass(frozen=True)
class Elsewhere:
    """Where a value may point instead: the home region, and another."""

    home: str
    away: str


@dataclass(frozen=True)
class Variant:
    """One other value. `path` is below the argument (`[].days`), `change` says what kind of change it is."""

    path: str
    change: str
    value: Any


def variants(argument: Argument, now: Any, places: Elsewhere) -> Iterator[Variant]:
    """Every other value of an argument that holds `now` (`GONE` where it is not set). Never `now` itself."""
    seen = [json.dumps(now, sort_keys=True, default=repr)]
    for variant in _variants(argument, argument.shape, now, places):
        key = json.dumps(variant.value, sort_keys=True, default=repr)
        if key not in seen:
            seen.append(key)
            yield variant


def _variants(argument: Argument, shape: Shape, now: Any, places: Elsewhere) -> Iterator[Variant]:
    yield Variant("", "absent", GONE)
    yield Variant("", "not known", UNKNOWN)
    if now is GONE:
        yield from _set(argument, shape, places)
        return
    if is_secret(now):
        yield Variant("", "no secret", now["value"])
    elif isinstance(now, dict):
        yield from _block(shape, now, places)
    elif isinstance(now, list):
        yield from _list(argument, shape, now, places)
    elif isinstance(now, bool):
        yield Variant("", "off" if now else "on", not now)
    elif isinstance(now, int | float):
        yield from _number(argument, now)
    elif isinstance(now, str):
        yield from _text(argument, now, places)


def _set(argument: Argument, shape: Shape, places: Elsewhere) -> Iterator[Variant]:
    """Values for an argument that is not set."""
    if shape.kind == "flag":
        yield Variant("", "on", True)
        yield Variant("", "off", False)
    elif shape.kind == "number":
        yield from _number(argument, GONE)
    elif shape.kind == "text":
        yield from _text(argument, GONE, places)
    elif shape.kind == "map":
        yield Variant("", "set", {OTHER: _least(shape.item, places)})
    elif shape.kind == "list":
        yield Variant("", "empty", [])
        yield from (Variant("[]" + v.path, v.change, [v.value]) for v in _one_more(argument, shape, places))
    else:
        yield from _filled(shape.members, places)


def _one_more(argument: Argument, shape: Shape, places: Elsewhere) -> Iterator[Variant]:
    """Members that a list could have besides: blocks with each of their members set in turn, or plain values."""
    item = shape.item or Shape("text", {})
    if item.members:
        yield from _filled(item.members, places)
    else:
        yield from (v for v in _set(argument, item, places) if v.value is not GONE)


def _filled(members: Mapping[str, Argument], places: Elsewhere) -> Iterator[Variant]:
    """A block with only what it must have, then with each member at each of its values."""
    least = {name: _least(member.shape, places, member) for name, member in members.items() if member.required}
    yield Variant("", "set", least)
    for name, member in members.items():
        for inner in _set(member, member.shape, places):
            if inner.value is not GONE:
                yield Variant(f".{name}{inner.path}", inner.change, {**least, name: inner.value})


def _least(shape: Shape | None, places: Elsewhere, argument: Argument | None = None) -> Any:
    """Some value of a shape, for what has to be there."""
    if shape is None or shape.kind == "text":
        return argument.names[0] if argument and argument.names else places.home if argument is None else OTHER
    if shape.kind == "flag":
        return True
    if shape.kind == "number":
        return float(argument.numbers[0]) if argument and argument.numbers else 1.0
    if shape.kind == "map":
        return {}
    block = {name: _least(member.shape, places, member) for name, member in shape.members.items() if member.required}
    return ([block] if shape.members else []) if shape.kind == "list" else block


def _block(shape: Shape, now: Mapping[str, Any], places: Elsewhere) -> Iterator[Variant]:
    item = shape.item or Shape("text", {})
    named = {name: shape.members.get(name) or _unnamed(name, now[name], item) for name in now if name != SIGNATURE}
    for name, member in {**shape.members, **named}.items():
        for inner in variants(member, now.get(name, GONE), places):
            rest = {key: value for key, value in now.items() if key != name}
            yield Variant(
                f".{name}{inner.path}", inner.change, rest if inner.value is GONE else {**rest, name: inner.value}
            )


def _list(argument: Argument, shape: Shape, now: list[Any], places: Elsewhere) -> Iterator[Variant]:
    yield Variant("", "empty", [])
    if len(now) > 1:
        yield from (Variant("[]", "one less", now[:at] + now[at + 1 :]) for at in range(len(now)))
    one = Argument(argument.name, shape.item or Shape("text", {}), True, argument.names, argument.numbers)
    for at, item in enumerate(now):
        for inner in variants(one, item, places):
            if inner.value is not GONE:
                changed = [*now[:at], inner.value, *now[at + 1 :]]
                yield Variant(f"[]{inner.path}", inner.change, changed)
                if at == 0:  # what holds as long as one member says so shows only where that one stays
                    yield Variant(f"[]{inner.path}", f"also {inner.change}", [*now, inner.value])
    for inner in _one_more(argument, shape, places):
        yield Variant(f"[]{inner.path}", f"also {inner.change}", [*now, inner.value])


def _unnamed(name: str, now: Any, item: Shape) -> Argument:
    """A member that no schema names: what it is shows in what it holds."""
    kind = {bool: "flag", float: "number", int: "number", dict: "block", list: "list"}.get(type(now), item.kind)
    return Argument(name, Shape(kind, {}, None), False, (), ())


def _number(argument: Argument, now: Any) -> Iterator[Variant]:
    if now is not GONE:
        yield Variant("", "longer", float(now) * 10 + 1)
        yield Variant("", "shorter", float(int(now) // 2))
    yield Variant("", "zero", 0.0)
    yield Variant("", "one", 1.0)
    yield Variant("", "negative", -1.0)
    yield Variant("", "very long", float(_LONG))
    yield from (Variant("", "next value", float(number)) for number in argument.numbers[:_NAMES])


def _text(argument: Argument, now: Any, places: Elsewhere) -> Iterator[Variant]:
    for name in argument.names[:_NAMES]:
        yield Variant("", "next mode", name)
    yield Variant("", "empty", "")
    yield Variant("", "something else", OTHER)
    if now is GONE:
        if re.search(r"region|zone", argument.name, re.I):
            yield Variant("", "elsewhere", places.away)
        for text in ("0.0.0.0/0", "*", "true", "400000"):
            yield Variant("", "set", text)
        return
    if places.home in now:
        yield Variant("", "elsewhere", now.replace(places.home, places.away))
    if now[:1] in "{[":
        yield from (Variant(f"|{path}", change, text) for path, change, text in weakened(now, places.home, places.away))
        return
    period = _period(now)
    if period is not None:
        yield Variant("", "longer", format_period(period * 10))
        yield Variant("", "shorter", format_period(period / 2))
    elif _ADDRESS.match(now):
        yield Variant("", "anywhere", "0.0.0.0/0")
    elif _CRON.match(now):
        fields = now.split(" ")
        yield Variant("", "rarer", " ".join(["0", "0", "0", "1", *fields[4:]]))
        yield Variant("", "never", " ".join([*fields[:-1], "2000"] if len(fields) > 6 else ["0", "0", "31", "2", "*"]))
    elif now.replace(".", "", 1).isdigit():
        yield Variant("", "longer", str(int(float(now)) * 10 + 1))
        yield Variant("", "zero", "0")
    elif re.search(r"\d", now):
        yield Variant("", "other digits", re.sub(r"\d", lambda d: str((int(d[0]) + 9) % 10), now))
    if re.search(r"[\s,;]", now.strip()) and period is None:
        words = re.split(r"(?<=[\s,;])", now)
        # Of a list each word may count; a longer text is code or prose, in which one word is as good as another.
        shortened = ("".join(words[:at] + words[at + 1 :]) for at in range(min(len(words), _NAMES)))
        yield from (Variant("", "one word less", text) for text in shortened)


def _period(text: str) -> timedelta | None:
    try:
        return parse_period(text) if text.startswith("P") else None
    except ValueError:
        return None
