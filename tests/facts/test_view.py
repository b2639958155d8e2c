"""What a reader sees of a resource: declared arguments only, absent ones as the provider makes them."""

from datetime import timedelta
from typing import Any

import pytest

from im_stack.facts.mechanism.tables import Limit
from im_stack.facts.mechanism.view import View, as_flag, as_items, as_number, member, show
from im_stack.facts.model import ABSENT, SECRET, Grade, Resource, Unknown

DAY = timedelta(days=1)
LIMIT = Limit(
    id="l",
    unit=DAY,
    least=7 * DAY,
    most=30 * DAY,
    default=9 * DAY,
    lag=DAY,
    source="a document",
    as_of="2026-11-23",
    note="",
)


def view(inputs: dict[str, Any] | None = None, defaults: dict[str, Any] | None = None) -> View:
    return View(Resource("urn:r", "t:R", "r", inputs or {}), frozenset({"a", "b"}), defaults or {})


def test_an_argument_that_was_not_declared_is_an_error() -> None:
    with pytest.raises(KeyError, match="did not declare c"):
        view({"c": 1}).get("c")


@pytest.mark.parametrize(
    ("inputs", "defaults", "value"),
    [
        ({"a": 1}, {"a": 2}, 1),
        ({}, {"a": 2}, 2),
        ({"a": ABSENT}, {"a": 2}, 2),
        ({}, {"b": 2}, ABSENT),
        ({"a": False}, {"a": True}, False),
        ({"a": Unknown("a")}, {"a": 2}, Unknown("a")),
        ({"a": SECRET}, {"a": 2}, SECRET),
    ],
)
def test_an_absent_argument_is_what_the_provider_makes_of_it(inputs: Any, defaults: Any, value: Any) -> None:
    assert view(inputs, defaults).get("a") == value


def test_text_is_known_text_only() -> None:
    assert view({"a": "x"}).text("a") == "x"
    assert [view({"a": value}).text("a") for value in (1, ABSENT, Unknown("a"), SECRET)] == [None] * 4


def test_evidence_points_at_the_resource() -> None:
    evidence = view().evidence("a", "a document", Grade.ASSUMED)
    assert (evidence.resource, evidence.argument, evidence.source, evidence.grade) == (
        "urn:r",
        "a",
        "a document",
        Grade.ASSUMED,
    )
    assert view().evidence().grade is Grade.CONFIGURED


FLAGS = [
    *[(value, True) for value in (True, "true", "True", "ON", "on", "1", 1, 1.0)],
    *[(value, False) for value in (False, "false", "OFF", "off", "0", "", 0, 0.0, ABSENT)],
    *[(value, None) for value in (Unknown("a"), SECRET, "enabled", 2, -1, 0.5, (), (True,), {}, float("nan"))],
]


@pytest.mark.parametrize(("value", "flag"), FLAGS)
def test_flags(value: Any, flag: bool | None) -> None:
    assert as_flag(value) is flag
    assert view({"a": value}).flag("a") is flag


NUMBERS = [
    *[(value, value) for value in (0, 1, -1, 7.5, 86_400_000)],
    *[("7", 7), ("7.5", 7.5), ("-3", -3), ("0", 0)],
    *[
        (value, None)
        for value in (
            True,
            False,
            "",
            "x",
            "7d",
            "1e3",
            ABSENT,
            SECRET,
            Unknown("a"),
            (),
            {},
            float("inf"),
            float("nan"),
        )
    ],
    ("9" * 40, int("9" * 40)),
    ("9" * 400, int("9" * 400)),
    (10**400, 10**400),
    ("9" * 400 + ".5", None),
    ("9" * 5000, None),
    (10**30, 10**30),
]


@pytest.mark.parametrize(("value", "number"), NUMBERS)
def test_numbers(value: Any, number: Any) -> None:
    found = as_number(value)
    assert found == number
    assert type(found) is type(number)


def test_items() -> None:
    assert as_items(ABSENT) == ()
    assert as_items(()) == ()
    assert as_items(("x", 1)) == ("x", 1)
    assert as_items({"a": 1}) == ({"a": 1},)
    assert as_items("x") == ("x",)
    assert as_items(SECRET) == (SECRET,)
    assert as_items(Unknown("a")) == Unknown("a")
    assert view({"a": {"x": 1}}).items("a") == ({"x": 1},)
    assert view().items("a") == ()


