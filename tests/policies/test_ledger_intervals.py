"""The ledger's other two numbers, on facts written by hand: latest end if sweeps fail, earliest end; in days."""

from dataclasses import replace

import pytest

from im_stack.facts.model import Fact
from tests.harness.ledger_facts import (
    ENDLESS,
    FUNCTION,
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
    named,
    people,
    ring,
    store,
    sweep,
    turnover,
)

FAILING: list[tuple[str, list[Fact], float | None]] = [
    ("a sweep that fails until its repair", [store("db"), holding("db", 7, swept=HOURLY)], 9.75),
    ("its copies come later too", [store("db"), holding("db", 7, swept=HOURLY), copy("db", "b", amount(1))], 10.75),
    (
        "a copy made at the write does not",
        [store("db"), holding("db", 1, swept=HOURLY), copy("db", "b", amount(9), after="write")],
        9,
    ),
    ("a store that expires by itself has no sweep to fail", [*TOPIC], 3.5),
    (
        "a sweep upstream that fails",
        [
            store("up"),
            holding("up", 1, clock="arrival", swept=HOURLY),
            flow("clients", "up"),
            store("db"),
            holding("db", 7, clock="arrival", swept=sweep(repair=4)),
            flow("up", "db"),
        ],
        14.75,
    ),
    (
        "a sweep upstream that fails, and a copy at the write",
        [
            store("up"),
            holding("up", 1, clock="arrival", swept=HOURLY),
            flow("clients", "up"),
            store("db"),
            holding("db", 1, clock="arrival"),
            flow("up", "db"),
            copy("db", "b", amount(9), after="write"),
        ],
        12.75,
    ),
    ("a key's sweep", [*SEALED, copy("db", "b", ENDLESS)], 15),
    ("no end", [store("db"), holding("db", 7, swept=HOURLY), copy("db", "b", ENDLESS)], None),
]


@pytest.mark.parametrize(("facts", "expected"), [pytest.param(f, e, id=name) for name, f, e in FAILING])
def test_latest_end_if_sweeps_fail(facts: list[Fact], expected: float | None) -> None:
    assert in_days(bound(facts).if_sweeps_fail) == expected


PEOPLE = [store("keys"), people("keys"), *SEALED[2:]]
EARLIEST: list[tuple[str, list[Fact], float | None]] = [
    ("a holding's period, without the sweep's turn", [store("db"), holding("db", 7, swept=HOURLY)], 7),
    ("a store's expiry, without its lag", [*TOPIC], 3),
    ("copies are no promise to keep", [store("db"), holding("db", 7), copy("db", "b", amount(9))], 7),
    ("the shortest of several holdings, which keep data of their own", [*TOPIC, store("db"), holding("db", 7)], 3),
    ("nothing ever ends it", [store("db"), holding("db")], None),
    ("a sweep beside a longer expiry ends it first", [store("b", amount(9)), holding("b", 2), flow("clients", "b")], 2),
    (
        "a rule that ends some of it sooner",
        [store("b", amount(9), sooner=(amount(9), amount(1))), holding("b"), flow("clients", "b")],
        1,
    ),
    (
        "a rule that may end some of it sooner",
        [store("b", amount(9), sooner=(UNKNOWN,)), holding("b"), flow("clients", "b")],
        0,
    ),
    (
        "a rule that ends some of what nothing else ends",
        [store("b", sooner=(amount(1),)), holding("b"), flow("clients", "b")],
        1,
    ),
    ("an expiry not known keeps nothing for certain", [store("b", UNKNOWN), holding("b"), flow("clients", "b")], 0),
    ("an undeclared store may hold nothing", [store("db"), holding("db", 7), store("hand")], 7),
    ("nothing but an undeclared store", [store("hand")], 0),
    ("a key that ends first", [*RING, store("db"), holding("db", 50, seals=["keys"]), flow("clients", "db", True)], 10),
    ("a key that ends later", [*SEALED], 5),
    (
        "a key that its function ends sooner",
        [named("keys"), ring("keys", 4, by=FUNCTION), turnover("fn", 1, 2), *SEALED[2:]],
        2,
    ),
    (
        "a key that its function ends later than declared",
        [named("keys"), ring("keys", 4, by=FUNCTION), turnover("fn", 1, 9), *SEALED[2:]],
        4,
    ),
    ("a key whose store ends it sooner", [store("keys", amount(3)), ring("keys", 4), *SEALED[2:]], 3),
    ("a key whose store may end it", [store("keys", UNKNOWN), ring("keys", 4), *SEALED[2:]], 0),
    ("a person's key keeps it as long as nothing else ends it", [*PEOPLE], 5),
    ("a person's key that its age ends may end right after a write", [store("keys", amount(3)), *PEOPLE[1:]], 0),
    ("a person's key that a rule may end", [store("keys", sooner=(UNKNOWN,)), *PEOPLE[1:]], 0),
    ("a person's key that a function ends by age", [named("keys"), *PEOPLE[1:], turnover("fn", 1, 9)], 0),
    ("a key nobody keeps", [store("db"), holding("db", 50, seals=["keys"]), flow("clients", "db", True)], 0),
    ("the first of two rings of one name", [*SEALED, store("k"), ring("keys", 2, of="k")], 2),
    ("a ttl without a sweep deletes nothing", [store("db"), replace(holding("db", 5), sweep=None)], None),
    ("a holding in something unread", [holding("db", 7)], 0),
]


@pytest.mark.parametrize(("facts", "expected"), [pytest.param(f, e, id=name) for name, f, e in EARLIEST])
def test_earliest_end(facts: list[Fact], expected: float | None) -> None:
    assert in_days(bound(facts).earliest) == expected
