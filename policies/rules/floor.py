"""Nothing that must be kept is deleted early, where the declaration reads the period as a floor (C-05)."""

from collections.abc import Iterator

from im_stack.policies.rule import Case, Finding, Outcome, Rule, nothing_holds
from im_stack.terms.period import spell_period


def _check(case: Case) -> Iterator[Finding]:
    for duty, data_class, limit, bound in case.bounded():
        if bound is None:
            yield nothing_holds(duty)
            continue
        kept = f"{data_class} is kept for {spell_period(bound.earliest)} at least"
        if case.duties.declaration.reading_of(data_class) != "floor":
            yield Finding(data_class, Outcome.NOT_APPLICABLE, f"{kept}; the period is read as a ceiling", duty=duty)
        elif bound.earliest is None or bound.earliest >= limit:
            yield Finding(data_class, Outcome.PASS, kept, duty=duty)
        else:
            yield Finding(
                data_class,
                Outcome.FAIL,
                f"{kept}, but must be for {spell_period(limit)}",
                "lengthen the live period of one holding",
                duty=duty,
            )


RULE = Rule("floor", "Nothing that must be kept ends early", _check)
