"""Erasure reaches every copy in time: on request (IM-DEL-01) for one who goes on writing, too; and after the end of a
service, of its use or of an account (KN-EOL-01, TR-TRM-01, TC-DEL-02), when nothing more is written.

By age, where it counts from birth or nothing is written after the event; by the end of the person's key; or by a
worker that deletes. What ends first of these counts.
"""

from collections.abc import Iterator

from im_stack.policies.bounds.erasure import bound_from
from im_stack.policies.rule import Case, Finding, Outcome, Rule, nothing_holds
from im_stack.terms.period import spell_period

_FIX = {
    "age": "shorten the path to the deadline, agree a longer one (erasure: within), or erase by subject-key or worker "
    "(erasure: by, takes)",
    "worker": "shorten what the worker takes, or the copies that outlive what it deletes",
    "subject-key": "seal the class under people's keys (sealing.form), or shorten what stays beside them",
}


def _check(case: Case) -> Iterator[Finding]:
    for duty, data_class, limit, bound in case.bounded():
        choice = case.duties.declaration.classes[data_class]
        # equivalent(operand): every class has chosen how it is erased
        if bound is None or choice.erasure is None:
            yield nothing_holds(duty)
            continue
        asked = duty.obligation.kind == "deletion-on-request"
        event = "a request" if asked else f"the {' or '.join(sorted(duty.ends or ()))}"
        silent = not asked or bool(choice.erasure.no_write_after_request)
        deadline = spell_period(limit)
        by, from_event = bound_from(event, case.facts, case.ledger, choice.erasure, bound, silent)
        latest = from_event.latest
        # equivalent(operand): what is not known has no latest end
        if latest is not None and not from_event.unknown and latest <= limit:
            message = f"{data_class} ends by {by} within {spell_period(latest)} of {event}, the deadline is {deadline}"
            yield Finding(data_class, Outcome.PASS, message, hops=from_event.worst.hops, duty=duty)
            continue
        # equivalent(connective, operand): the words of a finding
        writing = by == "age" and choice.clock == "last-write" and not silent
        ends = (
            "ends at a time not known"
            if from_event.unknown
            else f"never ends{' for one who goes on writing' if writing and bound.latest is not None else ''}"
            if latest is None
            else f"ends by {by} after {spell_period(latest)}"
        )
        fix = _FIX[choice.erasure.by]
        yield Finding(
            data_class,
            Outcome.UNPROVEN if from_event.unknown else Outcome.FAIL,
            f"{data_class} {ends}, {event} must be fulfilled within {deadline}"
            if asked
            else f"{data_class} {ends}, {event} must end it within {deadline}",
            f"say who writes nothing after a request (erasure: no-write-after-request), or {fix}" if writing else fix,
            hops=from_event.worst.hops,
            duty=duty,
        )


RULE = Rule("erasure-in-time", "Erasure on request reaches every copy in time", _check)
