"""Mutants of the forbidden settings: a row removed, all values allowed, a value refused; a table row notices."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from im_stack.facts.mechanism import forbidden_settings as module
from im_stack.facts.mechanism.cloud import PROVIDER, clouds
from im_stack.facts.mechanism.tables import ForbiddenRow, defaults, forbidden_settings
from im_stack.facts.model import ForbiddenSetting, Resource
from tests.harness.tables import Case, case_of, judged
from tests.harness.world import HOMES
from tests.mutation.disabling import about, cloud, noticed

_ROWS = [row for each in clouds() for rows in forbidden_settings(each.name).values() for row in rows]
_LEAK = module._leak


def _table(type_: str) -> dict[str, tuple[ForbiddenRow, ...]]:
    table = forbidden_settings(cloud(type_).name)
    assert isinstance(table, dict)
    return table


def _name(row: ForbiddenRow) -> str:
    return f"{row.type}.{row.argument or '*'}"


def _about(row: ForbiddenRow) -> tuple[Case, ...]:
    return about(row.type, re.split(r"[.\[]", row.argument or "")[0])


@pytest.mark.parametrize("row", _ROWS, ids=_name)
def test_a_row_that_is_gone_is_noticed(row: ForbiddenRow) -> None:
    def gone(patch: pytest.MonkeyPatch) -> None:
        others = tuple(other for other in _table(row.type)[row.type] if other is not row)
        patch.setitem(_table(row.type), row.type, others)

    assert noticed(gone, _about(row))


@pytest.mark.parametrize("row", _ROWS, ids=_name)
def test_a_row_that_allows_everything_is_noticed(row: ForbiddenRow) -> None:
    def leak(
        resource: Resource, met: ForbiddenRow, argument: str, allowed: bool | None, *words: Any
    ) -> ForbiddenSetting:
        return _LEAK(resource, met, argument, True if met is row else allowed, *words)

    assert noticed(lambda patch: patch.setattr(module, "_leak", leak), _about(row))


_ALLOWED = [
    pytest.param(row, value, id=f"{_name(row)}={value}")
    for row in _ROWS
    for value in row.allow
    if all(other.argument for other in _table(row.type)[row.type])  # else the type is refused, whatever it says
    and not (value == "absent" and row.argument in defaults(cloud(row.type).name).get(row.type, {}))  # never met
]


@pytest.mark.parametrize(("row", "value"), _ALLOWED)
def test_a_value_that_is_refused_is_noticed(row: ForbiddenRow, value: str | int | bool) -> None:
    stricter = replace(row, allow=tuple(other for other in row.allow if other is not value))

    def strict(patch: pytest.MonkeyPatch) -> None:
        rows = tuple(stricter if other is row else other for other in _table(row.type)[row.type])
        patch.setitem(_table(row.type), row.type, rows)

    assert noticed(strict, reversed(_about(row))) or _is_said(strict, _alone(row, value))


def _is_said(disable: Callable[[pytest.MonkeyPatch], None], case: Case) -> bool:
    """Whether a verdict or its text is another one while the thing is off."""
    before = judged(case).verdicts
    with pytest.MonkeyPatch.context() as patch:
        disable(patch)
        return judged(case).verdicts != before


_RULES = {
    "border": "copies-stay-home",
    "copy": "copies-stay-home",
    "door": "no-public-door",
    "network": "no-public-door",
    "clear": "encrypted-in-transit",
    "remains": "nothing-survives-deletion",
}


def _alone(row: ForbiddenRow, value: str | int | bool) -> Case:
    """A stack of one resource that says what its rows allow, and this value where this row stands."""
    inputs: dict[str, Any] = {}
    for other in _table(row.type)[row.type]:
        _set(inputs, other.argument or "", value if other is row else (other.allow or ("absent",))[0])
    provider = {"provider": "none"} if row.type.startswith(PROVIDER) else {}
    resource = {"type": row.type, "name": "it", "inputs": inputs, **provider}
    table = {"rule": _RULES[row.path], "cloud": cloud(row.type).name}
    return case_of("allowed", table, {"name": str(value), "resources": [resource], "expect": {}})


def _set(inputs: dict[str, Any], path: str, value: str | int | bool) -> None:
    *above, last = path.split(".")
    for step in above:
        inner = inputs.setdefault(step.removesuffix("[]"), [{}] if step.endswith("[]") else {})
        inputs = inner[0] if isinstance(inner, list) else inner
    if value != "absent":
        inputs[last] = HOMES["aws"]["region"] if value == "home" else value
