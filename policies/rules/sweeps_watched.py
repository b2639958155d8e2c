"""Every sweep by a function tells the recipient of `im:alarm` that it failed or did not run (SP-ALM-01), and where a
text speaks of incidents there is such an alarm (GP-INC-01)."""

from collections.abc import Iterator

from im_stack.facts.model import Evidence
from im_stack.policies.bounds.alarms import EVENTS, Event, delay_of, sweeps_of
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known
from im_stack.terms.duties.resolve import Duty
from im_stack.terms.period import spell_period

_SAID = {"failure": "fails", "absence": "does not run"}


def _check(case: Case) -> Iterator[Finding]:
    watched, chosen = sorted(sweeps_of(case.facts)), case.duties.declaration.alarm
    for duty in case.under:
        if duty.obligation.kind == "incident" and not (chosen and watched):
            yield _silent(duty, chosen is not None)
    if chosen is None:
        why = "im:alarm names no recipient, so nothing bounds when a sweep that fails is repaired"
        yield Finding("", Outcome.NOT_APPLICABLE, why)  # equivalent(yield): the text of a finding: tests/golden
        return
    for function in watched:
        for event in EVENTS:
            yield _watched(case, function, event)


def _silent(duty: Duty, named: bool) -> Finding:
    """Nothing tells of an incident: no recipient is named, or nothing of the stack raises an alarm."""
    if named:
        fix = "seal a class (backups: sealed): the function that ends its keys is watched"
        return Finding("", Outcome.FAIL, "nothing in the stack raises an alarm", fix, duty=duty)
    fix = "im:alarm: {recipient, repair, source}"
    return Finding("", Outcome.FAIL, "im:alarm names no recipient, so an incident is told to no one", fix, duty=duty)


def _watched(case: Case, function: str, event: Event) -> Finding:
    alarms, when = case.ledger.alarms, f"that {case.facts.name(function)} {_SAID[event]}"
    alarm = alarms.best(function, event)
    if alarm is None:
        message = f"nothing tells {alarms.recipient} {when}"
        fix = "add the alarm component of the cloud, or take im:alarm out"
        return Finding(function, Outcome.FAIL, message, fix, Evidence(function, "alarm"))
    name, works = case.facts.name(alarm.evidence.resource), alarms.works(alarm)
    if works:
        message = f"{name} tells {alarms.recipient} within {spell_period(delay_of(alarm))} {when}"
        return Finding(function, Outcome.PASS, message, "", alarm.evidence, alarm.delay)
    state = "does not tell" if works is False else "is not known to tell"
    reached = f"it tells {', '.join(sorted(alarm.recipients)) or 'no recipient'}"
    if alarms.cries(alarm):
        reached = "it is raised between two runs that come in time, so it says nothing of one that does not"
    why = alarm.why or (reached if works is False else "how long it takes is not known before deployment")
    message = f"{name} {state} {alarms.recipient} {when}: {why}"
    return Finding(function, known(works), message, "set it as the alarm component of the cloud does", alarm.evidence)


RULE = Rule("sweeps-watched", "Every sweep that fails or does not run is told of", _check)
