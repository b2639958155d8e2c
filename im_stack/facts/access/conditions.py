"""Conditions of policy statements, read as constraints on the keys of a request.

In: the condition of a statement (`{operator: {key: values}}`) and the operators of its language. Out: for each key of
each operator a constraint that certainly means no more, and one that certainly means no less; None where there is
none. Several values are alternatives; several keys and operators must all hold.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_network
from math import inf, isfinite
from typing import Any

from im_stack.facts.access.patterns import ANY, ONE, confined, literal
from im_stack.facts.access.requests import Constraint, Span

Bounds = tuple[Constraint | None, Constraint | None]
_VALUES = 1_000


@dataclass(frozen=True)
class Operators:
    """How a language writes operators: a table from each name to what it compares (`kind`) and whether it is negated,
    the end of a name that lets a request without the key pass, and the beginnings for keys of several values.

    `absent_negated`: whether a request without the key meets a negated operator (None: nothing says so).
    `key` writes a key as requests have it.
    """

    named: Mapping[str, tuple[str, bool]]
    if_exists: str
    any_value: str
    all_values: str
    absent_negated: bool | None
    key: Callable[[str], str]


def read_conditions(block: Any, operators: Operators) -> Iterator[Bounds]:
    """The bounds of every condition in a block; one that is not read certainly means nothing, and may mean all."""
    if not isinstance(block, Mapping):
        yield None, None
        return
    for operator, keys in block.items():
        if not isinstance(keys, Mapping) or not keys:
            yield None, None
            continue
        for key, values in keys.items():
            yield _read(operator, operators.key(key), values, operators)


def _read(operator: str, key: str, values: Any, operators: Operators) -> Bounds:
    many = next((p for p in (operators.any_value, operators.all_values) if operator.startswith(p)), "")
    name = operator.removeprefix(many)
    optional = name.endswith(operators.if_exists)
    # equivalent(constant): a name without a kind is not read
    kind, negated = operators.named.get(name.removesuffix(operators.if_exists), ("", False))
    listed = _listed(values)
    if not kind or listed is None or (kind == "null" and (optional or many)):
        return None, None
    less, more = _bounds(key, kind, listed)
    # equivalent(operand): both bounds are read, or neither
    if kind == "null" or less is None or more is None:
        return less, more
    less, more = (
        replace(constraint, inverted=negated, many=bool(many), every=many == operators.all_values)
        for constraint in ((more, less) if negated else (less, more))
    )
    if many or optional or not negated:
        return replace(less, absent=optional), replace(more, absent=optional)
    absent = operators.absent_negated
    return replace(less, absent=absent is True), replace(more, absent=absent is not False)


def _listed(values: Any) -> list[str] | None:
    """The values of a condition as texts; None where one of them is none, or a variable that stands for another."""
    listed = values if isinstance(values, list) else [values]
    spelled = [str(v).lower() if isinstance(v, bool) else str(v) for v in listed if isinstance(v, str | int | float)]
    # equivalent(comparison, operand): too many values are only more work
    if not listed or len(spelled) != len(listed) or len(listed) > _VALUES or any("${" in each for each in spelled):
        return None
    return spelled


def _null(key: str, listed: list[str]) -> Constraint | None:
    """Whether the key must be missing (`true`), or there (`false`)."""
    if not {each.lower() for each in listed} <= {"true", "false"}:
        return None
    missing = {each.lower() == "true" for each in listed}
    return Constraint(key, frozenset({ANY} if False in missing else ()), absent=True in missing)


def _bounds(key: str, kind: str, listed: list[str]) -> Bounds:
    """The values that an operator compares with, before it is negated: certainly no more, and no less."""
    if kind == "folded":
        return _compared(key, "equals", [*listed, *map(str.lower, listed)]), _compared(key, kind, listed)
    constraint = _null(key, listed) if kind == "null" else _compared(key, kind, listed)
    return constraint, constraint


def _compared(key: str, kind: str, listed: list[str]) -> Constraint | None:
    family, _, relation = kind.partition(" ")
    if family in _SPANS:
        spans = [_SPANS[family](each, relation) for each in listed]
        return Constraint(key, spans=frozenset(filter(None, spans))) if all(spans) else None
    words = [_WORDS[family](each) for each in listed]
    return Constraint(key, frozenset(filter(None, words))) if all(words) else None


def _arn(pattern: str) -> str | None:
    """A resource name of six segments, each compared by itself."""
    return confined(pattern) if pattern.count(":") >= 5 else None


def _folded(text: str) -> str:
    """A text whose letters may be any."""
    return "".join(ONE if character.isalpha() else literal(character) for character in text)


def _number(text: str, relation: str) -> Span | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return _span(number, relation) if isfinite(number) else None


def _date(text: str, relation: str) -> Span | None:
    """A date of ISO 8601, or seconds since 1970."""
    if text.isdecimal() and len(text) > 4:
        return _number(text, relation)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _span((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), relation)


def _span(number: float, relation: str) -> Span:
    return {
        "=": Span(number, number),
        "<": Span(-inf, number, with_high=False),
        "<=": Span(-inf, number),
        ">": Span(number, inf, with_low=False),
        ">=": Span(number, inf),
    }[relation]


def _addresses(text: str, relation: str) -> Span | None:
    """A range of addresses; those of version 6 come after all of version 4."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    first = int(network.network_address) + (network.version == 6) * 2**64
    return Span(first, first + network.num_addresses, with_high=False)


_SPANS: Mapping[str, Callable[[str, str], Span | None]] = {"number": _number, "date": _date, "address": _addresses}
_WORDS: Mapping[str, Callable[[str], str | None]] = {
    "equals": literal,
    "flag": lambda text: literal(text.lower()),
    "folded": _folded,
    "like": str,
    "arn": _arn,
}
