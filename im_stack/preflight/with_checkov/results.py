"""Results of our rules by resource and rule, the form in which Checkov asks for them.

In: a judgement, and addresses by URN. Out: `ResultsByResource`. Each verdict is assigned to one resource of the plan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from im_stack.facts.declarations import Holding
from im_stack.policies.judge import Judgement
from im_stack.policies.rule import Outcome, Rule, Verdict
from im_stack.policies.rules import RULES
from im_stack.policies.say import say
from im_stack.preflight.inputs.contents import RULE, TITLE


class Result(StrEnum):
    """Checkov's word for a verdict, worst first. Verdicts that do not apply are left out."""

    FAILED = "failed"
    SKIPPED = "skipped"  # waived
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """Result of one rule for one resource. `lines` are its verdicts in full, or the reasons of the waivers."""

    result: Result
    lines: tuple[str, ...] = ()


INPUT: Final = Rule(RULE, TITLE, lambda _: ())
"""Stands for what is found about the plan itself, by whatever reads it: such a verdict must not go unasked."""
ASKED: Final = (*RULES, INPUT)
_KNOWN: Final = frozenset(rule.id for rule in ASKED)
Address = str
ResultsByResource = Mapping[Address, Mapping[str, RuleResult]]


def check_id(rule: str) -> str:
    """The id of a rule as Checkov's users write one: `no-public-door` is IM_NO_PUBLIC_DOOR."""
    return f"IM_{rule.upper().replace('-', '_')}"


def results_of(judgement: Judgement, addresses: Mapping[str, Address]) -> ResultsByResource:
    """Results by resource and rule; `addresses` are those of the plan by URN.

    No verdict that blocks is without a resource, as long as the plan has one.
    """
    found: dict[Address, dict[str, list[Verdict]]] = {}
    places = _Places(judgement, addresses)
    for verdict in judgement.verdicts:
        if verdict.outcome is Outcome.NOT_APPLICABLE:
            continue
        address = places.of(verdict)
        if address:
            rule = verdict.rule if verdict.rule in _KNOWN else INPUT.id
            found.setdefault(address, {}).setdefault(rule, []).append(verdict)
    return {address: {rule: _said(verdicts) for rule, verdicts in rows.items()} for address, rows in found.items()}


def _said(verdicts: Iterable[Verdict]) -> RuleResult:
    blocking = [verdict for verdict in verdicts if verdict.blocks]
    waived = [verdict.waived for verdict in verdicts if verdict.waived]
    if blocking:
        texts = (f"{verdict.name}: {say(verdict)}" for verdict in blocking)
        return RuleResult(Result.FAILED, tuple(line for text in texts for line in text.splitlines()))
    if waived:
        reasons = dict.fromkeys(f"waived by {w.owner} until {w.expires}: {w.reason}" for w in waived)
        return RuleResult(Result.SKIPPED, tuple(reasons))
    return RuleResult(Result.PASSED)


class _Places:
    """Which resource of a plan carries what a verdict is about."""

    def __init__(self, judgement: Judgement, addresses: Mapping[str, Address]) -> None:
        self._facts, self._addresses = judgement.facts, addresses

    def of(self, verdict: Verdict) -> Address:
        """The subject itself; else where it was read, or what its path ends in, or what holds it if it is a class, or
        what is in it or made by it; a component only where no resource is; else the plan's first. Nothing where the
        plan has none."""
        if verdict.subject in self._addresses:
            return self._addresses[verdict.subject]
        urns = [verdict.evidence.resource] if verdict.evidence else []
        urns += [hop.evidence.resource for hop in reversed(verdict.hops)]
        urns += [*self._of_class(verdict.subject), *self._inside(verdict.subject)]
        there = [urn for urn in urns if urn in self._addresses]
        made = [urn for urn in there if self._facts.graph.by_urn[urn].custom]
        return next((self._addresses[urn] for urn in (*made, *there, *self._addresses)), "")

    def _of_class(self, name: str) -> list[str]:
        return [holding.store for holding in self._facts.of(Holding) if holding.data_class == name]

    def _inside(self, urn: str) -> list[str]:
        graph = self._facts.graph
        inside = [resource.urn for resource in graph.below(urn)]
        return inside + [resource.urn for resource in graph.by_urn.values() if resource.provider == urn]
