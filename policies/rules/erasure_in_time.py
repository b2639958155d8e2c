"""Erasure on request reaches every copy in time (IM-DEL-01): proven where everything ends before the deadline."""

from collections.abc import Iterator

from policies.rule import Case, Finding, Outcome, Rule
from terms.period import spell_period


def _check(case: Case) -> Iterator[Finding]:
    for duty in case.under:
        if duty.data_class is None or duty.limit is None:
            continue
        clock = case.duties.declaration.classes[duty.data_class].clock or "birth"
        bound = case.ledger.bound(duty.data_class, clock)
        if bound is None:
            yield Finding(duty.data_class, Outcome.NOT_APPLICABLE, f"nothing holds {duty.data_class}", duty=duty)
            continue
        latest, deadline = bound.latest, spell_period(duty.limit)
        if latest is not None and not bound.unknown and latest <= duty.limit:
            message = (
                f"{duty.data_class} needs no erasure machinery: every copy ends by itself within "
                f"{spell_period(latest)}, the deadline is {deadline}"
            )
            yield Finding(duty.data_class, Outcome.PASS, message, hops=bound.worst.hops, duty=duty)
            continue
        ends = (
            "ends at a time not known"
            if bound.unknown
            else "never ends"
            if latest is None
            else f"ends after {spell_period(latest)}"
        )
        yield Finding(
            duty.data_class,
            Outcome.UNPROVEN if bound.unknown else Outcome.FAIL,
            f"{duty.data_class} {ends}, a request must be fulfilled within {deadline}",
            "shorten the period to the deadline, or agree a longer one",
            hops=bound.worst.hops,
            duty=duty,
        )


RULE = Rule("erasure-in-time", "Erasure on request reaches every copy in time", _check)
