"""Alarms about the runs of a function: how what speaks for and against one becomes one fact."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from im_stack.facts.mechanism.view import all_of
from im_stack.facts.model import Amount, Evidence, Resource
from im_stack.facts.runs import Alarm

Condition = tuple[bool | None, str]
"""Whether something holds that an alarm needs (None: the plan does not say), and what is wrong where it does not."""


def alarm_of(
    function: Resource,
    watches: Iterable[Literal["failure", "absence"]],
    recipients: frozenset[str],
    conditions: Iterable[Condition],
    delay: tuple[Amount, ...],
    evidence: Evidence,
    silence: timedelta | None = None,
) -> Alarm:
    """The alarm of a function: it works where every condition holds, or else says which ones keep it from that."""
    every = list(conditions)
    works = all_of(*(state for state, _ in every))
    why = "; ".join(dict.fromkeys(text for state, text in every if state is works and state is not True))
    return Alarm(function.urn, frozenset(watches), recipients, works, delay, evidence, why, silence)
