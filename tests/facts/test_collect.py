"""All facts of a stack: a reader that fails hides nothing, and every resource is somewhere."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from facts.cloud import Reader
from facts.collect import collect
from facts.graph import Graph
from facts.model import Fact, Ignored, Leak, Located, Provided, Resource, Store, Unread
from facts.tencent import CLOUD
from facts.tencent.cos import BUCKET
from facts.tencent.place import region_of_zone
from facts.view import View
from preflight.recording import to_resources
from tests.harness.world import registrations

ROWS: list[dict[str, Any]] = [
    {"type": BUCKET, "name": "b", "inputs": {}},
    {"type": "tencentcloud:Mysql/instance:Instance", "name": "db", "inputs": {}},
]


def resources(*rows: dict[str, Any]) -> list[Resource]:
    return to_resources(registrations([*ROWS, *rows]))


def broken(_view: View, _graph: Graph) -> Iterable[Fact]:
    yield Store("half", "x")
    raise RuntimeError("boom")


def test_a_reader_that_fails_is_unread_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Reader(CLOUD.readers[BUCKET].arguments, broken)  # the same arguments: what is kept is found once per process
    monkeypatch.setitem(CLOUD.readers, BUCKET, mine)  # type: ignore[misc]
    facts = collect(resources(), "ap-jakarta")
    (unread,) = facts.of(Unread)
    assert unread.subject.endswith("::b")
    assert unread.kind == "reader"
    assert "RuntimeError" in unread.why
    assert "boom" not in unread.why
    assert [store.service for store in facts.of(Store)] == ["mysql"]
    assert [place.subject for place in facts.of(Located)] == [r.urn for r in facts.graph.of_type(*CLOUD.readers)]


def test_facts_come_in_the_same_order_whatever_the_order_of_resources() -> None:
    rows = resources(
        {"name": "c", "declares": {"holdings": [{"name": "h", "store": "x", "dataClass": "m", "clock": "birth"}]}}
    )
    forth, back = collect(rows, "ap-jakarta"), collect(reversed(rows), "ap-jakarta")
    for kind in (Store, Unread, Located, Leak, Provided):
        assert forth.of(kind) == back.of(kind)
    assert forth.of(Ignored) == []


def test_names_for_people() -> None:
    facts = collect(resources(), "ap-jakarta")
    urn = next(urn for urn in facts.graph.by_urn if urn.endswith("::b"))
    assert facts.name(urn) == "Bucket b"
    assert facts.name("urn:gone") == "urn:gone"


def test_what_could_not_be_read_is_found_by_its_resource() -> None:
    facts = collect(resources({"type": "tencentcloud:No/thing:Thing", "name": "t"}), "ap-jakarta")
    (unread,) = facts.of(Unread)
    assert facts.unread(unread.subject) == [unread]
    assert facts.unread("urn:other") == []
    assert facts.unread("urn:other", unread.subject) == [unread]


def test_inputs_that_never_came_are_unread() -> None:
    rows = [replace(r, seen=r.name != "b") for r in resources()]
    facts = collect(rows, "ap-jakarta")
    (unread,) = facts.of(Unread)
    assert (unread.subject.endswith("::b"), unread.kind) == (True, "inputs")
    assert [store.service for store in facts.of(Store)] == ["mysql"]


def test_a_type_of_a_cloud_is_never_a_component() -> None:
    rows = [replace(r, custom=False) for r in resources()]
    assert len(collect(rows, "ap-jakarta").of(Store)) == 2


def test_a_looked_up_resource_is_unread_only() -> None:
    facts = collect(resources({"type": BUCKET, "name": "found", "read": True}), "ap-jakarta")
    (unread,) = facts.of(Unread)
    assert (unread.subject.endswith("::found"), unread.kind) == (True, "inputs")
    assert not [place for place in facts.of(Located) if place.subject == unread.subject]


def test_a_provider_that_does_what_it_should_says_nothing() -> None:
    facts = collect(resources(), "ap-jakarta")
    assert not [leak for leak in facts.of(Leak) if "providers" in leak.subject]


def test_a_provider_of_something_else_is_none_of_our_business() -> None:
    row = {"type": "pulumi:providers:random", "name": "r", "provider": "none", "inputs": {"protocol": "HTTP"}}
    facts = collect(resources({**row, "ignoreChanges": ["region"]}), "ap-jakarta")
    assert facts.of(Ignored) == []
    assert facts.of(Unread) == []


def test_where_a_resource_is_comes_from_its_provider() -> None:
    far = {
        "type": "pulumi:providers:tencentcloud",
        "name": "far",
        "provider": "none",
        "inputs": {"region": "eu-frankfurt"},
    }
    facts = collect(resources(far, {"type": BUCKET, "name": "away", "provider": "far"}), "ap-jakarta")
    places = {place.subject.rsplit("::", 1)[-1]: place for place in facts.of(Located)}
    assert (places["away"].region, places["b"].region) == ("eu-frankfurt", "ap-jakarta")
    assert (places["away"].evidence.resource.rsplit("::", 1)[-1], places["away"].evidence.argument) == ("far", "region")


def test_without_a_provider_it_is_nowhere_and_not_explicit() -> None:
    facts = collect(resources({"type": BUCKET, "name": "away", "provider": "none"}), "ap-jakarta")
    places = {place.subject.rsplit("::", 1)[-1]: place for place in facts.of(Located)}
    explicit = {p.subject.rsplit("::", 1)[-1]: p.explicit for p in facts.of(Provided)}
    assert places["away"].region is None
    assert (places["away"].evidence.resource, places["away"].evidence.argument) == (places["away"].subject, "provider")
    assert explicit == {"away": False, "b": True, "db": True}


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("ap-jakarta-1", "ap-jakarta"),
        ("ap-shanghai-fsi-12", "ap-shanghai-fsi"),
        ("na-siliconvalley-2", "na-siliconvalley"),
        ("ap-jakarta", None),
        ("ap-jakarta-", None),
        ("ap-jakarta-1a", None),
        ("x-ap-jakarta-1", None),
        ("ap-jakarta-1 ", None),
        ("ap-jakarta-1\n", None),
        ("1", None),
        (1, None),
        ("", None),
    ],
)
def test_regions_of_zones(zone: Any, region: str | None) -> None:
    assert region_of_zone(zone) == region
