"""Nothing that must be kept is deleted early, where the declaration reads the period as a floor (C-05)."""

from collections.abc import Iterator

from policies.rule import Case, Finding, Outcome, Rule
from terms.period import spell_period


def _check(case: Case) -> Iterator[Finding]:
    hard = case.duties.declaration.reading == "floor"
    for duty in case.under:
        if duty.data_class is None or duty.limit is None:
            continue
        clock = case.duties.declaration.classes[duty.data_class].clock or "birth"
        bound = case.ledger.bound(duty.data_class, clock)
        if bound is None:
            yield Finding(duty.data_class, Outcome.NOT_APPLICABLE, f"nothing holds {duty.data_class}", duty=duty)
            continue
        kept = f"{duty.data_class} is kept for {spell_period(bound.earliest)} at least"
        if not hard:
            yield Finding(
                duty.data_class, Outcome.NOT_APPLICABLE, f"{kept}; the period is read as a ceiling", duty=duty
            )
        elif bound.earliest is None or bound.earliest >= duty.limit:
            yield Finding(duty.data_class, Outcome.PASS, kept, duty=duty)
        else:
            yield Finding(
                duty.data_class,
                Outcome.FAIL,
                f"{kept}, but must be for {spell_period(duty.limit)}",
                "lengthen the live period of one holding",
                duty=duty,
            )


RULE = Rule("floor", "Nothing that must be kept ends early", _check)
