"""The one reader of the leak tables: dotted paths, lists, `home`, `absent`, and exact values."""

from collections.abc import Mapping
from typing import Any

import pytest

from im_stack.facts.mechanism import forbidden_settings as module
from im_stack.facts.mechanism.forbidden_settings import read_forbidden_settings
from im_stack.facts.mechanism.tables import ForbiddenRow, forbidden_settings
from im_stack.facts.model import ABSENT, SECRET, ForbiddenSetting, Resource, Unknown

TYPE = "t:R"


def read(
    monkeypatch: pytest.MonkeyPatch,
    argument: str | None,
    allow: tuple[str | int | bool, ...],
    inputs: Mapping[str, Any],
    defaults: Mapping[str, Any] | None = None,
    irreversible: bool = False,
) -> list[ForbiddenSetting]:
    row = ForbiddenRow(
        type=TYPE, argument=argument, allow=allow, path="door", why="w", source="s", irreversible=irreversible
    )
    monkeypatch.setattr(module, "forbidden_settings", lambda _cloud: {TYPE: (row,)})
    monkeypatch.setattr(module, "defaults", lambda _cloud: {TYPE: defaults or {}})
    return list(read_forbidden_settings(Resource("urn:r", TYPE, "r", inputs), "test", "ap-jakarta"))


U = Unknown("a")
CASES: list[tuple[str, tuple[str | int | bool, ...], Any, bool | None]] = [
    ("an allowed value", ("private",), "private", True),
    ("another value", ("private",), "public-read", False),
    ("a prefix is no value", ("private",), "private-x", False),
    ("a longer entry is no value", ("private-x",), "private", False),
    ("another case", ("private",), "Private", False),
    ("not known", ("private",), U, None),
    ("not known, absent allowed", ("absent",), U, None),
    ("a secret", ("private", "absent"), SECRET, False),
    ("absent", ("absent",), ABSENT, True),
    ("absent and not allowed", ("private",), ABSENT, False),
    ("empty text is absent", ("absent",), "", True),
    ("an empty list is absent", ("absent",), (), True),
    ("an empty block is there", ("absent",), {}, False),
    ("text that says absent", ("absent",), "x", False),
    ("home", ("home",), "ap-jakarta", True),
    ("not home", ("home",), "ap-singapore", False),
    ("the word home", ("home",), "home", False),
    ("false", (False,), False, True),
    ("zero is not false", (False,), 0, False),
    ("false is not zero", (0,), False, False),
    ("text is not false", (False,), "false", False),
    ("zero", (0,), 0, True),
    ("zero as a fraction", (0,), 0.0, True),
    ("a fraction", (0,), 0.5, False),
    ("one of several", ("a", "b"), "b", True),
    ("a list where a value is", ("a",), ("a",), False),
]


@pytest.mark.parametrize(("allow", "value", "allowed"), [pytest.param(*row[1:], id=row[0]) for row in CASES])
def test_values(monkeypatch: pytest.MonkeyPatch, allow: Any, value: Any, allowed: bool | None) -> None:
    inputs = {} if value is ABSENT else {"a": value}
    (leak,) = read(monkeypatch, "a", allow, inputs)
    assert leak.allowed is allowed
    assert (leak.subject, leak.path, leak.why, leak.evidence.argument) == ("urn:r", "door", "w", "a")


WALKS: list[tuple[str, str, Any, list[bool | None]]] = [
    ("a member of a block", "a.b", {"a": {"b": "x"}}, [False]),
    ("an allowed member", "a.b", {"a": {"b": "ok"}}, [True]),
    ("no such member", "a.b", {"a": {}}, [True]),
    ("no such block", "a.b", {}, [True]),
    ("a block not known", "a.b", {"a": U}, [None]),
    ("a member not known", "a.b", {"a": {"b": U}}, [None]),
    ("a secret block", "a.b", {"a": SECRET}, [None]),
    ("text where a block is", "a.b", {"a": "x"}, [None]),
    ("a list where a block is", "a.b", {"a": ({"b": "ok"}, {"b": "x"})}, [True, False]),
    ("an empty list where a block is", "a.b", {"a": ()}, [True]),
    ("deep", "a.b.c", {"a": {"b": {"c": "x"}}}, [False]),
    ("every member of a list", "a[].b", {"a": ({"b": "ok"}, {"b": "x"}, {}, {"b": U})}, [True, False, True, None]),
    ("an empty list", "a[].b", {"a": ()}, [True]),
    ("no list", "a[].b", {}, [True]),
    ("a list not known", "a[].b", {"a": U}, [None]),
    ("a single block where a list is", "a[].b", {"a": {"b": "x"}}, [False]),
    ("a list of values", "a[]", {"a": ("ok", "x")}, [True, False]),
    ("an empty list of values", "a[]", {"a": ()}, [True]),
    ("a single value where a list is", "a[]", {"a": "x"}, [False]),
    ("lists in lists", "a[].b[]", {"a": ({"b": ("ok", "x")}, {"b": ()}, {})}, [True, False, True, True]),
    ("blocks in lists in lists", "a[].b[].c", {"a": ({"b": ({"c": "x"},)},)}, [False]),
    ("another argument", "a.b", {"b": {"b": "x"}}, [True]),
]


@pytest.mark.parametrize(("path", "inputs", "allowed"), [pytest.param(*row[1:], id=row[0]) for row in WALKS])
def test_paths(monkeypatch: pytest.MonkeyPatch, path: str, inputs: Any, allowed: list[bool | None]) -> None:
    assert [leak.allowed for leak in read(monkeypatch, path, ("absent", "ok"), inputs)] == allowed


def test_an_absent_argument_is_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    (leak,) = read(monkeypatch, "a", (False,), {}, {"a": False})
    assert leak.allowed is True
    (leak,) = read(monkeypatch, "a", (False,), {}, {"a": True})
    assert leak.allowed is False
    (leak,) = read(monkeypatch, "a", (False,), {"a": True}, {"a": False})
    assert leak.allowed is False
    (leak,) = read(monkeypatch, "a[].b", ("ok",), {}, {"a": ({"b": "ok"},)})
    assert leak.allowed is True


def test_a_row_without_an_argument_refuses_the_type(monkeypatch: pytest.MonkeyPatch) -> None:
    (leak,) = read(monkeypatch, None, (), {"a": "x"}, irreversible=True)
    assert leak.allowed is False
    assert leak.irreversible
    assert (leak.found, leak.expected, leak.evidence.argument) == ("the resource itself", "no such resource", "")


def test_what_is_found_and_expected_is_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    (leak,) = read(monkeypatch, "a", (False, "home"), {"a": True})
    assert (leak.found, leak.expected) == ("true", "false or ap-jakarta")
    assert not leak.irreversible


def test_other_types_have_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    read(monkeypatch, "a", (), {})
    assert list(read_forbidden_settings(Resource("urn:r", "t:Other", "r", {"a": "x"}), "test", "ap-jakarta")) == []


@pytest.mark.parametrize("row", [row for rows in forbidden_settings("tencent").values() for row in rows], ids=str)
def test_every_row_says_why_and_from_where(row: ForbiddenRow) -> None:
    assert row.why
    assert row.source
    assert bool(row.argument) == bool(row.allow)
