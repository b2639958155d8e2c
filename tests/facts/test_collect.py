"""All facts of a stack: a reader that fails hides nothing, and every resource is somewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from im_stack.facts.declarations import Declared, Flow, Holding, Keyring, Sweep, Turnover
from im_stack.facts.mechanism.cloud import PROVIDER, Reader
from im_stack.facts.mechanism.collect import Facts, collect
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import (
    Evidence,
    Fact,
    ForbiddenSetting,
    Ignored,
    Later,
    Located,
    Provided,
    ReadAccess,
    Resource,
    Store,
    Unresolved,
)
from im_stack.facts.tencent import CLOUD
from im_stack.facts.tencent.location import region_of_zone
from im_stack.facts.tencent.stores.cos import BUCKET
from im_stack.preflight.recording.recording import to_resources
from tests.harness.world import registrations

ROWS: list[dict[str, Any]] = [
    {"type": BUCKET, "name": "b", "inputs": {}},
    {"type": "tencentcloud:Mysql/instance:Instance", "name": "db", "inputs": {}},
]


HOLDING = {"name": "h", "store": "x", "dataClass": "m", "clock": "birth"}


def resources(*rows: dict[str, Any]) -> list[Resource]:
    return to_resources(registrations([*ROWS, *rows]))


def broken(_view: View) -> Iterable[Fact]:
    yield Store("half", "x")
    raise RuntimeError("boom")


def test_a_reader_that_fails_is_unread_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Reader(CLOUD.readers[BUCKET].arguments, broken)  # the same arguments: what is kept is found once per process
    monkeypatch.setitem(CLOUD.readers, BUCKET, mine)  # type: ignore[misc]
    facts = collect(resources(), "ap-jakarta")
    (unread,) = facts.of(Unresolved)
    assert unread.subject.endswith("::b")
    assert unread.kind == "reader"
    assert "RuntimeError" in unread.why
    assert "boom" not in unread.why
    assert [store.service for store in facts.of(Store)] == ["mysql"]
    made = [r.urn for r in facts.graph.by_urn.values() if not r.type.startswith(PROVIDER)]
    assert [place.subject for place in facts.of(Located)] == made


def test_what_is_read_when_asked_is_read_once_and_a_fault_is_raised_to_who_asks() -> None:
    asked: list[str] = []

    def read() -> Iterator[Fact]:
        asked.append("readers")
        yield ReadAccess("role", "store", True, Evidence("role"))
        raise RuntimeError("boom")

    store = Store("store", "x")
    facts = Facts([Later(ReadAccess, read), store], Graph(()))
    assert facts.of(Store) == [store]
    assert not asked
    for _ in range(2):
        with pytest.raises(RuntimeError):
            facts.by(ReadAccess, "store")
    found = [ReadAccess("role", at, True, Evidence(at)) for at in ("a", "b")]
    facts = Facts([Later(ReadAccess, lambda each=each: [each]) for each in found], Graph(()))
    assert facts.of(ReadAccess) == facts.of(ReadAccess) == found


def test_facts_come_in_the_same_order_whatever_the_order_of_resources() -> None:
    rows = resources(
        {"name": "c", "declares": {"holdings": [{"name": "h", "store": "x", "dataClass": "m", "clock": "birth"}]}}
    )
    forth, back = collect(rows, "ap-jakarta"), collect(reversed(rows), "ap-jakarta")
    for kind in (Store, Unresolved, Located, ForbiddenSetting, Provided):
        assert forth.of(kind) == back.of(kind)
    assert forth.of(Ignored) == []


def test_names_for_people() -> None:
    facts = collect(resources(), "ap-jakarta")
    urn = next(urn for urn in facts.graph.by_urn if urn.endswith("::b"))
    assert facts.name(urn) == "Bucket b"
    assert facts.name("urn:gone") == "urn:gone"


def test_what_could_not_be_read_is_found_by_its_resource() -> None:
    facts = collect(resources({"type": "tencentcloud:No/thing:Thing", "name": "t"}), "ap-jakarta")
    (unread,) = facts.of(Unresolved)
    assert facts.unread(unread.subject) == [unread]
    assert facts.unread("urn:other") == []
    assert facts.unread("urn:other", unread.subject) == [unread]


def test_inputs_that_never_came_are_unread() -> None:
    rows = [replace(r, seen=r.name != "b") for r in resources()]
    facts = collect(rows, "ap-jakarta")
    (unread,) = facts.of(Unresolved)
    assert (unread.subject.endswith("::b"), unread.kind) == (True, "inputs")
    assert [store.service for store in facts.of(Store)] == ["mysql"]


def test_a_type_of_a_cloud_is_never_a_component() -> None:
    rows = [replace(r, custom=False) for r in resources()]
    assert len(collect(rows, "ap-jakarta").of(Store)) == 2


def test_a_looked_up_resource_is_unread_only() -> None:
    facts = collect(resources({"type": BUCKET, "name": "found", "read": True}), "ap-jakarta")
    (unread,) = facts.of(Unresolved)
    assert (unread.subject.endswith("::found"), unread.kind) == (True, "inputs")
    assert not [place for place in facts.of(Located) if place.subject == unread.subject]


def test_a_provider_that_does_what_it_should_says_nothing() -> None:
    facts = collect(resources(), "ap-jakarta")
    assert not [leak for leak in facts.of(ForbiddenSetting) if "providers" in leak.subject]


def test_a_provider_of_something_else_is_none_of_our_business() -> None:
    row = {"type": "pulumi:providers:random", "name": "r", "provider": "none", "inputs": {"protocol": "HTTP"}}
    facts = collect(resources({**row, "ignoreChanges": ["region"]}), "ap-jakarta")
    assert facts.of(Ignored) == []
    assert facts.of(Unresolved) == []


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


def test_without_a_provider_it_is_not_explicit_and_nothing_more() -> None:
    facts = collect(resources({"type": BUCKET, "name": "away", "provider": "none"}), "ap-jakarta")
    places = {place.subject.rsplit("::", 1)[-1] for place in facts.of(Located)}
    explicit = {p.subject.rsplit("::", 1)[-1]: p.explicit for p in facts.of(Provided)}
    assert places == {"b", "db"}
    assert explicit == {"away": False, "b": True, "db": True}


def test_two_resources_never_have_one_name() -> None:
    """Types may end in one word, components hold the same names, and Terraform looks up what it makes."""
    lb, alb = (f"aws:{service}/listener:Listener" for service in ("lb", "alb"))
    rows = [
        ("urn:pulumi:s::p::", lb, "l", "l"),
        ("urn:pulumi:s::p::", alb, "l", "l"),
        ("urn:pulumi:s::p::", lb, "m", "m"),
        ("urn:pulumi:s::p::x:index:Web$", lb, "m", "m"),
        ("urn:pulumi:s::p::", lb, "n", "n"),
        ("urn:terraform::module.a::", alb, "o", "o"),
        ("urn:terraform::module.a::", alb, "o", "data.aws_lb_listener.o"),
    ]
    made = [Resource(f"{head}{type_}::{last}", type_, name, {}) for head, type_, name, last in rows]
    component = Resource("urn:pulumi:s::p::x:index:Listener::n", "x:index:Listener", "n", {}, custom=False)
    facts = Facts((), Graph([*made, component]))
    assert [facts.name(resource.urn) for resource in made] == [
        f"{lb} l in the stack",
        f"{alb} l in the stack",
        "Listener m in the stack",
        "Listener m in Web",
        "Listener n",
        f"{alb} o in module.a",
        f"{alb} data.aws_lb_listener.o in module.a",
    ]


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("ap-jakarta-1", "ap-jakarta"),
        ("ap-shanghai-fsi-12", "ap-shanghai-fsi"),
        ("na-siliconvalley-2", "na-siliconvalley"),
        ("ap-jakarta", None),
        ("ap-jakarta-", None),
        ("ap-jakarta-0", None),
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


def test_two_resources_of_one_name_in_a_component_are_neither() -> None:
    """Names are unique per type only, so a name may stand for two."""
    rows = resources({"name": "c", "declares": {"holdings": [HOLDING]}})
    component = next(r for r in rows if r.name == "c")
    twins = [replace(r, name="x", parent=component.urn) if r.name in ("b", "db") else r for r in rows]
    (unread,) = collect(twins, "ap-jakarta").of(Unresolved)
    assert unread.subject == component.urn
    assert "store 'x' names several resources of this component" in unread.why
    assert collect(twins, "ap-jakarta").of(Holding) == []


KEYRING = {"name": "k", "store": "x", "sealsClass": "m", "cache": "PT3M"}
BY_AGE = {
    "epoch": "PT1H",
    "life": "P2D",
    "sweep": {"name": "s", "period": "PT1H", "run": "PT5M", "repair": "P1D", "by": "a"},
}
KEYRINGS: list[tuple[str, dict[str, Any], str]] = [
    ("epochs' keys without an end", {}, "a keyring of epochs' keys has epoch, life, sweep, too"),
    ("epochs' keys that no sweep ends", {**BY_AGE, "sweep": None}, "a keyring of epochs' keys has sweep, too"),
    ("people's keys that end by age", {"kind": "people", **BY_AGE}, "never by age: take out epoch, life, sweep"),
    ("people's keys of an epoch", {"kind": "people", "clock": "birth"}, "never by age: take out clock"),
    ("people's keys", {"kind": "people"}, ""),
    ("epochs' keys", BY_AGE, ""),
    ("epochs' keys of the last write", {**BY_AGE, "clock": "last-write"}, ""),
]


@pytest.mark.parametrize(("more", "fault"), [pytest.param(*rest, id=name) for name, *rest in KEYRINGS])
def test_keys_end_by_age_or_by_name(more: dict[str, Any], fault: str) -> None:
    rows = resources({"name": "c", "declares": {"keyrings": [KEYRING | more]}})
    component = next(r for r in rows if r.name == "c")
    facts = collect([replace(r, name="x", parent=component.urn) if r.name == "b" else r for r in rows], "ap-jakarta")
    assert fault in "".join(unread.why for unread in facts.of(Unresolved))
    kinds = [(ring.kind, ring.turnover.clock if ring.turnover else None) for ring in facts.of(Keyring)]
    assert kinds == (
        [] if fault else [(more.get("kind", "epochs"), None if "kind" in more else more.get("clock", "birth"))]
    )


def test_a_declared_holding_has_everything_that_was_said_of_it() -> None:
    sweep = {"name": "purge", "period": "PT1H", "run": "PT2H", "repair": "P1D", "by": "a job", "function": "fn"}
    said = {
        **HOLDING,
        "ttl": "P7D",
        "sweep": sweep,
        "seals": ["k"],
        "outside": {"log": "a"},
    }
    ring = {
        "name": "k",
        "store": "x",
        "sealsClass": "m",
        "epoch": "PT1H",
        "life": "P2D",
        "cache": "PT3M",
        "sweep": sweep,
    }
    hop = {"resource": "x", "what": "application-encrypts", "who": "w", "must": "do"}
    flows = [{"source": "clients", "target": "h", "sealed": True}, {"source": "h", "target": "h"}]
    rows = resources({"name": "c", "declares": {"holdings": [said], "keyrings": [ring], "hops": [hop], "flows": flows}})
    component = next(r for r in rows if r.name == "c")
    named = {"b": "x", "db": "fn"}
    rows = [replace(r, name=named[r.name], parent=component.urn) if r.name in named else r for r in rows]
    facts = collect(rows, "ap-jakarta")
    urns = {r.name: r.urn for r in rows}
    hour, day = timedelta(hours=1), timedelta(days=1)
    swept = Sweep("purge", hour, 2 * hour, day, "a job", urns["fn"])
    (holding,), (keyring,), (declared,) = facts.of(Holding), facts.of(Keyring), facts.of(Declared)
    assert (holding.name, holding.store, holding.data_class, holding.clock) == ("h", urns["x"], "m", "birth")
    assert (holding.ttl, holding.sweep, holding.seals) == (7 * day, swept, ("k",))
    assert (holding.outside, holding.component) == ({"log": "a"}, component.urn)
    assert (keyring.name, keyring.store, keyring.seals_class, keyring.sweep) == ("k", urns["x"], "m", swept)
    assert (keyring.turnover, keyring.cache) == (Turnover(hour, 2 * day, swept), timedelta(minutes=3))
    assert (declared.subject, declared.what, declared.who, declared.must) == (urns["x"], hop["what"], "w", "do")
    assert [(f.source, f.target, f.sealed) for f in facts.of(Flow)] == [("clients", "h", True), ("h", "h", False)]
