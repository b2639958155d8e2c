"""Reads and changes of what a store holds are written down with their times (TC-PHL-03): by its service, in a store of
this stack, or by the application, which is a declared hop."""

from collections.abc import Iterator

from im_stack.facts.declarations import Declared, Holding
from im_stack.facts.model import Evidence, ServiceLog
from im_stack.policies.bounds.reach import set_by
from im_stack.policies.rule import Case, Finding, Outcome, Rule

HOP = "accesses-logged"


def _check(case: Case) -> Iterator[Finding]:
    logs: dict[str, ServiceLog] = {}
    for log in case.facts.of(ServiceLog):
        logs |= dict.fromkeys((log.subject, *set_by(case.facts, log.subject)), log)
    hops = {hop.subject: hop for hop in case.facts.of(Declared) if hop.what == HOP}
    for duty in case.under:
        # equivalent(operand): each obligation of the texts names its classes; one of a user's own may be about all
        holdings = (each for each in case.facts.of(Holding) if not duty.classes or each.data_class in duty.classes)
        for store in sorted({holding.store for holding in holdings}):
            name, at = case.facts.name(store), Evidence(store)
            if store in logs:
                what = f"{logs[store].what} of {name} are written to {case.facts.name(logs[store].store)}"
                yield Finding(store, Outcome.PASS, what, evidence=logs[store].evidence, duty=duty)
            elif hop := hops.get(store):
                yield Finding(store, Outcome.PASS, f"{name}: {hop.who} must {hop.must}", evidence=at, duty=duty)
            else:
                what = f"nothing writes down who reads and changes what is in {name}, and when"
                fix = "log its requests to a store for access logs, or declare who does (holds: accesses_logged_by)"
                outcome = Outcome.UNPROVEN if case.facts.unread(store) else Outcome.FAIL
                yield Finding(store, outcome, what, fix, at, duty=duty)


RULE = Rule("accesses-logged", "Reads and changes are written down with their times", _check)
