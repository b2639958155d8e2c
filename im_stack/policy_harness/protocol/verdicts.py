"""Messages of a pack about one deployment, and the verdict of each policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pulumi.runtime.proto import analyzer_pb2

_NOT_RUN: Final = "can't run policy '"
_ONLY_REMEDIATES: Final = "Policy does not implement validate"


class EnforcementLevel(StrEnum):
    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    DISABLED = "disabled"
    REMEDIATE = "remediate"

    @classmethod
    def of(cls, number: int) -> "EnforcementLevel":
        """Level from the protocol's number."""
        return cls(analyzer_pb2.EnforcementLevel.Name(number).lower())  # type: ignore[arg-type]

    @property
    def number(self) -> Any:
        """The protocol's number."""
        return analyzer_pb2.EnforcementLevel.Value(self.name)


class Outcome(StrEnum):
    """Outcome of a policy; of several the worst counts, in this order."""

    FAIL = "fail"
    UNPROVEN = "unproven"
    PASS = "pass"
    NOT_APPLICABLE = "not applicable"
    DISABLED = "disabled"


_WORST_FIRST: Final = tuple(Outcome)


@dataclass(frozen=True)
class Diagnostic:
    """A violation, or (`unproven`) a policy that met an unknown value and gave up, of which the engine only warns.

    `urn` is empty for the stack as a whole. The message is without secrets; `leaks`: it had one.
    """

    policy: str
    urn: str
    message: str
    level: EnforcementLevel
    unproven: bool = False
    leaks: bool = False

    @property
    def blocks(self) -> bool:
        """Whether it prevents a pass. Stricter than the engine: unproven never passes."""
        return self.unproven or self.level is EnforcementLevel.MANDATORY


def not_run(diagnostic: Any) -> bool:
    """Whether a diagnostic of the SDK reports an unknown value."""
    advisory = diagnostic.enforcementLevel == analyzer_pb2.ADVISORY and not diagnostic.urn
    return bool(advisory and diagnostic.message.startswith(f"{_NOT_RUN}{diagnostic.policyName}'"))


@dataclass(frozen=True)
class NotApplicable:
    policy: str
    urn: str
    reason: str


@dataclass(frozen=True)
class Remediation:
    """A resource changed by a policy. `properties` are all of its properties afterwards, in wire form."""

    policy: str
    urn: str
    properties: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Policy:
    """A policy of the pack with its configuration."""

    name: str
    level: EnforcementLevel
    of_stack: bool


@dataclass(frozen=True)
class Verdict:
    """Outcome of a policy on one resource or on everything, with its messages."""

    outcome: Outcome
    messages: tuple[Diagnostic | NotApplicable, ...] = ()


@dataclass(frozen=True)
class Report:
    """All messages of a pack about one deployment. `stack`: all URNs; `urns`: those shown to resource policies."""

    policies: Mapping[str, Policy]
    root: str
    stack: Sequence[str]
    urns: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    not_applicable: list[NotApplicable] = field(default_factory=list)
    remediations: list[Remediation] = field(default_factory=list)
    remediated_not: list[NotApplicable] = field(default_factory=list)

    def verdict(self, policy: str, urn: str | None = None) -> Verdict:
        """Verdict of a policy on one resource, or the worst of all where `urn` is None.

        Raises `KeyError` where there is no such policy or resource.
        """
        found = self.policies[policy]
        if urn is not None and urn not in self.stack:
            raise KeyError(urn)
        if found.level is EnforcementLevel.DISABLED:
            return Verdict(Outcome.DISABLED)
        if found.of_stack:
            return self._of_stack(policy, urn)
        verdicts = [self._of_resource(found, each) for each in ([urn] if urn else self.urns)]
        worst = min((v.outcome for v in verdicts), key=_WORST_FIRST.index, default=Outcome.NOT_APPLICABLE)
        return Verdict(worst, tuple(messages for v in verdicts if v.outcome is worst for messages in v.messages))

    def _of_stack(self, policy: str, urn: str | None) -> Verdict:
        here = {urn, "", self.root} if urn == self.root else {urn}
        messages = [d for d in self.diagnostics if d.policy == policy and (d.unproven or urn is None or d.urn in here)]
        if messages:
            return _judged(messages)
        absent = tuple(n for n in self.not_applicable if n.policy == policy)
        return Verdict(Outcome.NOT_APPLICABLE if absent else Outcome.PASS, absent)

    def _of_resource(self, policy: Policy, urn: str) -> Verdict:
        if urn not in self.urns:
            return Verdict(Outcome.UNPROVEN)  # it was never shown
        messages = [d for d in self.diagnostics if d.policy == policy.name and d.urn == urn]
        if messages:
            return _judged(messages)
        absent = self.not_applicable
        if policy.level is EnforcementLevel.REMEDIATE and any(
            n.policy == policy.name and n.reason == _ONLY_REMEDIATES for n in absent
        ):
            absent = self.remediated_not  # it has nothing but a remediation, which was run
        found = tuple(n for n in absent if n.policy == policy.name and n.urn == urn)
        return Verdict(Outcome.NOT_APPLICABLE if found else Outcome.PASS, found)

    @property
    def leaks(self) -> list[Diagnostic]:
        """Messages that had a secret."""
        return [d for d in self.diagnostics if d.leaks]


def _judged(messages: Sequence[Diagnostic]) -> Verdict:
    """Verdict of diagnostics; a violation outweighs giving up later."""
    violations = tuple(d for d in messages if not d.unproven)
    return Verdict(Outcome.FAIL, violations) if violations else Verdict(Outcome.UNPROVEN, tuple(messages))
