"""Judgement of a stack: resources and duties in, verdicts, bounds and declared hops out.

Pure: `today` is an argument, and nothing else comes from outside. The policy pack and `preflight` are adapters of it.
A rule or a reader that raises is a failure, never a pass.
"""

import gc
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from im_stack.facts.declarations import Waived
from im_stack.facts.mechanism.collect import Facts, collect
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Amount, Grade, Resource
from im_stack.facts.runs import Alarm
from im_stack.policies.bounds.bound import Bound, Retention
from im_stack.policies.bounds.erasure import bound_from
from im_stack.policies.bounds.ledger import Ledger
from im_stack.policies.bounds.reach import classes_about
from im_stack.policies.hops import DeclaredHop, declared_hops
from im_stack.policies.rule import Case, Finding, Outcome, Rule, Verdict, WaiverResult
from im_stack.policies.rules import RULES, waivers_hold
from im_stack.policies.waivers import evaluate_waivers, with_waivers
from im_stack.terms.duties.grounds import grounds_of
from im_stack.terms.duties.resolve import Duties, Duty
from im_stack.terms.stack.declaration import Declaration

__all__ = ["DeclaredHop", "Judgement", "Verdict", "judge", "judge_facts"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Result of a judgement. `bounds` are the published intervals per class, `facts` what it was read from."""

    verdicts: tuple[Verdict, ...]
    bounds: tuple[tuple[Bound, timedelta], ...]
    declared_hops: tuple[DeclaredHop, ...]
    assumptions: tuple[Amount, ...]
    retention: tuple[Retention, ...]
    resources: int
    waivers: tuple[WaiverResult, ...] = ()
    facts: Facts = field(default_factory=lambda: Facts((), Graph(())), compare=False, repr=False)
    times: Mapping[tuple[str, str], timedelta] = field(default_factory=dict, compare=False, repr=False)
    """What a rule took to say what it says of a subject, by rule and subject; empty where no clock was given."""

    @property
    def outcome(self) -> Outcome:
        """The worst of what blocks: a waived verdict keeps its own outcome, and does not count here."""
        outcomes = {verdict.outcome for verdict in self.verdicts if verdict.blocks}
        return next((o for o in (Outcome.FAIL, Outcome.UNPROVEN) if o in outcomes), Outcome.PASS)

    @property
    def waived(self) -> int:
        """How many verdicts would block, were they not waived."""
        return sum(verdict.waived is not None for verdict in self.verdicts)

    @property
    def headline(self) -> str:
        waived = self.waived
        if self.outcome is not Outcome.PASS:
            blocking = [verdict.outcome for verdict in self.verdicts if verdict.blocks]
            counts = [(o, blocking.count(o)) for o in (Outcome.FAIL, Outcome.UNPROVEN)]
            parts = [f"{n} {o.value.upper()}" for o, n in counts if n]
            return ", ".join([*parts, f"{waived} waived"] if waived else parts)
        leaning = [
            _counted(n, what) for n, what in ((len(self.declared_hops), "declared hop"), (waived, "waived verdict"))
        ]
        return f"CONDITIONAL on {' and '.join(filter(None, leaning))}" if any(leaning) else "PASS"


Clock = Callable[[], float]
"""Counts seconds from any moment."""


class _Stopwatch:
    """`times`: how long rules take, by rule and subject. Without a clock it stays empty."""

    def __init__(self, clock: Clock | None) -> None:
        self._clock = clock
        self.times: dict[tuple[str, str], timedelta] = {}

    def found(self, rule: Rule, case: Case) -> Iterator[Finding]:
        """The findings of a rule; each took what passes until the rule yields it."""
        clock = self._clock
        if clock is None:
            yield from rule.check(case)
            return
        begun = clock()
        for finding in rule.check(case):
            key = rule.id, finding.subject
            self.times[key] = self.times.get(key, timedelta()) + timedelta(seconds=clock() - begun)
            yield finding
            begun = clock()


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'s' if n != 1 else ''}" if n else ""


def judge(
    resources: Iterable[Resource],
    duties: Duties,
    *,
    today: date,
    own_rules: Sequence[Rule] = (),
    clock: Clock | None = None,
) -> Judgement:
    """Judge the resources of one stack. Never raises for a resource or a rule: what fails is a failure.

    `today` decides which waivers and exceptions are in force; nothing else depends on it, and nothing asks a clock.
    `own_rules` are judged beside the project's. `clock` counts seconds, and only times are taken from it.
    """
    with _collector_paused():
        return judge_facts(collect(resources, duties.home.id), duties, today=today, own_rules=own_rules, clock=clock)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """All that is made here lives until the judgement is: to look through it for garbage costs a third of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def judge_facts(
    facts: Facts, duties: Duties, *, today: date, own_rules: Sequence[Rule] = (), clock: Clock | None = None
) -> Judgement:
    """Judge what the resources of one stack mean."""
    chosen = duties.declaration
    recipient, archive = chosen.alarm and chosen.alarm.recipient, chosen.archive and chosen.archive.classes
    ledger = Ledger(facts, chosen.classes, recipient or "", archive or ())
    rules = (*RULES, *own_rules)
    watch, held = _Stopwatch(clock), classes_about(facts)
    case, last = Case(facts, ledger, duties, today=today), waivers_hold.RULE
    verdicts = [v for rule in rules if rule is not last for v in _apply(rule, case, held, watch)]
    settled = any(resource.id and not resource.external for resource in facts.graph.by_urn.values())
    waivers = [
        *((f"im:waivers.{n}", waiver) for n, waiver in enumerate(duties.declaration.waivers)),
        *((beside.component, beside.waiver) for beside in facts.of(Waived)),
    ]
    evaluated = evaluate_waivers([waiver for _, waiver in waivers], verdicts, rules, today, settled)
    waiver_results = tuple(replace(each, place=at) for each, (at, _) in zip(evaluated, waivers, strict=True))
    verdicts = [
        *with_waivers(waiver_results, verdicts),
        *_apply(last, replace(case, waiver_results=waiver_results), held, watch),
    ]
    bounds = [each for name in sorted(chosen.classes) if (each := _published(facts, ledger, chosen, name))]
    hops = {hop for bound, _ in bounds for path in bound.paths for hop in path.hops}
    hops |= {hop for of in facts.of(Alarm) for hop in of.delay}
    assumptions = sorted((hop for hop in hops if hop.evidence.grade is Grade.ASSUMED), key=_place)
    return Judgement(
        tuple(verdicts),
        tuple(bounds),
        declared_hops(facts, ledger, duties),
        tuple(assumptions),
        tuple(ledger.retention()),
        len(facts.graph.by_urn),
        waiver_results,
        facts,
        watch.times,
    )


def _published(facts: Facts, ledger: Ledger, declaration: Declaration, name: str) -> tuple[Bound, timedelta] | None:
    """The bound of a class and its limit: from its clock, or from the events until which it is kept."""
    choice = declaration.classes[name]
    bound, limit = ledger.bound(name, choice.clock or "birth"), declaration.limit(name)
    if bound and choice.until and choice.erasure:
        _, bound = bound_from(" or ".join(sorted(choice.until)), facts, ledger, choice.erasure, bound, silent=True)
        limit = choice.after_events
    return (bound, limit) if bound and limit else None


def _place(hop: Amount) -> tuple[str, str, str, str]:
    """Sort key of a hop. It is unique, so that no list depends on the order of a set."""
    return hop.evidence.source, hop.label, hop.evidence.resource, hop.evidence.argument


def _apply(rule: Rule, case: Case, held: Mapping[str, frozenset[str]], watch: _Stopwatch) -> list[Verdict]:
    under, facts = tuple(case.duties.under(rule.id)), case.facts
    if not under and not rule.own:
        return []
    findings = _findings_of(rule, replace(case, under=under), watch)
    if not findings:
        findings = [Finding("", Outcome.NOT_APPLICABLE, "nothing in this stack is of this kind")]
    # Most findings serve every duty of the rule, so the duties are shared and not gathered for each of them.
    merged: dict[tuple[str, Outcome, str, str], tuple[Finding, tuple[Duty, ...]]] = {}
    chosen, nothing = case.duties.declaration.classes, frozenset[str]()

    @cache
    def bearing(classes: frozenset[str]) -> tuple[Duty, ...]:
        """The duties that a finding about these classes serves: all where it is about none, or none names them."""
        return tuple(d for d in under if not classes or not d.classes or classes & set(d.classes)) or under

    for finding in findings:
        key = finding.subject, finding.outcome, finding.message, finding.fix
        of = frozenset([finding.subject]) if finding.subject in chosen else held.get(finding.subject, nothing)
        serves = (finding.duty,) if finding.duty else bearing(of)
        _, before = merged.get(key, (finding, ()))
        merged[key] = finding, serves if before is serves or not before else before + serves
    served = {id(serves): _served(serves) for serves in {id(each): each for _, each in merged.values()}.values()}
    verdicts = [_verdict(rule, finding, served[id(serves)], facts) for finding, serves in merged.values()]
    order = {outcome: place for place, outcome in enumerate(Outcome)}
    return sorted(verdicts, key=lambda v: (order[v.outcome], v.subject, v.message))


def _findings_of(rule: Rule, case: Case, watch: _Stopwatch) -> list[Finding]:
    """Findings of a rule. A rule that raises is a failure, never a pass."""
    try:
        return list(watch.found(rule, case))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"the rule itself failed ({type(error).__name__} in {Path(where.filename).name}:{where.lineno})"
        return [Finding("", Outcome.FAIL, message, "mend the rule" if rule.own else "report this", waivable=False)]


_Served = tuple[tuple[str, ...], bool, tuple[str, ...]]


def _served(duties: tuple[Duty, ...]) -> _Served:
    """The ids of duties, whether any of them is what a text demands in words, and the grounds to depart from these."""
    texts = [duty.obligation for duty in duties if duty.obligation.text_derived]
    return tuple(sorted({duty.id for duty in duties})), bool(texts), grounds_of(texts)


def _verdict(rule: Rule, finding: Finding, served: _Served, facts: Facts) -> Verdict:
    subject = finding.subject
    at = finding.evidence.argument if finding.evidence and not finding.hops else ""
    return Verdict(
        rule=rule.id,
        title=rule.title,
        subject=subject,
        name=facts.name(subject) if subject.startswith("urn:") else subject or "the stack",
        outcome=finding.outcome,
        message=finding.message,
        fix=f"{at}: {finding.fix}" if finding.fix and at and at not in finding.fix else finding.fix,
        duties=served[0],
        text_derived=served[1],
        grounds=served[2],
        evidence=finding.evidence,
        hops=finding.hops,
        irreversible=finding.irreversible,
        waivable=finding.waivable,
    )
