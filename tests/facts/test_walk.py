"""Tree walk: the order in which values come, and what a copy has replaced."""

from typing import Any

import pytest

from im_stack.facts.wire.walk import map_values, walk


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a", ["a"]),
        ({}, [{}]),
        ({"k": ["a", {"l": 1}]}, [{"k": ["a", {"l": 1}]}, ["a", {"l": 1}], "a", {"l": 1}, 1]),
        (("a", ("b",)), [("a", ("b",)), "a", ("b",), "b"]),
    ],
)
def test_walk_yields_the_outer_before_the_inner(value: Any, found: list[Any]) -> None:
    assert list(walk(value)) == found


def test_map_values_replaces_the_inner_before_the_outer() -> None:
    seen = []

    def change(value: Any) -> Any:
        seen.append(value)
        return value + 1 if isinstance(value, int) else value

    before = {"k": [1, (2,)]}
    assert map_values(before, change) == {"k": [2, (3,)]}
    assert before == {"k": [1, (2,)]}
    assert seen == [1, 2, (3,), [2, (3,)], {"k": [2, (3,)]}]
