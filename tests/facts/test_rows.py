"""Rows: what each makes of an argument, and the arguments that a reader of rows is judged by."""

from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import (
    channel,
    chosen,
    copy,
    differs,
    endless,
    equals,
    exposure,
    in_region,
    inside,
    is_off,
    is_on,
    looked_up,
    never,
    reads,
    refers_to,
    resource,
    setting_of,
    store,
    under_key,
    unless,
    with_rows,
    writes,
)
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact, Resource, Unknown

KEY, NET, LOG, SET, DB = "t:Key", "t:Net", "t:Log", "t:Set", "tencentcloud:Redis/instance:Instance"
OTHERS = [Resource(f"{type_}-urn", type_, type_.lower(), {}, id=f"{type_}-id") for type_ in (KEY, NET, LOG)]


def facts(reader: Reader, type_: str = DB, beside: tuple[Resource, ...] = (), **inputs: Any) -> list[Fact]:
    one = Resource("urn", type_, "one", inputs, id="one-id")
    graph = Graph([one, *OTHERS, *beside])
    return list(reader.read(View(one, reader.arguments, {}, graph)))


SAYS = [
    (channel("c", "x", equals("on")), {"x": "on"}, ("urn", True, "x")),
    (channel("c", "x", equals("on")), {"x": "off"}, ("urn", False, "x")),
    (channel("c", "x", equals("on")), {}, ("urn", False, "x")),
    (channel("c", "x", equals("on")), {"x": Unknown("x")}, ("urn", None, "x")),
    (channel("c", "", never), {"x": "on"}, ("urn", False, "")),
    (exposure("d", "x", differs("close", ABSENT), how="h"), {"x": "open"}, ("urn", True, "x")),
    (exposure("d", "x", differs("close", ABSENT), how="h"), {}, ("urn", False, "x")),
    (exposure("d", "x", is_on, how="h"), {"x": "true"}, ("urn", True, "x")),
    (exposure("d", "x", is_off, how="h"), {"x": "true"}, ("urn", False, "x")),
    (exposure("d", "x", is_off, how="h"), {"x": Unknown("x")}, ("urn", None, "x")),
    (inside("x", {NET}, "s"), {"x": "t:Net-id"}, ("urn", False, "x")),
    (inside("x", {NET}, "s"), {"x": "else"}, ("urn", None, "x")),
    (inside("x", {NET}, "s", each=True), {"x": ("t:Net-id",)}, ("urn", False, "x")),
    (inside("x", {NET}, "s", each=True), {"x": ("t:Net-id", "else")}, ("urn", None, "x")),
    (inside("x", {NET}, "s", each=True), {"x": ()}, ("urn", None, "x")),
    (under_key("w", "x", {KEY}, "KMS"), {"x": "t:Key-id"}, ("urn", True, "x")),
    (under_key("w", "x", {KEY}, "KMS"), {"x": "else"}, ("urn", None, "x")),
    (under_key("w", "x", {KEY}, "KMS"), {}, ("urn", None, "x")),
    (under_key("w", "x", {KEY}, "KMS", absent="own"), {}, ("urn", True, "x")),
]


@pytest.mark.parametrize(("row", "inputs", "said"), SAYS)
def test_what_a_row_says_of_an_argument(row: Any, inputs: dict[str, Any], said: tuple[str, bool | None, str]) -> None:
    (fact,) = facts(resource(row), **inputs)
    state = {getattr(fact, name) for name in ("encrypted", "open") if hasattr(fact, name)}
    assert (fact.subject, *state, fact.evidence.argument) == said  # type: ignore[union-attr]


def test_the_judged_arguments_are_those_of_the_rows() -> None:
    reader = resource(
        store("s", reads("a", "b")(lambda _: ())),
        copy("k", chosen("c", "redis-backup", "l")),
        copy("k", endless("l", "shown")),
        unless(SET, "of", channel("x", "d", is_on)),
        reads("e", credentials=("f",))(lambda _: ()),
        looked_up("g"),
    )
    assert (reader.arguments, reader.credentials) == (frozenset("abcdefg"), frozenset("f"))
    assert with_rows(reader, in_region("h", "r")).arguments == frozenset("abcdefgh")


def test_plain_python_may_read_what_it_names_and_nothing_else() -> None:
    with pytest.raises(KeyError, match="did not declare b"):
        facts(resource(reads("a")(lambda view: [view.get("b")])))  # type: ignore[list-item]


def test_a_setting_speaks_of_its_instance() -> None:
    reader = setting_of("of", {KEY}, channel("c", "x", is_on), in_region("r", "w"))
    said = facts(reader, of="t:Key-id", x=True, r="here")
    assert [(type(each).__name__, each.subject) for each in said] == [("Channel", "t:Key-urn"), ("Located", "urn")]  # type: ignore[union-attr]
    assert reader.setting_of is not None
    assert setting_of("of", {KEY}, kept=True).setting_of is None


def test_a_setting_of_nothing_is_unresolved() -> None:
    (fact,) = facts(setting_of("of", {KEY}, channel("c", "x", is_on)), of="else", x=True)
    assert (fact.subject, fact.kind) == ("urn", "link")  # type: ignore[union-attr]


def test_rows_that_count_while_nothing_points_here() -> None:
    reader = resource(unless(SET, "of", channel("c", "", never)))
    assert len(facts(reader)) == 1
    assert facts(reader, beside=(Resource("s", SET, "s", {"of": "one-id"}),)) == []


@pytest.mark.parametrize(
    ("row", "value", "kinds"),
    [
        (refers_to("x", NET), "t:Net-id", []),
        (refers_to("x", NET), "else", ["link"]),
        (refers_to("x", NET), ABSENT, ["link"]),
        (refers_to("x", NET, optional=True), ABSENT, []),
        (refers_to("x", NET, optional=True), "else", ["link"]),
        (writes("w", "x", {LOG}, "access-logs"), "else", ["link"]),
        (writes("w", "x", {LOG}, "access-logs"), "t:Log-id", [None]),
    ],
)
def test_references_lead_to_resources_of_the_stack(row: Any, value: Any, kinds: list[str | None]) -> None:
    assert [getattr(fact, "kind", None) for fact in facts(resource(row), x=value)] == kinds
