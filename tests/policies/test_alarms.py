"""A failed sweep's second number: with a proven alarm its delay and the declared repair, otherwise without end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Evidence, Fact
from im_stack.facts.runs import Alarm
from im_stack.policies.bounds.alarms import Alarms
from im_stack.policies.bounds.ledger import Ledger
from im_stack.policies.judge import judge
from im_stack.preflight.recording.recording import to_resources
from tests.harness.ledger_facts import BY_FUNCTION, DAY, amount, sweep, timer
from tests.harness.tables import Case, cases
from tests.harness.world import TODAY

WHO = "operations"
SWEEP = sweep(period=1, run=0.25, repair=2, function="fn")


def alarm(*watches: str, delay: float | None = 1, works: bool | None = True, who: str = WHO, name: str = "a") -> Alarm:
    events = frozenset(event for event in ("failure", "absence") if event in watches)
    return Alarm("fn", events, frozenset({who}), works, (amount(delay),), Evidence(name))  # type: ignore[arg-type]


def _until(*facts: Fact, recipient: str = WHO) -> timedelta | None:
    return Alarms(Facts(facts, Graph(())), recipient).until_repaired(SWEEP)


BOTH = ("failure", "absence")
GIVEN: list[tuple[str, list[Alarm], float | None]] = [
    ("no alarm", [], None),
    ("one alarm on both events", [alarm(*BOTH)], 3),
    ("the slower of two alarms", [alarm("failure"), alarm("absence", delay=5)], 7),
    ("the soonest of several", [alarm(*BOTH, delay=5), alarm(*BOTH, name="b")], 3),
    ("one that works before a sooner one that does not", [alarm(*BOTH, works=False), alarm(*BOTH, delay=4)], 6),
    ("one that works before one that may", [alarm(*BOTH, works=None), alarm(*BOTH, delay=4)], 6),
    ("one that reaches the recipient before one that does not", [alarm(*BOTH, who="x"), alarm(*BOTH, delay=4)], 6),
    ("failures only", [alarm("failure")], None),
    ("silence only", [alarm("absence")], None),
    ("it may not work", [alarm(*BOTH, works=None)], None),
    ("it does not work", [alarm(*BOTH, works=False)], None),
    ("another recipient", [alarm(*BOTH, who="x")], None),
    ("a delay without end", [alarm(*BOTH, delay=None)], None),
]


@pytest.mark.parametrize(("alarms", "expected"), [pytest.param(a, e, id=name) for name, a, e in GIVEN])
def test_until_a_failed_sweep_is_repaired(alarms: list[Alarm], expected: float | None) -> None:
    assert _until(*alarms) == (None if expected is None else expected * DAY)


@pytest.mark.parametrize(
    ("silence", "timers", "works"),
    [
        (2, [(1, True)], True),
        (1, [(1, True)], True),
        (0.5, [(1, True)], False),
        (1, [(5, True), (1, True)], True),
        (0.5, [(1, True), (0.25, False)], False),
        (0.5, [(1, True), (None, True)], False),
        (0.5, [], True),
        (None, [(1, True)], True),
    ],
)
def test_an_alarm_between_two_runs_tells_of_nothing(
    silence: float | None, timers: list[tuple[float | None, bool]], works: bool
) -> None:
    told = replace(alarm(*BOTH), silence=None if silence is None else silence * DAY)
    runs = [timer("fn", period, on) for period, on in timers]
    assert Alarms(Facts(runs, Graph(())), WHO).works(told) is works


def test_an_alarm_that_does_not_work_is_not_in_doubt_for_its_delay() -> None:
    assert Alarms(Facts((), Graph(())), WHO).works(alarm(*BOTH, works=False, delay=None)) is False
    assert Alarms(Facts((), Graph(())), WHO).works(alarm(*BOTH, delay=None)) is None


def test_without_a_declared_recipient_no_alarm_counts() -> None:
    assert _until(alarm(*BOTH), recipient="") is None


def test_a_sweep_that_no_function_runs_is_repaired_as_declared() -> None:
    assert Alarms(Facts((), Graph(()))).until_repaired(sweep(repair=2)) == 2 * DAY


@pytest.mark.parametrize(("facts", "expected"), [((), None), ((alarm(*BOTH),), 11.25 * DAY)])
def test_the_bound_if_a_sweep_fails(facts: tuple[Fact, ...], expected: timedelta | None) -> None:
    every = (*BY_FUNCTION, timer("fn", 1), *facts)
    found = Ledger(Facts(every, Graph(())), ["messages"], WHO).bound("messages", "birth")
    assert found
    assert found.if_sweeps_fail == expected


def _case(name: str) -> Case:
    return next(case for case in cases() if case.stem == "sweeps-watched.aws" and case.name == name)


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("PASS both events tell the recipient", "operations@example.com"),
        ("NOT APPLICABLE without a recipient in the declaration", "the operator"),
    ],
)
def test_who_must_repair_a_sweep_is_a_declared_hop(name: str, who: str) -> None:
    case = _case(name)
    hops = judge(to_resources(case.registrations), case.duties, today=TODAY).declared_hops
    assert [hop.who for hop in hops if "every run" in hop.must or "alarms arrive" in hop.must] == [who]
