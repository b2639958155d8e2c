"""Ends of a class under an obligation: for each trigger the period after it, from the text and from the owner's choice.

Of a text with a number and a choice the earlier counts for a maximum; a minimum (`retention-min`) is the text's alone.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from im_stack.terms.period import Side, parse_period
from im_stack.terms.stack.class_choice import ClassChoice
from im_stack.terms.stack.declaration import Declaration
from im_stack.terms.texts.model import Obligation, Trigger

AGES: Final[tuple[Trigger, ...]] = ("storage", "birth", "last-write", "purpose-end", "incomplete-registration")
"""Triggers that an age of the data stands for."""
PERIODIC: Final = ("retention-max", "retention-min", "no-storage", "deletion-on-request", "deletion-on-termination")
"""Kinds of obligations with a period for each class."""

Ends = Mapping[Trigger, timedelta]


def ends_of(obligation: Obligation, choice: ClassChoice, declaration: Declaration) -> Ends:
    """By when a class must be gone, or until when it is kept; nothing where it has no period for the choice."""
    bound = obligation.bound
    if obligation.kind == "no-storage":
        return {"always": choice.limit} if choice.transient and choice.limit else {}
    if bound is None or (keeps(obligation) and not choice.store) or (bound.lives and not lives(obligation, choice)):
        return {}
    if bound.chosen and not choice.store:
        return {}
    if bound.default and not bound.chosen:
        return {"storage": parse_period(bound.default)} if choice.store and not choice.period else {}
    return {
        trigger: min(periods)
        for trigger in bound.until
        if (periods := _periods(obligation, trigger, choice, declaration))
    }


def lives(obligation: Obligation, choice: ClassChoice) -> bool:
    """Whether a class may not end by age: an obligation keeps it until an event, as far as it is about the choice."""
    bound = obligation.bound
    return bool(bound and bound.lives and choice.store and (obligation.classes or choice.until))


def keeps(obligation: Obligation) -> bool:
    """Whether it is a minimum."""
    return obligation.kind == "retention-min"


def archived(obligation: Obligation, declaration: Declaration) -> bool:
    """Whether the archive of a stack keeps what it demands, so that all else may end."""
    return declaration.archive is not None and declaration.archive.obligation == obligation.id


def minimum(obligation: Obligation) -> timedelta:
    """The longest period that a text states after any trigger: of a minimum the one that must pass."""
    bound = obligation.bound
    periods = (number(obligation, trigger) for trigger in (bound.until if bound else ()))
    return max((period for period in periods if period), default=timedelta(0))


def sooner(most: Obligation, kept: timedelta = timedelta.max) -> list[tuple[timedelta, Trigger]]:
    """The ends that a text states of a maximum before something is `kept` so long, each with its trigger."""
    if most.kind not in ("retention-max", "deletion-on-request", "deletion-on-termination") or not most.bound:
        return []
    ends = [(number(most, trigger), trigger) for trigger in most.bound.until]
    return [(period, trigger) for period, trigger in ends if period and period < kept]


def number(obligation: Obligation, trigger: Trigger) -> timedelta | None:
    """The period that the text itself states after a trigger, read on the careful side."""
    text = obligation.bound.until.get(trigger) if obligation.bound else None
    side: Side = "longest" if keeps(obligation) else "shortest"
    return parse_period(text, side) if text else None


def chosen(trigger: Trigger, choice: ClassChoice, declaration: Declaration) -> tuple[str | None, str]:
    """The period that the declaration chooses after a trigger, and the key below the class that chooses it."""
    if trigger in AGES:
        return choice.period, "period"
    if trigger == "request":
        return choice.erasure.within if choice.erasure else None, "erasure.within"
    for event in (trigger, "account-end") if trigger == "account-deletion" else (trigger,):
        if event in choice.until:
            return choice.until[event], f"until.{event}"
    ended = declaration.termination if trigger in ("termination", "cessation") else None
    return ended.within if ended else None, f"until.{trigger}"


def _periods(
    obligation: Obligation, trigger: Trigger, choice: ClassChoice, declaration: Declaration
) -> list[timedelta]:
    own = None if keeps(obligation) else chosen(trigger, choice, declaration)[0]
    stated = number(obligation, trigger)
    return [*([parse_period(own)] if own else []), *([stated] if stated else [])]
