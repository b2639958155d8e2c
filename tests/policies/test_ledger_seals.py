"""The ledger's bound of sealed data, which ends with its key where that is earlier. Every number is in days."""

from dataclasses import replace

import pytest

from im_stack.facts.model import Fact
from tests.harness.ledger_facts import (
    ENDLESS,
    FUNCTION,
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
    shown,
    store,
    sweep,
    timer,
    turnover,
)


def sealed_by(*seals: str, ttl: float | None = 5) -> Fact:
    return holding("db", ttl, seals=seals)


PEOPLE = [store("people"), people("people", cache=9), store("db"), flow("clients", "db", True)]
BOTH = [*PEOPLE, sealed_by("keys", "people")]
LAST_WRITE = [
    store("keys"),
    ring("keys", 10, epoch=1, cache=0.25, by=sweep(period=0.5, run=0.25), clock="last-write"),
    *SEALED[2:],
]
LATEST: list[tuple[str, list[Fact], float | None]] = [
    ("the live copy ends before its key", SEALED, 5),
    ("a copy ends with its key", [*SEALED, copy("db", "backups", amount(99))], 12),
    ("an endless copy ends with its key", [*SEALED, copy("db", "log", ENDLESS)], 12),
    ("a copy not known ends with its key", [*SEALED, copy("db", "log", UNKNOWN)], 12),
    (
        "a copy of the keyring lifts what it seals",
        [*SEALED, copy("db", "b", ENDLESS), copy("keys", "v", amount(7))],
        19,
    ),
    (
        "a default copy of the keyring too",
        [*SEALED, copy("db", "b", ENDLESS), copy("keys", "v", amount(7), default=True)],
        19,
    ),
    ("an endless copy of the keyring", [*SEALED, copy("db", "b", ENDLESS), copy("keys", "v", ENDLESS)], None),
    ("no keyring of that name", [*SEALED[2:], copy("db", "b", ENDLESS)], None),
    (
        "a longer ring of the same name, in another store",
        [*SEALED, store("more"), ring("keys", 30, of="more"), copy("db", "b", ENDLESS)],
        30,
    ),
    (
        "a flow in clear",
        [*SEALED, copy("db", "b", amount(99)), flow("clients", "db", False)],
        104,
    ),
    (
        "no flow at all",
        [*RING, store("db"), holding("db", 5, seals=["keys"]), copy("db", "b", amount(99))],
        104,
    ),
    (
        "a flow in clear further up",
        [*SEALED[:4], *TOPIC, flow("topic", "db", True), copy("db", "b", amount(99))],
        104,
    ),
    (
        "sealed all the way",
        [
            *SEALED[:4],
            store("topic", amount(3)),
            holding("topic", clock="arrival", seals=["keys"]),
            flow("clients", "topic", True),
            flow("topic", "db", True),
            copy("db", "b", amount(99)),
        ],
        12,
    ),
    (
        "a flow that says sealed from a holding nobody knows",
        [*SEALED[:4], flow("nowhere", "db", True), copy("db", "b", amount(99))],
        104,
    ),
    (
        "a cycle of sealed flows",
        [
            *SEALED,
            store("again"),
            holding("again", 5, seals=["keys"]),
            flow("db", "again", True),
            flow("again", "db", True),
            copy("db", "b", amount(99)),
        ],
        12,
    ),
    (
        "of two keys the first to end decides",
        [
            *RING,
            store("own"),
            ring("own", 3),
            store("db"),
            holding("db", 5, seals=["keys", "own"]),
            flow("clients", "db", True),
            copy("db", "b", ENDLESS),
        ],
        3,
    ),
    (
        "people's keys are no end by age: the epoch's key decides",
        [*SEALED[:2], *BOTH, copy("db", "b", ENDLESS)],
        12,
    ),
    (
        "a copy of people's keys lifts no bound by age",
        [*SEALED[:2], *BOTH, copy("db", "b", ENDLESS), copy("people", "v", ENDLESS)],
        12,
    ),
    ("under people's keys alone the copies count", [*PEOPLE, sealed_by("people"), copy("db", "b", amount(9))], 14),
    ("and live data that nothing deletes is without end", [*PEOPLE, sealed_by("people", ttl=None)], None),
    ("from the birth a key of the last write's epoch never ends", [*LAST_WRITE, copy("db", "b", ENDLESS)], None),
    (
        "a key ends as its function is told",
        [
            named("keys"),
            ring("keys", 10, epoch=1, by=FUNCTION),
            timer("fn", 1),
            *shown("fn"),
            turnover("fn", 2, 20),
            *SEALED[2:],
            copy("db", "b", ENDLESS),
        ],
        23.25,
    ),
    (
        "a function told less than declared shortens nothing",
        [
            named("keys"),
            ring("keys", 10, epoch=1, by=FUNCTION),
            timer("fn", 1),
            *shown("fn"),
            turnover("fn", 0.5, 2),
            *SEALED[2:],
            copy("db", "b", ENDLESS),
        ],
        12.25,
    ),
    (
        "a function told nothing",
        [named("keys"), ring("keys", 10, by=FUNCTION), timer("fn", 1), *SEALED[2:], copy("db", "b", ENDLESS)],
        None,
    ),
    (
        "a function told of another class",
        [
            named("keys"),
            ring("keys", 10, by=FUNCTION),
            timer("fn", 1),
            *shown("fn"),
            turnover("fn", 1, 1, "profiles"),
            *SEALED[2:],
            copy("db", "b", ENDLESS),
        ],
        None,
    ),
    (
        "a function told of another bucket",
        [
            replace(named("keys"), known_as="elsewhere"),
            ring("keys", 10, by=FUNCTION),
            timer("fn", 1),
            *shown("fn"),
            turnover("fn", 1, 1),
            *SEALED[2:],
            copy("db", "b", ENDLESS),
        ],
        None,
    ),
    (
        "of several things a function is told the longest",
        [
            named("keys"),
            ring("keys", 10, epoch=1, by=FUNCTION),
            timer("fn", 1),
            *shown("fn"),
            turnover("fn", 1, 20),
            turnover("fn", 2, 1),
            *SEALED[2:],
            copy("db", "b", ENDLESS),
        ],
        23.25,
    ),
    (
        "a key whose sweep no timer runs",
        [
            named("keys"),
            ring("keys", 10, by=FUNCTION),
            turnover("fn", 1, 1),
            *SEALED[2:],
            copy("db", "b", ENDLESS),
        ],
        None,
    ),
]


@pytest.mark.parametrize(("facts", "expected"), [pytest.param(f, e, id=name) for name, f, e in LATEST])
def test_latest_end_of_what_is_sealed(facts: list[Fact], expected: float | None) -> None:
    found = bound(facts)
    assert in_days(found.latest) == expected
    assert expected is not None or not found.unknown


FROM_LAST_WRITE: list[tuple[str, list[Fact], float | None, float | None]] = [
    ("the epoch of the last write", [*LAST_WRITE, copy("db", "b", ENDLESS)], 12, 5),
    ("the epoch of the birth ends it no later, and maybe at once", [*SEALED, copy("db", "b", ENDLESS)], 12, 0),
]


@pytest.mark.parametrize(
    ("facts", "latest", "earliest"), [pytest.param(*rest, id=name) for name, *rest in FROM_LAST_WRITE]
)
def test_from_the_last_write(facts: list[Fact], latest: float | None, earliest: float | None) -> None:
    found = bound(facts, clock="last-write")
    assert (in_days(found.latest), in_days(found.earliest)) == (latest, earliest)
