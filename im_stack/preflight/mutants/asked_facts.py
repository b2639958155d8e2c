"""Which facts a rule asks for: a rule none of whose facts changed says what it said before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from im_stack.facts.mechanism.collect import Facts
from im_stack.policies.judge import findings_of
from im_stack.policies.ledger import Ledger
from im_stack.policies.rule import Case, Outcome, Rule
from im_stack.terms.resolve import Duties

F = TypeVar("F")
Finding = tuple[str, str]


@dataclass(frozen=True)
class Asking:
    """A rule, the kinds of facts that it asked for, and what it blocks in the stack as it is: subject and message."""

    rule: Rule
    kinds: frozenset[type]
    blocking: frozenset[Finding]


class _TracedFacts(Facts):
    """Facts that note which kinds are asked for."""

    def __init__(self, facts: Facts) -> None:
        self.__dict__.update(facts.__dict__)
        self.asked: set[type] = set()

    def of(self, kind: type[F]) -> list[F]:
        self.asked.add(kind)
        return super().of(kind)

    def by(self, kind: type[F], field: str) -> Mapping[Any, list[F]]:
        self.asked.add(kind)
        return super().by(kind, field)


class _LateLedger:
    """A ledger that is made when it is first used, so that only those who use it ask for its facts."""

    def __init__(self, facts: Facts, duties: Duties) -> None:
        self._facts, self._duties = facts, duties
        self._made: Ledger | None = None

    def __getattr__(self, name: str) -> Any:
        self._made = self._made or Ledger(self._facts, self._duties.declaration.classes)
        return getattr(self._made, name)


def asked_by(rule: Rule, facts: Facts, duties: Duties) -> Asking:
    """Run a rule once, and see what it asks for."""
    traced = _TracedFacts(facts)
    found = blocking(rule, traced, _LateLedger(traced, duties), duties)
    return Asking(rule, frozenset(traced.asked), found)


def blocking(rule: Rule, facts: Facts, ledger: Any, duties: Duties) -> frozenset[Finding]:
    """What a rule fails or cannot prove: subject and message of each finding. A rule that crashes blocks."""
    under = tuple(duties.under(rule.id))
    if not under:
        return frozenset()
    findings = findings_of(rule, Case(facts, ledger, duties, under))
    return frozenset((f.subject, f.message) for f in findings if f.outcome in (Outcome.FAIL, Outcome.UNPROVEN))
