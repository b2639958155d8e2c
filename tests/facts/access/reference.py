"""Evaluation of an IAM document request by request: the plainest way to do it, and none of the evaluator's own code.

A request is `{"principal": ..., "action": ..., "resource": ..., <key>: None | text | tuple of texts}`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

Value = str | tuple[str, ...] | None
NAMES = ("principal", "action", "resource")


def like(pattern: str, text: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringLike": lambda actual, wanted: like(wanted, actual),
    "StringEqualsIgnoreCase": lambda actual, wanted: actual.lower() == wanted.lower(),
    "IpAddress": lambda actual, wanted: ip_address(actual) in ip_network(wanted),
    "Bool": lambda actual, wanted: actual.lower() == wanted.lower(),
    "NumericEquals": lambda actual, wanted: float(actual) == float(wanted),
    "NumericLessThan": lambda actual, wanted: float(actual) < float(wanted),
    "NumericLessThanEquals": lambda actual, wanted: float(actual) <= float(wanted),
    "NumericGreaterThan": lambda actual, wanted: float(actual) > float(wanted),
    "NumericGreaterThanEquals": lambda actual, wanted: float(actual) >= float(wanted),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "NotIpAddress": "IpAddress",
}


def condition_holds(operator: str, wanted: list[str], actual: Value) -> bool:
    """One operator on one key, as the user guide describes it."""
    quantifier, _, name = operator.rpartition(":")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name == "Null":
        return any((actual is None) == (each == "true") for each in wanted)

    def one(value: str) -> bool:
        if name in _NEGATED:
            return not any(_COMPARED[_NEGATED[name]](value, each) for each in wanted)
        return any(_COMPARED[name](value, each) for each in wanted)

    if quantifier:
        values = () if actual is None else (actual,) if isinstance(actual, str) else actual
        if optional and not values:
            return True
        return all(map(one, values)) if quantifier == "ForAllValues" else any(map(one, values))
    if actual is None:
        return optional or name in _NEGATED
    assert isinstance(actual, str)
    return one(actual)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _part_holds(statement: Mapping[str, Any], name: str, actual: Value) -> bool:
    """Whether a statement is about one part of a request."""
    if name not in NAMES:
        return all(
            condition_holds(operator, _listed(keys[name]), actual)
            for operator, keys in statement.get("Condition", {}).items()
            if name in keys
        )
    title = name.title()
    negated = f"Not{title}" in statement
    patterns = _listed(statement[f"Not{title}" if negated else title])
    assert isinstance(actual, str)
    return any(like(pattern, actual) for pattern in patterns) is not negated


Document = list[Mapping[str, Any]]
World = Mapping[str, Iterable[Value]]


def every_case(statements: Document, world: World) -> Iterable[tuple[bool, ...]]:
    """For every request of a world, which statements it is a request of; requests that are alike come once."""
    alike = [
        {tuple(_part_holds(s, name, value) for s in statements) for value in values} for name, values in world.items()
    ]
    return {tuple(map(all, zip(*parts, strict=True))) for parts in product(*alike)}


def refused(statements: Document, question: Mapping[str, Any], world: World) -> bool:
    """Whether every request that `question` (a statement) is about is refused."""
    denying = [s for s in statements if s["Effect"] == "Deny"]
    return all(any(rest) for asked, *rest in every_case([question, *denying], world) if asked)


def granted(statements: Document, question: Mapping[str, Any], world: World) -> bool:
    """Whether every request that `question` is about is allowed, refusals left out."""
    allowing = [s for s in statements if s["Effect"] == "Allow"]
    return all(any(rest) for asked, *rest in every_case([question, *allowing], world) if asked)


def passes(statements: Document, question: Mapping[str, Any], world: World) -> bool:
    """Whether some request that `question` is about is allowed, and not refused."""
    for asked, *rest in every_case([question, *statements], world):
        effects = {s["Effect"] for s, matches in zip(statements, rest, strict=True) if matches}
        if asked and effects == {"Allow"}:
            return True
    return False
