"""The ledger's bound of what a scheduled function ends: its timers, what it must show, and how a hop is graded."""

import pytest

from im_stack.facts.model import Fact, Grade
from im_stack.facts.runs import Requirement
from im_stack.policies.bounds.bound import Bound
from tests.harness.ledger_facts import (
    BY_FUNCTION,
    ENDLESS,
    FUNCTION,
    HOURLY,
    SEALED,
    C,
    amount,
    bound,
    copy,
    holding,
    in_days,
    shown,
    store,
    timer,
)

LATEST: list[tuple[str, list[Fact], float | None]] = [
    # timers
    ("no timer runs the sweep", [*BY_FUNCTION], 99),
    ("a timer runs it", [*BY_FUNCTION, timer("fn", 1)], 8.25),
    ("a slower timer decides", [*BY_FUNCTION, timer("fn", 3)], 10.25),
    (
        "a faster timer does not shorten what is declared",
        [*BY_FUNCTION, timer("fn", 0.1)],
        8.25,
    ),
    (
        "the fastest of several timers that run",
        [*BY_FUNCTION, timer("fn", 9), timer("fn", 2), timer("fn", 1, enabled=False)],
        9.25,
    ),
    ("a timer that is off", [*BY_FUNCTION, timer("fn", 1, enabled=False)], 99),
    ("a timer not known to be on", [*BY_FUNCTION, timer("fn", 1, enabled=None)], 99),
    ("a timer whose period is not known", [*BY_FUNCTION, timer("fn", None)], 99),
    ("another function's timer", [*BY_FUNCTION, timer("other", 1)], 99),
    # what a function must show
    (
        "nothing that a function does to rows is read",
        [store("db"), holding("db", 7, swept=FUNCTION), *shown("fn")],
        None,
    ),
    *(
        (
            f"a function whose {item} is not shown",
            [timer("fn", 1), *(fact for fact in BY_FUNCTION if not isinstance(fact, Requirement) or fact.item != item)],
            99,
        )
        for item in ("code", "instructions", "concurrency", "rights", "network")
    ),
]


@pytest.mark.parametrize(("facts", "expected"), [pytest.param(f, e, id=name) for name, f, e in LATEST])
def test_latest_end_of_what_a_function_ends(facts: list[Fact], expected: float | None) -> None:
    found = bound(facts)
    assert in_days(found.latest) == expected
    assert not found.unknown


def _grades(found: Bound) -> dict[str, Grade]:
    return {hop.label: hop.evidence.grade for hop in found.worst.hops}


def test_a_declared_sweep_is_graded_declared() -> None:
    assert set(_grades(bound([store("db"), holding("db", 7, swept=HOURLY)])).values()) == {Grade.DECLARED}


def test_a_sweep_that_a_function_runs_is_graded_configured() -> None:
    found = bound([*BY_FUNCTION, timer("fn", 1)])
    assert _grades(found) == {
        "length of the epoch": Grade.CONFIGURED,
        "life of its key": Grade.CONFIGURED,
        "key cache of the application": Grade.DECLARED,
        "until the next sweep": Grade.CONFIGURED,
        "the sweep's run": Grade.CONFIGURED,
    }


def test_a_key_s_path_names_its_hops() -> None:
    worst = bound([*SEALED, copy("db", "b", ENDLESS), copy("keys", "v", amount(7))]).worst
    assert (worst.place, worst.what) == ("keys", "its key's v")
    assert [(hop.label, in_days(hop.period)) for hop in worst.hops] == [
        ("length of the epoch", 1),
        ("life of its key", 10),
        ("until the next sweep", 0.5),
        ("the sweep's run", 0.25),
        ("kept", 7),
        ("key cache of the application", 0.25),
    ]
    assert worst.hops[-1].evidence.grade is Grade.DECLARED
    assert worst.hops[-1].evidence.resource == C
