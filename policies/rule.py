"""What a rule is: a pure function from the facts of a stack to findings."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from facts.collect import Facts
from facts.model import Amount, Evidence
from policies.ledger import Bound, Ledger
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

    def bounded(self) -> Iterator[tuple[Duty, str, timedelta, Bound | None]]:
        """Every duty that sets a class a period: the class, the period, and the class's bound if anything holds it."""
        for duty in self.under:
            if duty.data_class is None or duty.limit is None:
                continue
            clock = self.duties.declaration.classes[duty.data_class].clock or "birth"
            yield duty, duty.data_class, duty.limit, self.ledger.bound(duty.data_class, clock)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `title` states the condition that holds where it passes."""

    id: str
    title: str
    check: Callable[[Case], Iterable[Finding]]
    waivable: bool = True


def nothing_holds(duty: Duty) -> Finding:
    """What a rule says of a duty about a class that is nowhere in the stack."""
    data_class = duty.data_class or ""
    return Finding(data_class, Outcome.NOT_APPLICABLE, f"nothing holds {data_class}", duty=duty)


def known(value: bool | None) -> Outcome:
    """True passes, False fails, None (not known) is unproven."""
    return Outcome.UNPROVEN if value is None else Outcome.PASS if value else Outcome.FAIL
