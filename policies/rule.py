"""What a rule is: a pure function from the facts of a stack to findings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from facts.collect import Facts
from facts.model import Amount, Evidence
from policies.ledger import Ledger
from terms.resolve import Duties, Duty


class Outcome(StrEnum):
    """Worst first: what decides when several findings meet is the first of these."""

    FAIL = "fail"
    UNPROVEN = "unproven"
    PASS = "pass"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found about one subject (a URN, a class, or the stack)."""

    subject: str
    outcome: Outcome
    message: str
    fix: str = ""
    evidence: Evidence | None = None
    hops: tuple[Amount, ...] = ()
    duty: Duty | None = None  # set where a finding is about one duty only
    irreversible: bool = False  # True: cannot be taken back, and nothing that is still to come can make it good


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a rule may look at. `under` is the duties that name the rule."""

    facts: Facts
    ledger: Ledger
    duties: Duties
    under: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `title` states the condition that holds where it passes."""

    id: str
    title: str
    check: Callable[[Case], Iterable[Finding]]
    waivable: bool = True


def known(value: bool | None) -> Outcome:
    """True passes, False fails, None (not known) is unproven."""
    return Outcome.UNPROVEN if value is None else Outcome.PASS if value else Outcome.FAIL
