"""Mutants of JSON documents in text arguments (policies, instructions), one change each.

No policy language is known here: effects and conditions are inverted by their words, lists lose a member, patterns lose
their `/*`, numbers and periods grow, names are replaced.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from im_stack.terms.period import format_period, parse_period

_OPPOSITE: Final = {
    "allow": "deny",
    "deny": "allow",
    "Allow": "Deny",
    "Deny": "Allow",
    "true": "false",
    "false": "true",
    "on": "off",
    "off": "on",
}
_INVERTED: Final = (
    ("_not_equal", "_equal"),
    ("_equal", "_not_equal"),
    ("less_than", "greater_than"),
    ("greater_than", "less_than"),
    ("NotEquals", "Equals"),
    ("Equals", "NotEquals"),
    ("LessThan", "GreaterThan"),
    ("GreaterThan", "LessThan"),
    ("Bool", "StringEquals"),
    ("for_any_value", "for_all_value"),
    ("for_all_value", "for_any_value"),
)


def weakened(text: str, home: str, away: str) -> Iterator[tuple[str, str, str]]:
    """Every changed document as (path, change, text); nothing where `text` is no JSON document."""
    try:
        document = json.loads(text)
    except ValueError:
        return
    yield "", "no document", text + "}"
    yield "", "empty", "{}"
    for path, change, changed in _changed(document, home, away):
        yield path, change, json.dumps(changed, sort_keys=True)


def _changed(value: Any, home: str, away: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            rest = {k: v for k, v in value.items() if k != key}
            yield f".{key}", "absent", rest
            for old, new in _INVERTED:
                if old in key:
                    yield f".{key}", "inverted", {**rest, key.replace(old, new): inner}
                    break
            for path, change, changed in _changed(inner, home, away):
                yield f".{key}{path}", change, {**value, key: changed}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield "[]", "one less", value[:at] + value[at + 1 :]
            for path, change, changed in _changed(inner, home, away):
                yield f"[]{path}", change, [*value[:at], changed, *value[at + 1 :]]
                if isinstance(inner, dict):
                    yield f"[]{path}", f"also {change}", [*deepcopy(value), changed]
    elif isinstance(value, bool):
        yield "", "off" if value else "on", not value
    elif isinstance(value, int | float):
        yield "", "longer", value * 10 + 1
        yield "", "shorter", value / 2
        yield "", "zero", 0
    elif isinstance(value, str):
        yield from _text(value, home, away)


def _text(text: str, home: str, away: str) -> Iterator[tuple[str, str, Any]]:
    if text in _OPPOSITE:
        yield "", "inverted", _OPPOSITE[text]
        return
    if home in text:
        yield "", "elsewhere", text.replace(home, away)
    if text.endswith("*") and len(text) > 1:
        yield "", "narrower", text[:-1]
        yield "", "narrower", text.removesuffix("/*") if text.endswith("/*") else f"{text[:-1]}x*"
        yield "", "narrower", f"{text[:-1]}only-this/*"
    elif text != "*":
        yield "", "wider", f"{text[: max(1, len(text) // 2)]}*"
    yield "", "everything", "*"
    yield "", "something else", re.sub(r"\d", "7", text) if re.search(r"\d{5}", text) else f"{text}x"
    try:
        period = parse_period(text)
    except ValueError:
        return
    yield "", "longer", format_period(period * 10)
    yield "", "shorter", format_period(period / 2)
