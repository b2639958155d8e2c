"""Causes: the findings of one report by what they are about, so that one mistake is one thing to read and to mend.

In: findings that block. Out: `Cause`s, failures first, in the order of the findings. A cause is one argument of one
resource, or where no argument is known, what keeps data alive there, or what a rule says of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from im_stack.facts.model import Evidence
from im_stack.policies.bounds.bound import is_endless
from im_stack.policies.rule import Outcome, Verdict
from im_stack.preflight.reports.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Cause:
    """What several findings have in common. `argument` is in the spelling of the user's own file."""

    name: str
    argument: str
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        outcomes = [finding.outcome for finding in self.findings]
        return Outcome.FAIL if Outcome.FAIL in outcomes else Outcome.UNPROVEN

    @property
    def title(self) -> str:
        return f"{self.name}, {self.argument}" if self.argument else self.name

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f.subject for f in self.findings if f.subject and not f.subject.startswith("urn:")))

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))


def causes(findings: Iterable[Finding], name: Callable[[str], str]) -> tuple[Cause, ...]:
    """The causes of the findings. `name` is what a report calls the resource of a URN."""
    by: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        at, alive = _culprit(finding)
        subject = at.resource if at and at.resource.startswith("urn:") else finding.subject or finding.name
        argument = at.argument if at else ""
        by.setdefault((subject, argument, "" if argument else alive or finding.rule), []).append(finding)
    found = [
        Cause(
            name(subject) if subject.startswith("urn:") else of[0].name,
            of[0].spelling(subject, argument) if argument else "",
            tuple(of),
        )
        for (subject, argument, _), of in by.items()
    ]
    return tuple(sorted(found, key=lambda cause: cause.outcome is not Outcome.FAIL))


def _culprit(verdict: Verdict) -> tuple[Evidence | None, str]:
    """Where a verdict's fault is, and what keeps data alive there: the hop that has no end or no known one, else the
    path to its last hop, else its own evidence and nothing."""
    for hop in verdict.hops:
        if is_endless([hop]) or (hop.unknown and not is_endless(verdict.hops)):
            return hop.evidence, hop.label
    return (verdict.hops[-1].evidence, "path") if verdict.hops else (verdict.evidence, "")
