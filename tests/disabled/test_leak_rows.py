"""Each row of the leak tables switched off in turn: removed, or content with every value."""

from typing import Any

import pytest

from facts import leaks as module
from facts.model import Leak, Resource
from facts.tables import LeakRow, leaks
from tests.disabled.disabling import CLOUD, about, noticed

_ROWS = [row for rows in leaks(CLOUD).values() for row in rows]
_LEAK = module._leak


def _name(row: LeakRow) -> str:
    return f"{row.type}.{row.argument or '*'}"


@pytest.mark.parametrize("row", _ROWS, ids=_name)
def test_a_row_that_is_gone_is_noticed(row: LeakRow) -> None:
    def gone(patch: pytest.MonkeyPatch) -> None:
        others = tuple(other for other in leaks(CLOUD)[row.type] if other is not row)
        patch.setitem(leaks(CLOUD), row.type, others)

    def unknown(patch: pytest.MonkeyPatch) -> None:
        gone(patch)
        if not leaks(CLOUD)[row.type]:
            patch.delitem(leaks(CLOUD), row.type)

    assert noticed(gone, about(row.type))
    assert noticed(unknown, about(row.type))


@pytest.mark.parametrize("row", _ROWS, ids=_name)
def test_a_row_that_allows_everything_is_noticed(row: LeakRow) -> None:
    def leak(resource: Resource, met: LeakRow, argument: str, allowed: bool | None, *words: Any) -> Leak:
        return _LEAK(resource, met, argument, True if met is row else allowed, *words)

    assert noticed(lambda patch: patch.setattr(module, "_leak", leak), about(row.type))


_ALLOWED = [
    pytest.param(row, value, id=f"{_name(row)}={value}")
    for row in _ROWS
    for value in row.allow
    if all(other.argument for other in leaks(CLOUD)[row.type])  # else the type is refused, whatever it says
]


@pytest.mark.parametrize(("row", "value"), _ALLOWED)
def test_a_value_that_is_refused_is_noticed(row: LeakRow, value: str | int | bool) -> None:
    stricter = row.model_copy(update={"allow": tuple(other for other in row.allow if other is not value)})

    def strict(patch: pytest.MonkeyPatch) -> None:
        rows = tuple(stricter if other is row else other for other in leaks(CLOUD)[row.type])
        patch.setitem(leaks(CLOUD), row.type, rows)

    assert noticed(strict, reversed(about(row.type)))
