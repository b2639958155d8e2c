"""Stacks that are built to overwhelm the judgement: a number or unproven, by work that grows with their size."""

import tracemalloc
from datetime import date, timedelta
from typing import Any

import pytest
from pulumi_policy.policy import PolicyResourceOptions, ResourceValidationArgs
from pulumi_policy.proxy import unknown_checking_proxy

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Amount, Evidence, Fact, Resource, Unknown
from im_stack.facts.values.decode import decode
from im_stack.policies.bounds.bound import Path
from im_stack.policies.engine.collected import Collected
from im_stack.policies.judge import judge
from im_stack.policies.rule import Outcome
from tests.harness.ledger_facts import amount, bound, days, flow, holding, ledger, named, ring, store
from tests.harness.world import duties

MANY = 10_000
BUCKET = "tencentcloud:Cos/bucket:Bucket"


def _chain(count: int, sealed: bool = False) -> list[Fact]:
    """Holdings that are filled one from the other, each keeping what it gets for a day from its arrival."""
    facts: list[Fact] = [flow("clients", "h0", sealed)]
    for n in range(count):
        facts += [store(f"h{n}", amount(1)), holding(f"h{n}", clock="arrival", seals=["r"] if sealed else ())]
        facts += [flow(f"h{n - 1}", f"h{n}", sealed)] if n else []
    return facts


def test_a_chain_of_ten_thousand_holdings_has_a_bound() -> None:
    found = bound(_chain(MANY))
    assert found.latest == days(MANY)
    assert max(len(path.hops) for path in found.paths) < 60


def test_layers_that_all_fill_each_other_have_a_bound() -> None:
    """Two ways at each of a thousand steps: more paths than anybody can walk."""
    facts: list[Fact] = []
    for n in range(1000):
        for side in "ab":
            name = f"{side}{n}"
            facts += [store(name, amount(1)), holding(name, clock="arrival")]
            facts += [flow(f"{other}{n - 1}", name) for other in "ab"] if n else [flow("clients", name)]
    assert bound(facts).latest == days(1000)


@pytest.mark.parametrize("count", [1, 2, MANY])
def test_flows_in_a_circle_never_end(count: int) -> None:
    found = bound([*_chain(count), flow(f"h{count - 1}", "h0")])
    assert found.latest is None
    assert not found.unknown


def test_a_hop_without_end_stays_endless_however_far_away() -> None:
    assert bound([*_chain(200), store("x"), holding("x"), flow("x", "h0"), flow("clients", "x")]).latest is None


def test_a_hop_that_is_not_known_stays_unknown_however_far_away() -> None:
    assert bound([*_chain(200), flow("nowhere", "h0")]).unknown


def test_one_unsealed_flow_unseals_everything_after_it() -> None:
    facts = [*_chain(MANY, sealed=True), named("ring"), ring("r", 1, of="ring"), flow("clients", "h5000")]
    book = ledger(facts)
    sealed = [member.name for member in book.members("messages") if book.sealed(member)]
    assert sorted(sealed) == sorted(f"h{n}" for n in range(5000))


def test_a_period_beyond_all_counting_has_no_end() -> None:
    most = Amount(timedelta.max, "kept", Evidence("x"))
    assert Path("", "", (most, most)).total is None


def test_parents_in_a_circle_and_nested_beyond_recursion() -> None:
    kinds = {"type": "x:y:Z", "inputs": {}, "custom": False}
    circle = [
        Resource("urn:a", name="a", parent="urn:b", **kinds),
        Resource("urn:b", name="b", parent="urn:a", **kinds),
    ]  # type: ignore[arg-type]
    assert [r.urn for r in Graph(circle).below("urn:a")] == ["urn:b"]
    nested = [Resource(f"urn:{n}", name=str(n), parent=f"urn:{n - 1}", **kinds) for n in range(MANY)]  # type: ignore[arg-type]
    assert len(list(Graph(nested).below("urn:0"))) == MANY - 1


def test_links_in_a_circle_are_judged() -> None:
    buckets = [
        Resource(
            f"urn:pulumi:t::t::{BUCKET}::{a}",
            BUCKET,
            a,
            {"bucket": Unknown("bucket")},
            links={"bucket": (f"urn:pulumi:t::t::{BUCKET}::{b}",)},
        )
        for a, b in ("ab", "ba")
    ]
    assert judge(buckets, duties(), today=date(2026, 11, 23)).outcome is Outcome.FAIL


def test_what_is_nested_too_deep_is_not_known() -> None:
    value: Any = "x"
    for _ in range(5000):
        value = [value]
    inner = decode(value, "a")
    for _ in range(65):
        assert isinstance(inner, tuple)
        (inner,) = inner
    assert isinstance(inner, Unknown)


def test_ten_megabytes_of_inputs_are_not_kept() -> None:
    options = PolicyResourceOptions(False, [], None, [], None, [], None)  # type: ignore[arg-type]
    props = {"acl": "private", "tags": {str(n): "x" * 1000 for n in range(10_000)}}
    collected = Collected()
    args = ResourceValidationArgs(
        BUCKET, unknown_checking_proxy(props), f"urn:pulumi:t::t::{BUCKET}::b", "b", options, None
    )
    tracemalloc.start()
    try:
        collected.keep(args)
        assert tracemalloc.get_traced_memory()[0] < 1 << 20
    finally:
        tracemalloc.stop()
