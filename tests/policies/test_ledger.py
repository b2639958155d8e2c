"""The ledger's bound, the latest end of a class with its path, on facts written by hand. Every number is in days."""

from dataclasses import replace
from datetime import timedelta

import pytest

from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Fact
from im_stack.policies.bounds.bound import Path, is_endless
from im_stack.policies.bounds.ledger import Ledger
from tests.harness.ledger_facts import (
    ENDLESS,
    HOURLY,
    RING,
    SEALED,
    TOPIC,
    UNKNOWN,
    amount,
    bound,
    copy,
    flow,
    holding,
    in_days,
    ledger,
    people,
    store,
)

LATEST: list[tuple[str, list[Fact], float | None]] = [
    # one holding
    ("a sweep adds its turn and its run", [store("db"), holding("db", 7, swept=HOURLY)], 7.75),
    ("a store's own expiry and its lag", [store("b", amount(7), amount(2)), holding("b")], None),  # needs a flow
    (
        "a store's own expiry and its lag, from clients",
        [store("b", amount(7), amount(2)), holding("b", clock="arrival"), flow("clients", "b")],
        9,
    ),
    (
        "the store's expiry decides, whatever a sweep would do",
        [store("b", amount(7)), holding("b", 3, clock="arrival"), flow("clients", "b")],
        7,
    ),
    ("nothing deletes it", [store("db"), holding("db")], None),
    (
        "no class of that name in the store, another's holding",
        [store("db"), holding("db", 2), store("x", amount(1))],
        2,
    ),
    # copies
    ("a copy after live", [store("db"), holding("db", 7), copy("db", "backups", amount(7), amount(1))], 15),
    ("a copy after the write", [store("db"), holding("db", 7), copy("db", "log", amount(3), after="write")], 7),
    ("a longer copy after the write", [store("db"), holding("db", 7), copy("db", "log", amount(9), after="write")], 9),
    (
        "the longest of two kinds",
        [store("db"), holding("db", 7), copy("db", "a", amount(1)), copy("db", "b", amount(2))],
        9,
    ),
    ("a copy outside", [store("db"), holding("db", 7, outside={"log": "none"}), copy("db", "log", ENDLESS)], 7),
    (
        "one kind outside, another not",
        [
            store("db"),
            holding("db", 7, outside={"log": "none"}),
            copy("db", "log", ENDLESS),
            copy("db", "b", amount(1)),
        ],
        8,
    ),
    ("an endless copy", [store("db"), holding("db", 7), copy("db", "log", ENDLESS)], None),
    (
        "a default copy counts while nothing is configured",
        [store("db"), holding("db", 1), copy("db", "backups", amount(7), default=True)],
        8,
    ),
    (
        "a configured copy replaces the default of its kind, also by less",
        [store("db"), holding("db", 1), copy("db", "b", amount(7), default=True), copy("db", "b", amount(2))],
        3,
    ),
    (
        "a configured copy of another kind replaces nothing",
        [store("db"), holding("db", 1), copy("db", "b", amount(7), default=True), copy("db", "x", amount(2))],
        8,
    ),
    (
        "of two configured copies the worst",
        [store("db"), holding("db", 1), copy("db", "b", amount(9)), copy("db", "b", amount(2))],
        10,
    ),
    ("another store's copy is not this one's", [store("db"), holding("db", 1), copy("other", "b", ENDLESS)], 1),
    # arrival
    (
        "arrival through a topic",
        [*TOPIC, store("db"), holding("db", 7, clock="arrival"), flow("topic", "db")],
        10.5,
    ),
    ("its own clock from birth", [*TOPIC, store("db"), holding("db", 7), flow("topic", "db")], 7),
    (
        "a copy after the write comes after the arrival",
        [
            *TOPIC,
            store("db"),
            holding("db", 1, clock="arrival"),
            flow("topic", "db"),
            copy("db", "log", amount(5), after="write"),
        ],
        8.5,
    ),
    (
        "the longer of two upstreams",
        [
            *TOPIC,
            store("queue", amount(1)),
            holding("queue", clock="arrival"),
            flow("clients", "queue"),
            store("db"),
            holding("db", 7, clock="arrival"),
            flow("topic", "db"),
            flow("queue", "db"),
            flow("clients", "db"),
        ],
        10.5,
    ),
    (
        "a chain of three",
        [
            *TOPIC,
            store("mid"),
            holding("mid", 2, clock="arrival"),
            flow("topic", "mid"),
            store("db"),
            holding("db", 1, clock="arrival"),
            flow("mid", "db"),
        ],
        6.5,
    ),
    (
        "an upstream with a clock from birth brings nothing older than its life",
        [
            *TOPIC,
            store("mid"),
            holding("mid", 4),
            flow("topic", "mid"),
            store("db"),
            holding("db", 1, clock="arrival"),
            flow("mid", "db"),
        ],
        5,
    ),
    (
        "an upstream that holds another class delays all the same",
        [
            store("topic", amount(3)),
            holding("topic", clock="arrival", data_class="profiles"),
            flow("clients", "topic"),
            store("db"),
            holding("db", 7, clock="arrival"),
            flow("topic", "db"),
        ],
        10,
    ),
    (
        "last write, counted from birth",
        [store("db"), holding("db", 7, clock="last-write"), flow("clients", "db")],
        None,
    ),
    (
        "a cycle",
        [
            store("a"),
            holding("a", 1, clock="arrival"),
            store("b"),
            holding("b", 1, clock="arrival"),
            flow("clients", "a"),
            flow("a", "b"),
            flow("b", "a"),
        ],
        None,
    ),
    (
        "a store's own expiry counts from arrival, whatever the holding says",
        [*TOPIC, store("b", amount(7)), holding("b", clock="birth"), flow("topic", "b")],
        10.5,
    ),
    (
        "a store's own expiry that counts from birth",
        [*TOPIC, store("b", amount(7), clock="birth"), holding("b", clock="birth"), flow("topic", "b")],
        7,
    ),
    (
        "a store's own clock excuses no holding that counts from its arrival",
        [*TOPIC, store("b", amount(7), clock="birth"), holding("b", clock="arrival"), flow("topic", "b")],
        10.5,
    ),
    (
        "nor one that is written again and again",
        [store("b", amount(7), clock="birth"), holding("b", clock="last-write"), flow("clients", "b")],
        None,
    ),
    (
        "a store's own expiry that every write starts anew",
        [store("b", amount(7), clock="last-write"), holding("b", clock="birth"), flow("clients", "b")],
        None,
    ),
    # undeclared stores
    ("a store nothing is declared of", [store("db")], None),
    ("a store nothing is declared of that expires", [store("b", amount(7), amount(2))], 9),
    ("its copies", [store("b", amount(7)), copy("b", "v", amount(3))], 10),
]


