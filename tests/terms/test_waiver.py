"""Schema of a waiver: required fields, and refusal of text that a report could not print safely."""

from datetime import date, datetime
from typing import Any

import pytest

from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import parse_declaration
from im_stack.terms.stack.waiver import engine_day, parse_day
from tests.harness.world import declaration

GOOD = {
    "rule": "ceiling",
    "resource": "messages",
    "reason": "a court asked for them to be kept",
    "owner": "DPO",
    "evidence": "https://example.com/orders/12",
    "expires": "2026-11-23",
}


def _faults(*waivers: Any) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        parse_declaration(declaration(waivers=list(waivers)))
    return {problem.key: f"{problem.what} | {problem.right}" for problem in caught.value.problems}


def test_a_waiver_as_written() -> None:
    folded = GOOD | {"reason": "a court\n asked for them\n to be kept\n", "owner": " DPO "}
    (waiver,) = parse_declaration(declaration(waivers=[folded])).waivers
    assert waiver.model_dump(mode="json", exclude_none=True) == GOOD
    assert waiver.expires == date(2026, 11, 23)
    assert parse_declaration(declaration()).waivers == ()


HOLD = {"ground": "data-protection-law", "law": "the law of a test", "start": "2026-11-01"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"law": None, "start": None}, "a hold names a ground, a law and a start: law, start is missing"),
        ({"ground": None}, "ground is missing"),
        ({"start": "2026-11-24"}, "it starts on 2026-11-24, after its last day, 2026-11-23"),
    ],
)
def test_a_hold_is_whole(changes: dict[str, Any], says: str) -> None:
    entry = {key: value for key, value in {**GOOD, **HOLD, **changes}.items() if value is not None}
    assert says in _faults(entry)["im:waivers.0"]


def test_it_survives_the_way_through_a_component() -> None:
    first = parse_declaration(declaration(waivers=[GOOD, GOOD | HOLD]))
    again = {f"im:{key}": value for key, value in first.model_dump(mode="json", by_alias=True).items()}
    assert parse_declaration(again) == first


@pytest.mark.parametrize("key", GOOD)
def test_every_key_is_required(key: str) -> None:
    entry = {name: value for name, value in GOOD.items() if name != key}
    assert _faults(GOOD, entry) == {f"im:waivers.1.{key}": "is missing | "}


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("rule", "", "at least 1"),
        ("rule", 7, "must be text"),
        ("resource", "", "is empty"),
        ("resource", "  ", "is empty"),
        ("resource", "a\nb", "cannot be printed"),
        ("resource", "a\x1b[31m", "cannot be printed"),
        ("resource", "a" * 301, "at most 300"),
        ("reason", "", "at least 10"),
        ("reason", "because", "at least 10"),
        ("reason", " " * 20, "at least 10"),
        ("reason", "painted \x1b[31mred for all", "cannot be printed"),
        ("owner", "", "at least 1"),
        ("owner", " \n ", "at least 1"),
        ("owner", None, "must be text"),
        ("evidence", "", "is no link"),
        ("evidence", "in the minutes", "is no link"),
        ("evidence", "https://", "is no link"),
        ("evidence", "https:///path", "is no link"),
        ("evidence", "http://[broken", "is no link"),
        ("evidence", "javascript:alert(1)", "is no link"),
        ("evidence", "file:///etc/passwd", "is no link"),
        ("evidence", "https://example.com/a b", "is no link"),
        ("evidence", "https://example.com/a\nb", "is no link"),
        ("expires", "", "is no calendar day"),
        ("expires", "P90D", "is no calendar day"),
        ("expires", "never", "is no calendar day"),
        ("expires", "2026-02-29", "is no calendar day"),
        ("expires", "2026-13-01", "is no calendar day"),
        ("expires", "2026-1-1", "is no calendar day"),
        ("expires", "20261123", "is no calendar day"),
        ("expires", "2026-W48-1", "is no calendar day"),
        ("expires", "23.11.2026", "is no calendar day"),
        ("expires", "2026-11-23T00:00:00", "is no calendar day"),
        ("expires", "2026-11-23 10:00:00 +0000 UTC", "is no calendar day"),
        ("expires", "\u0662\u0660\u0662\u0666-11-23", "is no calendar day"),
        ("expires", datetime(2026, 11, 23), "is no calendar day"),
        ("expires", 20261123, "is no calendar day"),
        ("expires", 1795392000, "is no calendar day"),
        ("expires", None, "is no calendar day"),
        ("expires", True, "is no calendar day"),
        ("expired", "2026-11-23", "did you mean expires?"),
        ("ticket", "x", "one of evidence, expires, ground, law, owner, reason, resource, rule"),
    ],
)
def test_out_of_shape(key: str, value: Any, says: str) -> None:
    found = _faults(GOOD | {key: value})
    assert list(found) == [f"im:waivers.0.{key}"]
    assert says in found[f"im:waivers.0.{key}"]


@pytest.mark.parametrize("link", ["https://me:canary-1@example.com/x", "https://canary-1@example.com/x"])
def test_a_link_with_credentials_is_refused_and_not_repeated(link: str) -> None:
    said = str(_faults(GOOD | {"evidence": link}))
    assert "carries a user name or password" in said
    assert "canary-1" not in said


@pytest.mark.parametrize("waivers", [{}, {"rule": "ceiling"}, "all", 7, [None], ["ceiling"], [[GOOD]]])
def test_no_list_of_waivers(waivers: Any) -> None:
    with pytest.raises(InputError) as caught:
        parse_declaration(declaration(waivers=waivers))
    assert all(problem.key.startswith("im:waivers") for problem in caught.value.problems)


def test_a_day_as_the_engine_passes_it() -> None:
    day = date(2026, 11, 23)
    assert engine_day(day) == "2026-11-23 00:00:00 +0000 UTC"  # as the engine was seen to do
    assert parse_day(engine_day(day)) == parse_day(day) == day
