"""No store can be reached from outside, and only named principals may read one (KN-ATK-01, KN-ACC-01, KN-DIS-01)."""

from collections.abc import Iterator

from im_stack.facts.model import Exposure, ForbiddenSetting
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known


def _check(case: Case) -> Iterator[Finding]:
    for door in case.facts.of(Exposure):
        closed = None if door.open is None else not door.open
        state = {True: "is closed", False: "is open", None: "is not known to be closed"}[closed]
        fix = "" if closed else "close it, or name who may pass"
        yield Finding(
            door.subject,
            known(closed),
            f"{door.what} of {case.facts.name(door.subject)} {state}",
            fix,
            door.evidence,
            irreversible=door.alone,
        )
    for leak in case.facts.of(ForbiddenSetting):
        if leak.path not in ("door", "network"):
            continue
        name = case.facts.name(leak.subject)
        what = f"{name}.{leak.evidence.argument}" if leak.evidence.argument else name
        message = f"{what} is {leak.found}" if leak.allowed else f"{what} is {leak.found}: {leak.why}"
        outcome = known(leak.allowed)
        fix = "" if outcome is Outcome.PASS else f"must be {leak.expected}"
        yield Finding(leak.subject, outcome, message, fix, leak.evidence, irreversible=leak.irreversible)


RULE = Rule("no-public-door", "Nothing is open to the outside", _check, waivable=False)
