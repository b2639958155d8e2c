"""Doors of stores, keys and functions: closed to the Internet, other accounts and identities that are not the stack's
(KN-ATK-01, KN-ACC-01, KN-DIS-01). Accounts that the declaration lists as sub-processors may pass."""

from collections.abc import Iterator

from im_stack.facts.model import Exposure, ForbiddenSetting
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known


def _check(case: Case) -> Iterator[Finding]:
    listed = set(case.duties.declaration.sub_processors.allowed)
    for door in case.facts.of(Exposure):
        allowed = bool(door.accounts) and set(door.accounts) <= listed
        closed = allowed or (None if door.open is None else not door.open)
        state = {True: "is closed", False: "is open", None: "is not known to be closed"}[closed]
        fix = "" if closed else "close it, or name who may pass"
        if allowed:
            state = f"is for {', '.join(door.accounts)}, each a sub-processor"
        elif door.accounts:
            fix = f"remove it, or list {', '.join(door.accounts)} in im:sub-processors"
        elif door.insider:
            fix = "leave it to roles of the stack, or waive it with an owner and a date"
        yield Finding(
            door.subject,
            known(closed),
            f"{door.what} of {case.facts.name(door.subject)} {state}",
            fix,
            door.evidence,
            irreversible=door.alone,
            waivable=door.insider,
        )
    for leak in case.facts.of(ForbiddenSetting):
        if leak.path not in ("door", "network"):
            continue
        name = case.facts.name(leak.subject)
        what = f"{name}.{leak.evidence.argument}" if leak.evidence.argument else name
        message = f"{what} is {leak.found}" if leak.allowed else f"{what} is {leak.found}: {leak.why}"
        outcome = known(leak.allowed)
        fix = "" if outcome is Outcome.PASS else f"must be {leak.expected}"
        yield Finding(
            leak.subject, outcome, message, fix, leak.evidence, irreversible=leak.irreversible, waivable=False
        )


_ONLY = "an identity of the account that is not the stack's"
RULE = Rule("no-public-door", "Nothing is open to the outside", _check, only=_ONLY)
