"""Content that a text keeps secret is in no log in clear (GP-COM-01): neither in a service of log lines, nor in a log
that a database writes by itself."""

from collections.abc import Iterator

from im_stack.facts.model import Evidence
from im_stack.policies.bounds.bound import Member, is_unknown
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.terms.texts.library import log_kinds, of_lines


def _check(case: Case) -> Iterator[Finding]:
    for duty in case.under:
        for name in duty.classes:
            members = case.ledger.members(name)
            faults = [fault for member in members if not case.ledger.sealed(member) for fault in _logs(case, member)]
            for what, sure, evidence in faults:
                fix = f"keep {name} out of it, or seal {name} (im:classes.{name}.backups: sealed)"
                outcome, holds = (Outcome.FAIL, "holds") if sure else (Outcome.UNPROVEN, "may hold")
                yield Finding(name, outcome, f"{what} {holds} {name} in clear", fix, evidence, duty=duty)
            if not faults:
                yield Finding(name, Outcome.PASS, f"no log holds {name} in clear", duty=duty)


def _logs(case: Case, member: Member) -> Iterator[tuple[str, bool, Evidence]]:
    """The logs that hold what a holding does, whether the plan says so for certain, and where they are set."""
    place, evidence = case.facts.name(member.store), Evidence(member.store)
    if case.ledger.service(member) in of_lines():
        yield place, True, evidence
    for copy in case.ledger.copies_of(member.store):
        if copy.kind in log_kinds() - member.outside.keys():
            at = next((amount.evidence for amount in copy.amounts), evidence)
            yield f"{copy.kind} of {place}", not is_unknown(copy.amounts), at


RULE = Rule("no-content-in-logs", "No log holds content in clear", _check)
