"""Rule: a pure function from the facts of a stack to findings; and the verdicts that findings become."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.model import Amount, Evidence
from im_stack.policies.bounds.bound import Bound
from im_stack.policies.bounds.ledger import Ledger
from im_stack.terms.duties.resolve import Duties, Duty
from im_stack.terms.stack.waiver import Waiver

F = TypeVar("F")


class Outcome(StrEnum):
    """Worst first: what decides when several findings meet is the first of these."""

    FAIL = "fail"
    UNPROVEN = "unproven"
    PASS = "pass"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """Finding of a rule about one subject (a URN, a class, or the stack)."""

    subject: str
    outcome: Outcome
    message: str
    fix: str = ""
    evidence: Evidence | None = None
    hops: tuple[Amount, ...] = ()
    duty: Duty | None = None  # set where a finding is about one duty only
    irreversible: bool = False  # True: cannot be taken back, and nothing that is still to come can make it good
    waivable: bool = True  # False: it says that something here failed, not what it found


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict of a rule on a subject, for the duties it serves. `subject` is a URN, a class, or "" (the stack).

    `waived` changes nothing but that the verdict no longer blocks.
    """

    rule: str
    title: str
    subject: str
    name: str
    outcome: Outcome
    message: str
    fix: str = ""
    duties: tuple[str, ...] = ()
    text_derived: bool = False
    evidence: Evidence | None = None
    hops: tuple[Amount, ...] = ()
    irreversible: bool = False
    waivable: bool = True
    grounds: tuple[str, ...] = ()  # what a waiver may cite where it is text-derived: exceptions that each duty lists
    waived: Waiver | None = None

    @property
    def weak(self) -> bool:
        """Whether it would block, were it not waived."""
        return self.outcome in (Outcome.FAIL, Outcome.UNPROVEN)

    @property
    def blocks(self) -> bool:
        return self.weak and self.waived is None


@dataclass(frozen=True, slots=True)
class WaiverResult:
    """A waiver and what became of it: `waives` is what it excuses, `fault` why it does not hold (then it excuses
    nothing). `position` counts from 1, as it stands in the declaration; `title` names it in every message."""

    waiver: Waiver
    position: int
    title: str
    waives: tuple[Verdict, ...] = ()
    fault: str = ""
    fix: str = ""
    idle: str = ""  # why it excuses nothing and holds all the same
    place: str = ""  # the key of the stack file, or the URN of the component, that declares it

    @property
    def holds(self) -> bool:
        return not self.fault

    @property
    def idle_because(self) -> str:
        """Why it excuses nothing, for whichever reason."""
        return self.fault or self.idle


@dataclass(frozen=True, slots=True)
class Case:
    """Input of a rule. `under` is the duties that name the rule."""

    facts: Facts
    ledger: Ledger
    duties: Duties
    under: tuple[Duty, ...] = ()
    waiver_results: tuple[WaiverResult, ...] = ()  # of every waiver, once all other rules have spoken
    today: date = date.min

    def bounded(self) -> Iterator[tuple[Duty, str, timedelta, Bound | None]]:
        """Duties with a period for a class: the class, the period, and the class's bound if anything holds it."""
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
    only: str = ""  # what alone of it can be waived, where that is not all
    own: bool = False  # of a folder of the user's: judged although no duty names it


def nothing_holds(duty: Duty) -> Finding:
    """Finding for a duty about classes that nothing in the stack holds."""
    held = ", ".join(duty.classes)
    return Finding(duty.data_class or "", Outcome.NOT_APPLICABLE, f"nothing holds {held}", duty=duty)


def known(value: bool | None) -> Outcome:
    """True passes, False fails, None (not known) is unproven."""
    return Outcome.UNPROVEN if value is None else Outcome.PASS if value else Outcome.FAIL


def by_cause(facts: Iterable[F], weak: Callable[[F], bool], cause: Callable[[F], Hashable]) -> Iterator[list[F]]:
    """Facts in groups: the weak ones that have one cause together, every other one by itself."""
    groups: dict[Hashable, list[F]] = {}
    for number, fact in enumerate(facts):
        groups.setdefault((True, cause(fact)) if weak(fact) else (False, number), []).append(fact)
    yield from groups.values()


def spell(words: Sequence[str], one: str, several: str) -> str:
    """Words as the subject of a sentence, and its verb."""
    *most, last = dict.fromkeys(words)
    return f"{', '.join(most)} and {last} {several}" if most else f"{last} {one}"
