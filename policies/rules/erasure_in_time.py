"""Erasure on request reaches every copy in time (IM-DEL-01): proven where everything ends before the deadline."""

from collections.abc import Iterator

from im_stack.policies.rule import Case, Finding, Outcome, Rule, nothing_holds
from im_stack.terms.period import spell_period


def _check(case: Case) -> Iterator[Finding]:
    for duty, data_class, limit, bound in case.bounded():
        if bound is None:
            yield nothing_holds(duty)
            continue
        latest, deadline = bound.latest, spell_period(limit)
        # equivalent(operand): what is not known has no latest end
        if latest is not None and not bound.unknown and latest <= limit:
            message = (
                f"{data_class} needs no erasure machinery: every copy ends by itself within "
                f"{spell_period(latest)}, the deadline is {deadline}"
            )
            yield Finding(data_class, Outcome.PASS, message, hops=bound.worst.hops, duty=duty)
            continue
        ends = (
            "ends at a time not known"
            if bound.unknown
            else "never ends"
            if latest is None
            else f"ends after {spell_period(latest)}"
        )
        yield Finding(
            data_class,
            Outcome.UNPROVEN if bound.unknown else Outcome.FAIL,
            f"{data_class} {ends}, a request must be fulfilled within {deadline}",
            "shorten the path to the deadline, or agree a longer one (erasure: within)",
            hops=bound.worst.hops,
            duty=duty,
        )


RULE = Rule("erasure-in-time", "Erasure on request reaches every copy in time", _check)
