"""What must be true of the ledger whatever the stack: more never ends sooner, and order never matters."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from im_stack.facts.declarations import Flow, Holding, Keyring
from im_stack.facts.model import Amount, Copy, Fact, Store
from im_stack.policies.bounds.ledger import Ledger
from tests.harness.ledger_facts import DAY, ENDLESS, UNKNOWN, amount, copy, flow, holding, ledger, ring, store, sweep

CLASSES = ("messages", "metadata", "profiles")
STORES = ("a", "b", "c", "d")
fast = settings(max_examples=60, deadline=None)

periods = st.integers(0, 20).map(amount)
amounts = st.one_of(periods, periods, periods, st.sampled_from([ENDLESS, UNKNOWN]))
clocks: Any = st.sampled_from(["birth", "arrival", "last-write"])
sweeps = st.builds(sweep, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))


def _holding(name: str) -> st.SearchStrategy[Holding]:
    return st.builds(
        lambda data_class, clock, ttl, by, seals: holding(
            name, ttl, data_class=data_class, clock=clock, swept=by, seals=seals
        ),
        st.sampled_from(["messages", "profiles"]),
        clocks,
        st.integers(0, 20),
        sweeps,
        st.sampled_from([(), (), ("k1",), ("k1", "k2")]),
    )


def _store(name: str) -> st.SearchStrategy[Store]:
    return st.builds(lambda expiry, clock: store(name, *expiry, clock=clock), st.lists(amounts, max_size=2), clocks)


copies = st.builds(
    lambda of, kind, kept, default, after: copy(of, kind, kept, default=default, after=after),
    st.sampled_from([*STORES, "k1", "k2"]),
    st.sampled_from(["backups", "log"]),
    amounts,
    st.booleans(),
    st.sampled_from(["live", "write"]),
)
flows = st.builds(flow, st.sampled_from(["clients", *STORES]), st.sampled_from(STORES), st.booleans())
rings = st.builds(
    lambda name, life, epoch, cache, by: ring(name, life, epoch=epoch, cache=cache, by=by),
    st.sampled_from(["k1", "k2"]),
    st.integers(0, 20),
    st.integers(0, 3),
    st.integers(0, 3),
    sweeps,
)


@st.composite
def stacks(draw: st.DrawFn) -> list[Fact]:
    """Some stores, holdings in most of them, flows that mostly come from clients, copies and two keyrings."""
    facts: list[Fact] = [draw(_store(name)) for name in STORES] + [store("k1"), store("k2")]
    facts += [draw(_holding(name)) for name in STORES if draw(st.integers(0, 3))]
    facts += [flow("clients", name, draw(st.booleans())) for name in STORES if draw(st.integers(0, 3))]
    facts += draw(st.lists(flows, max_size=4))
    facts += draw(st.lists(copies, max_size=5))
    facts += draw(st.lists(rings, max_size=2))
    return facts


def ends(book: Ledger, clock: str = "birth") -> dict[str, tuple[bool, bool, timedelta]]:
    """The worst end of every class that anything holds, comparable: a number, then not known, then no end."""
    found = {name: book.bound(name, clock) for name in CLASSES}
    return {name: bound.worst.rank[:3] for name, bound in found.items() if bound}


def never_sooner(before: Sequence[Fact], after: Sequence[Fact]) -> None:
    for clock in ("birth", "last-write"):
        old, new = ends(ledger(before, *CLASSES), clock), ends(ledger(after, *CLASSES), clock)
        assert {name: (old[name], new.get(name)) for name in old if name not in new or new[name] < old[name]} == {}


@fast
@given(stacks(), copies)
def test_one_more_copy_ends_nothing_sooner(facts: list[Fact], more: Copy) -> None:
    never_sooner(facts, [*facts, replace(more, default=False, kind="another")])


@fast
@given(stacks(), st.sampled_from(STORES), amounts)
def test_a_configured_copy_next_to_another_ends_nothing_sooner(facts: list[Fact], of: str, kept: Amount) -> None:
    facts = [*facts, copy(of, "backups", amount(1))]
    never_sooner(facts, [*facts, copy(of, "backups", kept)])


@fast
@given(stacks(), flows)
def test_one_more_flow_ends_nothing_sooner(facts: list[Fact], more: Flow) -> None:
    """Where something already flows in: a first flow says what was not known."""
    if any(isinstance(fact, Flow) and fact.target == more.target for fact in facts):
        never_sooner(facts, [*facts, replace(more, sealed=False)])


@fast
@given(stacks(), st.data())
def test_a_longer_number_ends_nothing_sooner(facts: list[Fact], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(facts) - 1))
    more = data.draw(st.integers(1, 5)) * DAY
    never_sooner(facts, [*facts[:at], _longer(facts[at], more), *facts[at + 1 :]])


def _longer(fact: Fact, more: timedelta) -> Fact:
    def later(kept: tuple[Amount, ...]) -> tuple[Amount, ...]:
        return tuple(replace(a, period=None if a.period is None else a.period + more) for a in kept)

    if isinstance(fact, Store):
        return replace(fact, expiry=later(fact.expiry))
    if isinstance(fact, Copy):
        return replace(fact, amounts=later(fact.amounts))
    if isinstance(fact, Holding):
        by = fact.sweep and replace(fact.sweep, run=fact.sweep.run + more)
        return replace(fact, ttl=None if fact.ttl is None else fact.ttl + more, sweep=by)
    if isinstance(fact, Keyring):
        turned = fact.turnover and replace(fact.turnover, life=fact.turnover.life + more)
        return replace(fact, turnover=turned, cache=fact.cache + more)
    return fact


@fast
@given(stacks(), st.data())
def test_a_number_that_is_not_known_any_more_ends_nothing_sooner(facts: list[Fact], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(facts) - 1))
    fact = facts[at]
    if isinstance(fact, Copy) and all(a.period is not None for a in fact.amounts):
        never_sooner(facts, [*facts[:at], replace(fact, amounts=(UNKNOWN,)), *facts[at + 1 :]])
    if isinstance(fact, Store) and fact.expiry and all(a.period is not None for a in fact.expiry):
        never_sooner(facts, [*facts[:at], replace(fact, expiry=(UNKNOWN,)), *facts[at + 1 :]])


@fast
@given(stacks(), st.sampled_from(["k1", "k2"]), amounts)
def test_what_lengthens_a_key_lifts_everything_it_seals(facts: list[Fact], key: str, kept: Amount) -> None:
    """With one more copy of a keyring, a sealed class ends no sooner than that copy, or by its own end."""
    after = [*facts, copy(key, "another", kept)]
    never_sooner(facts, after)
    for name, worst in ends(ledger(after, *CLASSES)).items():
        assert worst <= ends(ledger(_unsealed(after), *CLASSES))[name]


@fast
@given(stacks())
def test_a_sealed_bound_is_never_larger_than_the_unsealed(facts: list[Fact]) -> None:
    sealed, clear = ends(ledger(facts, *CLASSES)), ends(ledger(_unsealed(facts), *CLASSES))
    assert {name: end for name, end in sealed.items() if end > clear[name]} == {}


def _unsealed(facts: Sequence[Fact]) -> list[Fact]:
    return [replace(fact, seals=()) if isinstance(fact, Holding) else fact for fact in facts]


@fast
@given(stacks(), st.integers(1, 30))
def test_everything_sealed_by_one_key_ends_with_its_worst_copy(facts: list[Fact], kept: int) -> None:
    """A holding with an endless copy, sealed from clients, ends exactly when its key's longest copy does."""
    sealed: list[Fact] = [
        store("s"),
        store("ks"),
        ring("k", 2, of="ks"),
        copy("ks", "v", amount(kept)),
        holding("s", 1, data_class="sealed", seals=["k"]),
        flow("clients", "s", True),
        copy("s", "log", ENDLESS),
        *(holding(name, 1, of=name, data_class="x") for name in (*STORES, "k1", "k2")),  # nothing is left undeclared
    ]
    others = [fact for fact in facts if not isinstance(fact, Holding | Flow)]
    found = ledger([*others, *sealed], "sealed").bound("sealed", "birth")
    assert found is not None
    assert found.latest == (2 + kept) * DAY


@fast
@given(stacks(), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(facts: list[Fact], random: Any) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    for name in CLASSES:
        for clock in ("birth", "last-write"):
            one, other = ledger(facts, *CLASSES).bound(name, clock), ledger(shuffled, *CLASSES).bound(name, clock)
            assert (one and one.worst.rank[:3], one and one.earliest) == (
                other and other.worst.rank[:3],
                other and other.earliest,
            )


@fast
@given(stacks())
def test_nothing_can_be_gone_after_its_latest_end(facts: list[Fact]) -> None:
    for name in CLASSES:
        found = ledger(facts, *CLASSES).bound(name, "birth")
        if found and found.latest is not None and found.earliest is not None:
            assert found.earliest <= found.latest
