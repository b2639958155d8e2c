"""Policy pack: the same judgement, under the real engine.

A silent resource policy collects inputs; one stack policy per rule reports what the one judgement of the
stack says about it. Whatever goes wrong in here is a violation: nothing that could not be judged passes.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import pulumi.runtime
from pulumi.runtime.config import get_config_env
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.model import Resource
from im_stack.policies.engine.collected import Collected
from im_stack.policies.engine.declaration import duties_from
from im_stack.policies.engine.irreversible import beyond_recall
from im_stack.policies.judge import Judgement, judge
from im_stack.policies.rule import Outcome, Rule
from im_stack.policies.rules import RULES
from im_stack.policies.say import say, say_waiver
from im_stack.terms.duties.resolve import Duties
from im_stack.terms.problem import InputError
from im_stack.terms.texts.model import OwnTerms
from im_stack.terms.texts.own import read_own

NAME: Final = "im-compliance"
DECLARATION: Final = "declaration"
IRREVERSIBLE: Final = "cannot-be-taken-back"
WAIVED: Final = "waived"
_LEVEL: Final = EnforcementLevel.MANDATORY
Args = TypeVar("Args", ResourceValidationArgs, StackValidationArgs)


@dataclass
class Session:
    """One running pack: what it collected, and the one judgement that all stack policies report from."""

    collected: Collected = field(default_factory=Collected)
    own_rules: tuple[Rule, ...] = ()
    terms: OwnTerms | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _turn: int = -1
    _asked: set[str] = field(default_factory=set)
    _judged: Judgement | InputError | None = None

    def judged(self, policy: str, resources: list[PolicyResource]) -> Judgement:
        """The judgement of this round of stack policies, made for the first that asks.

        A policy asks once in a round: when it asks again, or anything was collected since, a new round
        has begun. Raises `InputError` where there is no declaration to judge by.
        """
        with self._lock:
            if self._judged is None or policy in self._asked or self._turn != self.collected.turn:
                self._judged = None
                self._asked, self._turn = set(), self.collected.turn
                self._judged = self._judge(resources)
            self._asked.add(policy)
            if isinstance(self._judged, InputError):
                raise self._judged
            return self._judged

    def _judge(self, resources: list[PolicyResource]) -> Judgement | InputError:
        joined = self.collected.join(resources)
        try:
            return judge(joined, self._duties(joined), today=date.today(), own_rules=self.own_rules)
        except InputError as error:
            return error

    def _duties(self, resources: Sequence[Resource]) -> Duties:
        return duties_from(get_config_env(), resources, self.terms, (*RULES, *self.own_rules))

    def collect(self, args: ResourceValidationArgs, _report: ReportViolation) -> None:
        """Keep the inputs of a resource for the stack policies."""
        self.collected.keep(args)

    def notice(self, args: ResourceValidationArgs) -> None:
        """Keep which inputs are secret, and change nothing. After a fault they are judged as if none were."""
        with suppress(Exception):
            self.collected.notice(args)

    def stop(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        """Report what cannot be taken back; nothing in a preview, which judges the whole stack instead."""
        so_far = self.collected.so_far()
        resource = next((r for r in so_far if r.urn == args.urn), None)
        if resource is None or not resource.custom or pulumi.runtime.is_dry_run():
            return
        try:
            duties = self._duties(so_far)
        except InputError as error:
            if not args.resource_type.startswith(
                PROVIDER
            ):  # it makes nothing, and may be registered before a component
                report(f"UNPROVEN: nothing may be made without a declaration: {error}", None)
            return
        for verdict in beyond_recall(resource, so_far, duties, today=date.today(), own_rules=self.own_rules):
            report(f"{verdict.rule}: {say(verdict)}", None)

    def declare(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report the faults of the stack's declaration."""
        try:
            self.judged(DECLARATION, args.resources)
        except InputError as error:
            for problem in error.problems:
                report(f"UNPROVEN: {problem}", None)

    def report_rule(self, rule: Rule, args: StackValidationArgs, report: ReportViolation) -> str | None:
        """Report the verdicts of a rule that block. Returns why the rule is not applicable, if it is not."""
        try:
            verdicts = [v for v in self.judged(rule.id, args.resources).verdicts if v.rule == rule.id]
        except InputError:
            report(f"UNPROVEN: not judged, see the policy {DECLARATION}", None)
            return None
        for verdict in verdicts:
            if verdict.blocks:
                report(say(verdict), verdict.subject if verdict.subject.startswith("urn:") else None)
        if any(v.outcome is not Outcome.NOT_APPLICABLE for v in verdicts):
            return None
        return verdicts[0].message if verdicts else "no duty of this stack asks for it"

    def list_waivers(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report every waiver in full. One that does not hold is a violation, too: of the rule that says so."""
        with suppress(InputError):
            for result in self.judged(WAIVED, args.resources).waivers:
                report("\n".join(say_waiver(result)), None)


def policies(own_rules: Iterable[Rule] = (), terms: Path | None = None) -> list[Policy]:
    """Policies of the pack, which share one session. The first one collects, so the order matters."""
    session = Session(own_rules=tuple(own_rules), terms=read_own(terms) if terms else None)
    return [
        ResourceValidationPolicy(
            name="collect",
            description="What every resource is made with can be read",
            validate=_guarded(session.collect),
            remediate=session.notice,
            enforcement_level=EnforcementLevel.REMEDIATE,  # as mandatory; only so does the SDK say what is secret
        ),
        ResourceValidationPolicy(
            name=IRREVERSIBLE,
            description="Nothing is made that no later correction takes back",
            validate=_guarded(session.stop),
            enforcement_level=_LEVEL,
        ),
        StackValidationPolicy(
            name=DECLARATION,
            description="The stack declares what it has to keep",
            validate=_guarded(session.declare),
            enforcement_level=_LEVEL,
        ),
        *(
            StackValidationPolicy(
                name=rule.id,
                description=rule.title,
                validate=_guarded(partial(session.report_rule, rule)),
                enforcement_level=_LEVEL,
            )
            for rule in (*RULES, *session.own_rules)
        ),
        StackValidationPolicy(
            name=WAIVED,
            description="Waivers are listed at every deployment",
            validate=_guarded(session.list_waivers),
            enforcement_level=EnforcementLevel.ADVISORY,  # a message without a violation is more than the SDK has
        ),
    ]


def serve(own_rules: Iterable[Rule] = (), name: str = NAME, terms: Path | None = None) -> None:
    """Serve the pack to the engine, perhaps with rules of one's own beside the project's, and with the folder of one's
    own terms for a program without `ImBackend`, which carries them otherwise. Does not return."""
    PolicyPack(name=name, policies=policies(own_rules, terms), enforcement_level=_LEVEL)


def _guarded(act: Callable[[Args, ReportViolation], str | None]) -> Callable[[Args, ReportViolation], None]:
    """`act` as the SDK calls it; what it returns says why the policy is not applicable.

    A fault of ours becomes a violation that says where, and never what was in the data. So does an unknown value, of
    which the engine would make a mere warning.
    """

    def validate(args: Args, report: ReportViolation) -> None:
        try:
            reason = act(args, report)
        except Exception as error:
            frame = error.__traceback__
            while frame is not None and frame.tb_next is not None:
                frame = frame.tb_next
            place = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame else "?"
            report(f"UNPROVEN: the policy itself failed ({type(error).__name__} in {place}); report this", None)
            return
        if reason:
            args.not_applicable(reason)

    return validate
