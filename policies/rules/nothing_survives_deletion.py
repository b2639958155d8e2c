"""Deleting a resource ends its data: no recycle bin, no final copy, no retained object (KN-EOL-01, IM-DEL-01)."""

from collections.abc import Iterator

from im_stack.facts.model import ForbiddenSetting, ResidualData
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known


def _check(case: Case) -> Iterator[Finding]:
    for rest in case.facts.of(ResidualData):
        gone = None if rest.remains is None else not rest.remains
        state = {True: "does not outlive it", False: "outlives it", None: "is not known to end with it"}[gone]
        fix = "" if gone else f"set {rest.evidence.argument}"
        yield Finding(
            rest.subject, known(gone), f"{rest.what} of {case.facts.name(rest.subject)} {state}", fix, rest.evidence
        )
    for leak in case.facts.of(ForbiddenSetting):
        if leak.path == "remains":
            what = f"{case.facts.name(leak.subject)}.{leak.evidence.argument}".rstrip(".")
            message = f"{what} is {leak.found}" if leak.allowed else f"{what} is {leak.found}: {leak.why}"
            outcome = known(leak.allowed)
            fix = "" if outcome is Outcome.PASS else f"must be {leak.expected}"
            yield Finding(leak.subject, outcome, message, fix, leak.evidence)


RULE = Rule("nothing-survives-deletion", "Deleting a resource ends its data", _check)