@pytest.mark.parametrize(
    ("block", "value"),
    [
        ({"k": 1}, 1),
        ({"k": Unknown("a.k")}, Unknown("a.k")),
        ({"x": 1}, ABSENT),
        ({}, ABSENT),
        (ABSENT, ABSENT),
        (Unknown("a"), Unknown("a.k")),
        (SECRET, Unknown("k")),
        ("text", Unknown("k")),
        (7, Unknown("k")),
        (({"k": 1},), Unknown("k")),
        ((), Unknown("k")),
    ],
)
def test_a_member_of_what_is_no_block_is_not_known(block: Any, value: Any) -> None:
    assert member(block, "k") == value


AMOUNTS = [
    ("a number", 12, 12 * DAY, False, "kept"),
    ("text", "12", 12 * DAY, False, "kept"),
    ("the least", 7, 7 * DAY, False, "kept"),
    ("below the least", 6, 7 * DAY, False, "kept (the least the service takes)"),
    ("zero", 0, 7 * DAY, False, "kept (the least the service takes)"),
    ("negative", -1, None, True, "kept (not known)"),
    ("above the most", 99, 99 * DAY, False, "kept"),
    ("more than can be counted", 10**30, None, False, "kept"),
    ("more than a float can hold", 10**400, None, False, "kept"),
    ("the same as text", "9" * 400, None, False, "kept"),
    ("a fraction", 7.5, 7.5 * DAY, False, "kept"),
    ("absent", ABSENT, 9 * DAY, False, "kept (provider default)"),
    ("not known", Unknown("a"), None, True, "kept (not known)"),
    ("a secret", SECRET, None, True, "kept (not known)"),
    ("no number", "a week", None, True, "kept (not known)"),
    ("a switch", True, None, True, "kept (not known)"),
]


@pytest.mark.parametrize(
    ("value", "period", "unknown", "label"), [pytest.param(*row[1:], id=row[0]) for row in AMOUNTS]
)
def test_amounts(value: Any, period: timedelta | None, unknown: bool, label: str) -> None:
    amount = view().amount(value, "a", LIMIT, "kept")
    assert (amount.period, amount.unknown, amount.label) == (period, unknown, label)
    assert amount.floor == 7 * DAY
    assert (amount.evidence.argument, amount.evidence.source) == ("a", "a document")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (6, "a is 6 d, and the provider takes at least 7 d, at most 30 d"),
        (0, "a is 0 d"),
        (31, "a is 31 d, and the provider takes"),
        (30.5, "a is 30 d 12 h"),
        (10**30, "a is longer than can be counted"),
        *[(value, "") for value in (7, 30, "12", 7.5, ABSENT, Unknown("a"), SECRET, -1, "a week")],
    ],
)
def test_what_the_provider_would_not_take_is_noted(value: Any, why: str) -> None:
    seen = view()
    seen.amount(value, "a", LIMIT, "kept")
    assert [unread.kind for unread in seen.refused] == (["range"] if why else [])
    assert why in "".join(unread.why for unread in seen.refused)


def test_a_range_without_an_end_refuses_nothing_there() -> None:
    seen = view()
    seen.amount(10**30, "a", LIMIT.model_copy(update={"most": None}), "kept")
    seen.amount(0, "a", LIMIT.model_copy(update={"least": None}), "kept")
    assert seen.refused == []
    seen.amount(6, "a", LIMIT.model_copy(update={"most": None}), "kept")
    assert seen.refused[0].why.endswith("takes at least 7 d")


def test_an_amount_without_a_least_is_taken_as_it_is() -> None:
    free = LIMIT.model_copy(update={"least": None})
    assert view().amount(0, "a", free, "kept").period == timedelta(0)
    assert view().amount(1, "a", free, "kept").least == DAY


def test_an_absent_amount_without_a_default_has_no_end() -> None:
    amount = view().amount(ABSENT, "a", LIMIT.model_copy(update={"default": None}), "kept")
    assert amount.period is None
    assert not amount.unknown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (SECRET, "a secret"),
        (Unknown("a"), "not known before deployment"),
        (ABSENT, "absent"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (7.5, "7.5"),
        ("x", "x"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 57 + "…"),
        ((), "[]"),
        ((1, "a", SECRET), "[1, a, a secret]"),
        ((1, 2, 3, 4), "[1, 2, 3, 4]"),
        ((1, 2, 3, 4, 5), "[1, 2, 3, 4, …]"),
        ({"a": 1}, "a block"),
    ],
)
def test_show(value: Any, text: str) -> None:
    assert show(value) == text
