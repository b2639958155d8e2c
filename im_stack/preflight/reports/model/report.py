"""Report on a stack: its headline, classes, stores, findings with their places, waivers, and what the proof leans on.

In: `Check`s of stacks, or the `InputError` that prevented one. Out: a `Report` or an `Unjudged` for each, in order.
Periods are `timedelta`, None is no bound; the rows of the judgement stand in it as they are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from im_stack.facts.mechanism.tables import recovery
from im_stack.facts.model import Amount
from im_stack.facts.values.changes import Settled
from im_stack.policies.judge import DeclaredHop, Verdict
from im_stack.policies.rule import Outcome, WaiverResult
from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.model.borders import BORDER, Borders, borders
from im_stack.preflight.reports.model.causes import Cause, causes
from im_stack.preflight.reports.model.classes import ClassBound, DataClass, Stored, classes_of, extended
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.holdings import Holdings, holdings
from im_stack.preflight.reports.model.obligations import ObligationRow, Standing, obligations, ranges
from im_stack.preflight.reports.model.places import Places
from im_stack.preflight.reports.model.provenance import Provenance, provenance
from im_stack.preflight.reports.model.spelling import Spelling, in_language, spelling
from im_stack.preflight.stack_files.owner_file import Owner
from im_stack.terms.duties.binding import adopted
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.sub_processor import SubProcessor
from im_stack.terms.texts.model import Assumption, Region

if TYPE_CHECKING:
    from im_stack.terms.stack.owner import Fulfilled

SECURITY: Final = ("encrypted-at-rest", "encrypted-in-transit", "no-public-door")
"""The rules of which a record of processing speaks as security measures."""


@dataclass(frozen=True, slots=True)
class Hop(DeclaredHop):
    """A declared hop, and what the owner's file says of its fulfilment."""

    fulfilled: "Fulfilled | None" = None

    @property
    def done(self) -> str:
        """What the owner's file says of it, in words; nothing where it says nothing."""
        f = self.fulfilled
        return f"fulfilled by {f.who} on {f.when}, {f.evidence}, signed {f.signature}" if f else ""


@dataclass(frozen=True, slots=True)
class Provider:
    """What the provider's plugin was asked."""

    version: str
    asked: int
    refused: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The verdicts of one rule, or of all, by outcome; one that is waived is counted as that alone."""

    rule: str
    title: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """One judged stack, as of `day`."""

    schema: ClassVar = "im-preflight-report/1"
    stack: str
    home: Region
    day: date
    instruments: tuple[str, ...]
    sub_processors: tuple[SubProcessor, ...]
    size: str | None
    obligations: tuple[ObligationRow, ...]
    owner: Owner
    provenance: Provenance
    outcome: Outcome
    verdict: str
    resources: int
    classes: tuple[DataClass, ...]
    bounds: tuple[ClassBound, ...]
    stores: tuple[Stored, ...]
    findings: tuple[Finding, ...]
    declared_hops: tuple[Hop, ...]
    assumed_hops: tuple[Amount, ...]
    assumptions: tuple[Assumption, ...]
    provider: Provider | None
    waivers: tuple[WaiverResult, ...]
    settled: tuple[Settled, ...]
    holdings: Holdings
    borders: Borders
    took: timedelta
    times: Mapping[tuple[str, str], timedelta]
    causes: tuple[Cause, ...]
    gone: int = 0  # known findings of a baseline that are no longer found

    @property
    def duties(self) -> dict[str, str]:
        """What each duty demands, by its id."""
        return {duty.id: row.obligation.summary for row in self.obligations for duty in row.duties}

    @property
    def standings(self) -> dict[Standing, int]:
        """How many obligations stand as what."""
        count = Counter(row.standing for row in self.obligations)
        return {standing: count[standing] for standing in Standing if count[standing]}

    @property
    def standing(self) -> str:
        """The same in words."""
        counts = ", ".join(f"{n} {standing}" for standing, n in self.standings.items())
        return f"{len(self.obligations)} obligations: {counts}"

    @property
    def headline(self) -> str:
        """The verdict, and how many of the obligations stand as what."""
        return f"{self.verdict}; {self.standing}"

    @property
    def state(self) -> str:
        """For the style: a pass that leans on something is another than one that does not."""
        leans = self.declared_hops or self.tally.counts["waived"]
        return Standing.CONDITIONAL if self.outcome is Outcome.PASS and leans else self.outcome

    @property
    def let_through(self) -> dict[str, int]:
        """How many findings that block do not decide the exit status, by what lets them through."""
        return dict(Counter(finding.let_through for finding in self.findings if finding.let_through))

    @property
    def holds_back(self) -> bool:
        """Whether a finding decides the exit status."""
        return any(finding.counts for finding in self.findings)

    def with_findings(self, findings: Sequence[Finding], gone: int) -> "Report":
        """The report with findings some of which are let through: its headline counts them."""
        of = {id(old): new for old, new in zip(self.findings, findings, strict=True)}
        n = sum(bool(finding.let_through) for finding in findings)
        return replace(
            self,
            verdict=f"{self.verdict} ({n} let through)" if n else self.verdict,
            findings=tuple(findings),
            causes=tuple(replace(c, findings=tuple(of[id(f)] for f in c.findings)) for c in self.causes),
            gone=gone,
        )

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.blocks)

    @property
    def tally(self) -> Tally:
        return _tally("", "", self.findings)

    @property
    def by_rule(self) -> tuple[Tally, ...]:
        of: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.findings:
            of.setdefault((finding.rule, finding.title), []).append(finding)
        return tuple(_tally(*rule, findings) for rule, findings in of.items())

    @property
    def assumed(self) -> tuple[tuple[timedelta | None, str, str], ...]:
        """Assumed periods, each once: how long, what takes it, and why so long."""
        return tuple(
            dict.fromkeys((a.period, a.label, a.evidence.note or a.evidence.source) for a in self.assumed_hops)
        )

    @property
    def transfers(self) -> str:
        """Whether data may leave the jurisdiction: only what is proven to stay counts as staying."""
        if self.borders.open:
            return "not proven to stay in the jurisdiction"
        away = {place.jurisdiction for place in self.borders.places if not place.home}
        away |= {sent.jurisdiction for sent in self.borders.sent if not sent.home}
        return f"to {', '.join(sorted(away - {''}))}, by exceptions (im:exceptions)" if away - {""} else "none"

    @property
    def security(self) -> str:
        """How many verdicts about encryption and exposure are proven, alone or on hops, and how many are not."""
        counts = []
        for rule in SECURITY:
            outcomes = [finding.outcome for finding in self.findings if finding.rule == rule]
            weak = outcomes.count(Outcome.FAIL) + outcomes.count(Outcome.UNPROVEN)
            hops = [n for n, hop in enumerate(self.declared_hops, 1) if hop.bears_on(rule, None)]
            how = f"conditional on hops {ranges(hops)}" if hops else "proven"
            counts.append(f"{rule}: {outcomes.count(Outcome.PASS)} {how}" + (f", {weak} not" if weak else ""))
        return "; ".join(counts)


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A stack that could not be judged, and why."""

    schema: ClassVar = "im-preflight-problems/1"
    stack: str
    error: InputError

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.error.problems