@pytest.mark.parametrize(("facts", "expected"), [pytest.param(f, e, id=name) for name, f, e in LATEST])
def test_latest_end(facts: list[Fact], expected: float | None) -> None:
    assert in_days(bound(facts).latest) == expected


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(facts, id=name)
        for name, facts, expected in LATEST
        if expected is None and name not in ("a store's own expiry and its lag",)
    ],
)
def test_no_end_is_no_doubt(facts: list[Fact]) -> None:
    assert not bound(facts).unknown


UNCERTAIN: list[tuple[str, list[Fact]]] = [
    ("an expiry not known", [store("b", UNKNOWN), holding("b", clock="arrival"), flow("clients", "b")]),
    ("a copy not known", [store("db"), holding("db", 7), copy("db", "b", UNKNOWN)]),
    (
        "a copy not known beside a longer one",
        [store("db"), holding("db", 7), copy("db", "b", UNKNOWN), copy("db", "c", amount(99))],
    ),
    (
        "an upstream not known beside a known one",
        [
            *TOPIC,
            store("queue", UNKNOWN),
            holding("queue", clock="arrival"),
            flow("clients", "queue"),
            store("db"),
            holding("db", 7, clock="arrival"),
            flow("queue", "db"),
            flow("topic", "db"),
        ],
    ),
    ("a copy of the keyring not known", [*SEALED, copy("db", "b", ENDLESS), copy("keys", "v", UNKNOWN)]),
    ("a keyring in something unread", [*SEALED[1:], copy("db", "b", ENDLESS)]),
    ("no flow says how it arrives", [store("db"), holding("db", 7, clock="arrival")]),
    ("no flow says how it arrives, by the store's clock", [store("b", amount(7), amount(2)), holding("b")]),
    ("a flow from nowhere", [store("db"), holding("db", 7, clock="arrival"), flow("typo", "db")]),
    (
        "a flow from nowhere beside one from clients",
        [store("db"), holding("db", 7, clock="arrival"), flow("typo", "db"), flow("clients", "db")],
    ),
    ("a holding in something unread", [holding("db", 7)]),
]


@pytest.mark.parametrize("facts", [pytest.param(f, id=name) for name, f in UNCERTAIN])
def test_what_is_not_known_has_no_latest_end(facts: list[Fact]) -> None:
    found = bound(facts)
    assert found.unknown
    assert found.latest is None


def test_no_end_is_worse_than_not_known_and_that_than_any_number() -> None:
    number, unknown, endless = (Path("p", "w", (amount(1000 if a else 1), *a)) for a in ((), (UNKNOWN,), (ENDLESS,)))
    both = Path("p", "w", (UNKNOWN, ENDLESS))
    assert number.rank < Path("p", "w", (amount(1001),)).rank < unknown.rank < endless.rank
    assert is_endless(both.hops)
    assert not both.unknown


