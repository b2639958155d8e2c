"""Data of before a change of its period: until when it breaks a shorter limit, which counts from the day of the change.

In: how long it lasts as it was written, the limit that is new, and the time in which a declared sweep applies that to
it. Out: the day from which the limit holds for all data, and the words for the time until then.
"""

from dataclasses import replace
from datetime import date, timedelta

from im_stack.policies.bounds.bound import sum_of
from im_stack.policies.judge import Judgement, Verdict
from im_stack.policies.rule import Outcome
from im_stack.terms.period import parse_period, spell_period
from im_stack.terms.stack.declaration import Declaration


def all_hold_from(latest: timedelta | None, migration: timedelta | None, today: date) -> date | None:
    """The day from which a limit that is chosen today holds for older data, too; None where it never does. A begun day
    counts as a day."""
    ends = [end for end in (latest, migration) if end is not None]
    return today + timedelta(days=-(-min(ends) // timedelta(days=1))) if ends else None


def said(data_class: str, limit: timedelta, holds_from: date | None, today: date) -> str:
    """The time in which older data breaks a limit, and the key of the sweep that shortens it."""
    until = f"until {holds_from}" if holds_from else "and never ceases to"
    return (
        f"older data breaks the limit of {spell_period(limit)} from {today} on, {until} "
        f"(im:classes.{data_class}.migration)"
    )


def with_window(judgement: Judgement, declaration: Declaration, today: date) -> Judgement:
    """The judgement of what is deployed, in which every limit that it breaks says until when the data there does."""
    return replace(judgement, verdicts=tuple(_dated(verdict, declaration, today) for verdict in judgement.verdicts))


def _dated(verdict: Verdict, declaration: Declaration, today: date) -> Verdict:
    choice, limit = declaration.classes.get(verdict.subject), declaration.limit(verdict.subject)
    if verdict.rule != "ceiling" or verdict.outcome is not Outcome.FAIL or not choice or not limit:
        return verdict
    migration = parse_period(choice.migration) if choice.migration else None
    holds_from = all_hold_from(sum_of(verdict.hops), migration, today)
    return replace(verdict, fix=f"{verdict.fix}; {said(verdict.subject, limit, holds_from, today)}")