Judged = Report | Unjudged


def reports_of(results: Iterable[tuple[str, Checked]]) -> list[Judged]:
    """The report on each of the stacks, in order."""
    return [
        Unjudged(name, checked) if isinstance(checked, InputError) else report_of(checked) for name, checked in results
    ]


def judged_only(reports: Iterable[Judged]) -> Iterator[Report]:
    """The reports, for a form that has no way to say that a stack could not be judged: raises its `InputError`."""
    for report in reports:
        if isinstance(report, Unjudged):
            raise report.error
        yield report


def report_of(check: Check) -> Report:
    """The report on one judged stack."""
    judgement, duties, declaration = check.judgement, check.duties, check.duties.declaration
    places, spell, recovered = Places(check), spelling(check), recovery(check.duties.home.cloud)
    bounds = tuple(extended(ClassBound, bound, limit=limit) for bound, limit in judgement.bounds)
    stores = tuple(extended(Stored, row, recovery=recovered.get(row.service)) for row in judgement.retention)
    findings = tuple(_finding(check, verdict, places, spell) for verdict in judgement.verdicts)
    accepted = check.accepted
    fulfilled = {each.hop: each for each in check.owner.fulfilled}
    hops = tuple(extended(Hop, hop, fulfilled=fulfilled.get(hop.said)) for hop in judgement.declared_hops)
    texts = adopted(declaration, duties.library)
    rows = obligations(texts, duties.all, judgement.verdicts, hops, check.owner.obligations)
    return Report(
        stack=check.stack.stack,
        home=duties.home,
        day=check.day,
        instruments=tuple(sorted(declaration.instruments)),
        sub_processors=declaration.sub_processors,
        size=declaration.size,
        obligations=rows,
        owner=check.owner,
        provenance=provenance(duties, check.stack.root),
        outcome=judgement.outcome,
        verdict=judgement.headline,
        resources=judgement.resources,
        classes=tuple(classes_of(check, bounds, stores)),
        bounds=bounds,
        stores=stores,
        findings=findings,
        declared_hops=hops,
        assumed_hops=judgement.assumptions,
        assumptions=duties.assumptions,
        provider=Provider(accepted.version, accepted.asked, len(accepted.refused)) if accepted else None,
        waivers=judgement.waivers,
        settled=check.settled,
        holdings=holdings(judgement.facts, declaration.classes),
        borders=borders(check, [finding for finding in findings if finding.rule in BORDER]),
        took=check.took,
        times=judgement.times,
        causes=causes(
            [finding for finding in findings if finding.blocks],
            lambda urn: check.addresses.get(urn) or judgement.facts.name(urn),
        ),
    )


def _finding(check: Check, verdict: Verdict, places: Places, spell: Spelling) -> Finding:
    finding = extended(Finding, verdict, source=check.source_of(verdict), places=places, spelling=spell)
    if not finding.fix:
        return finding
    return replace(finding, fix=in_language(check, spell, finding.subject, finding.spelled(finding.fix)))


def _tally(rule: str, title: str, findings: Iterable[Finding]) -> Tally:
    every = list(findings)
    counts = {outcome.value: sum(f.outcome is outcome and not f.waived for f in every) for outcome in Outcome}
    return Tally(rule, title, counts | {"waived": sum(f.waived is not None for f in every)})