def test_paths_come_worst_first_and_name_every_place() -> None:
    found = bound([store("db"), holding("db", 1), copy("db", "b", amount(7)), copy("db", "log", ENDLESS)])
    assert [(path.place, path.what) for path in found.paths] == [("db", "log"), ("db", "b"), ("db", "live data")]


def test_nothing_holds_the_class() -> None:
    assert ledger([store("db"), holding("db", 1)]).bound("profiles", "birth") is None


def test_last_write_on_both_sides_counts_its_ttl() -> None:
    facts = [store("db"), holding("db", 7, clock="last-write"), flow("clients", "db")]
    assert in_days(bound(facts, clock="last-write").latest) == 7


def test_an_undeclared_store_holds_every_class() -> None:
    found = ledger([store("db"), holding("db", 1), store("hand")])
    assert found.undeclared == ("hand",)
    assert [(m.name, m.declared) for m in found.members("profiles")] == [("hand", False)]
    assert [m.name for m in found.members("messages")] == ["db", "hand"]


def test_a_store_of_keys_is_declared() -> None:
    assert ledger(RING).undeclared == ()
    assert ledger([store("keys")]).undeclared == ("keys",)


def test_the_least_of_a_path_is_its_floors() -> None:
    path = Path("p", "w", (amount(9, floor=7), amount(3), amount(2, floor=1)))
    assert path.least == timedelta(days=8)
    assert Path("p", "w", (amount(1), ENDLESS)).least is None


def test_what_is_kept_says_live_and_reach() -> None:
    facts = [*SEALED, copy("db", "b", amount(9)), copy("db", "log", amount(1), amount(1)), store("hand", amount(4))]
    rows = {row.holding: row for row in ledger(facts).retention()}
    sealed, hand = rows["db"], rows["hand"]
    assert (in_days(sealed.live), in_days(sealed.reach), sealed.sealed, sealed.service) == (5, 9, True, "test")
    assert (hand.sealed, in_days(hand.live), in_days(hand.reach)) == (False, 4, 0)
    assert (sealed.ages, hand.ages) == (True, False)
    (alone,) = ledger([store("keys"), people("keys"), *SEALED[2:], copy("db", "b", amount(9))]).retention()
    assert (alone.sealed, alone.ages, in_days(alone.reach)) == (True, False, 9)
    assert len(rows) == 2


def test_what_is_kept_leaves_out_copies_outside_and_knows_no_end() -> None:
    facts = [store("db"), holding("db", 5, outside={"log": "none"}), copy("db", "log"), copy("db", "b", amount(2))]
    (row,) = ledger(facts).retention()
    assert in_days(row.reach) == 2
    (row,) = ledger([*facts, copy("db", "x")]).retention()
    assert row.reach is None


@pytest.mark.parametrize("sealed", [True, False])
def test_what_a_holding_is_there_for_arrives_sealed(sealed: bool) -> None:
    held = holding("db", 5, seals=["keys"])
    assert ledger([*RING, store("db"), held, flow("clients", "db", sealed)]).holds_sealed(held) is sealed
    assert not ledger([*RING, store("db"), held]).holds_sealed(held)
    assert not ledger([*RING, store("db"), held, flow("clients", "db", sealed)]).holds_sealed(replace(held, seals=()))


def test_what_an_archive_keeps_is_no_part_of_its_class_where_the_archive_names_it() -> None:
    kept = [replace(holding(name, 1), rests="archived") for name in ("b", "c")]
    facts = [store("a"), store("b"), holding("a", 1), kept[0], replace(kept[1], data_class="other")]
    named, other = (
        Ledger(Facts(facts, Graph(())), ("messages", "other"), archive=of) for of in (["messages"], ["other"])
    )
    assert [[m.name for m in each.members("messages")] for each in (named, other)] == [["a"], ["a", "b"]]
    assert [(row.holding, row.data_class) for row in named.retention()] == [
        ("a", "messages"),
        ("b", "messages"),
        ("c", "other"),
    ]


def test_what_is_kept_for_certain_comes_shortest_first_and_passing_on_counts_where_nothing_else_holds_it() -> None:
    endless = [replace(holding(name), rests="durable") for name in ("a", "b")]
    facts = [*map(store, "abc"), *endless, replace(holding("c", 1), rests="durable")]
    bound = Ledger(Facts(facts, Graph(())), ("messages",)).bound("messages", "birth")
    assert bound
    assert [kept.holding for kept in bound.floors] == ["c", "a", "b"]
    alone = [store("a"), replace(holding("a", 1), rests="passing")]
    bound = Ledger(Facts(alone, Graph(())), ("messages",)).bound("messages", "birth")
    assert bound
    assert [kept.holding for kept in bound.floors] == ["a"]
