"""Rows of the data map for one stack: everything that the template shows, computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from im_stack.facts.model import Amount, Copy, Flow, Holding, Keyring
from im_stack.policies.bound import Bound, Path, Retention, is_unknown, sum_of
from im_stack.policies.judge import Judgement, Verdict
from im_stack.policies.ledger import Ledger
from im_stack.policies.rule import Outcome, WaiverResult
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.data_map.bars import Bar, bar
from im_stack.preflight.reports.data_map.borders import Borders, borders
from im_stack.preflight.reports.data_map.drawing import Drawing, Node, draw
from im_stack.preflight.reports.places import Places
from im_stack.preflight.reports.records.processing import Activity, activities, security, transfers
from im_stack.terms.declaration import ClassChoice
from im_stack.terms.wire import CLIENTS

_MOST_PATHS = 500


@dataclass(frozen=True, slots=True)
class End:
    """When something ends: a period, none at all, or an unknown one."""

    period: timedelta | None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """A declared class. `bound` is None where nothing in the stack holds it."""

    name: str
    choice: ClassChoice
    limit: timedelta | None
    bound: Bound | None
    bar: Bar | None
    paths: tuple[Path, ...]

    @property
    def left_out(self) -> int:
        return len(self.bound.paths) - len(self.paths) if self.bound else 0

    @property
    def state(self) -> tuple[str, str]:
        """How it stands to its limit: what the style knows it by, and in words."""
        if self.bound is None or self.limit is None:
            return "none", "nothing here holds it"
        if self.bound.unknown:
            return "unproven", "latest end not known"
        if self.bound.latest is None:
            return "fail", "never ends"
        return (
            ("pass", "ends within its limit") if self.bound.latest <= self.limit else ("fail", "ends after its limit")
        )


@dataclass(frozen=True, slots=True)
class Left:
    """A copy that a store leaves. `outside` is which of the store's holdings it is declared to hold nothing of."""

    store: str
    copy: Copy
    end: End
    outside: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """A keyring: the store of its keys, and which holdings they seal."""

    place: str
    ring: Keyring
    seals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocker:
    verdict: Verdict
    place: str
    end: End


@dataclass(frozen=True, slots=True)
class Tally:
    """The verdicts of one rule, or of all."""

    rule: str
    title: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """All rows of one stack."""

    check: Check
    tally: Tally
    rules: tuple[Tally, ...]
    classes: tuple[Class, ...]
    flows: tuple[Flow, ...]
    drawing: Drawing | None
    stores_of: dict[str, str]
    retention: tuple[Retention, ...]
    copies: tuple[Left, ...]
    rings: tuple[Ring, ...]
    borders: Borders
    activities: tuple[Activity, ...]
    transfers: str
    security: str
    blockers: tuple[Blocker, ...]
    waivers: tuple[WaiverResult, ...]
    assumed: tuple[tuple[timedelta | None, str, str], ...]

    @property
    def judgement(self) -> Judgement:
        return self.check.judgement


def stack_of(check: Check) -> Stack:
    """The rows of one judged stack, in a fixed order."""
    judgement, declaration = check.judgement, check.duties.declaration
    facts = judgement.facts
    ledger = Ledger(facts, declaration.classes)
    holdings = sorted(facts.of(Holding), key=lambda h: (h.name, h.store))
    flows = tuple(sorted(facts.of(Flow), key=lambda f: (f.source != CLIENTS, f.source, f.target, f.sealed)))
    stores_of: dict[str, str] = {}
    for holding in holdings:
        place = facts.name(holding.store)
        stores_of[holding.name] = ", ".join(filter(None, (stores_of.get(holding.name), place)))
    places = Places(check)
    return Stack(
        check=check,
        tally=_tally("", "", judgement.verdicts),
        rules=_by_rule(judgement.verdicts),
        classes=tuple(_classes(check)),
        flows=flows,
        drawing=draw(_nodes(judgement, holdings, ledger), flows),
        stores_of=stores_of,
        retention=judgement.retention,
        copies=tuple(_copies(judgement, holdings, ledger)),
        rings=tuple(_rings(judgement, holdings)),
        borders=borders(check),
        activities=activities(check),
        transfers=transfers(check),
        security=security(check),
        blockers=tuple(Blocker(v, str(places.of(v)), _end(v.hops)) for v in judgement.verdicts if v.blocks),
        waivers=judgement.waivers,
        assumed=tuple(
            dict.fromkeys((a.period, a.label, a.evidence.note or a.evidence.source) for a in judgement.assumptions)
        ),
    )


def _end(hops: Sequence[Amount]) -> End:
    return End(sum_of(hops), is_unknown(hops))


def _tally(rule: str, title: str, verdicts: Iterable[Verdict]) -> Tally:
    """Verdicts by outcome; one that is waived is counted as that alone."""
    every = list(verdicts)
    counts = [(outcome.value, sum(v.outcome is outcome and not v.waived for v in every)) for outcome in Outcome]
    return Tally(rule, title, (*counts, ("waived", sum(v.waived is not None for v in every))))


def _by_rule(verdicts: Iterable[Verdict]) -> tuple[Tally, ...]:
    of: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        of.setdefault((verdict.rule, verdict.title), []).append(verdict)
    return tuple(_tally(rule, title, every) for (rule, title), every in of.items())


def _classes(check: Check) -> Iterable[Class]:
    bounds = {bound.data_class: (bound, limit) for bound, limit in check.judgement.bounds}
    declaration = check.duties.declaration
    for name, choice in sorted(declaration.classes.items()):
        bound, limit = bounds.get(name, (None, declaration.limit(name)))
        drawn = bar(bound, limit) if bound and limit else None
        yield Class(name, choice, limit, bound, drawn, bound.paths[:_MOST_PATHS] if bound else ())


def _nodes(judgement: Judgement, holdings: Iterable[Holding], ledger: Ledger) -> list[Node]:
    """A box for each name that holds something, and one for each store that declares nothing."""
    facts = judgement.facts
    stores: dict[str, list[str]] = {}
    classes: dict[str, list[str]] = {}
    for h in holdings:
        stores.setdefault(h.name, []).append(facts.name(h.store))
        sealed = " (sealed)" if ledger.holds_sealed(h) else ""
        classes.setdefault(h.name, []).extend(filter(None, (f"{h.data_class}{sealed}", h.clear or "")))
    nodes = [Node(name, tuple(dict.fromkeys(of)), tuple(dict.fromkeys(classes[name]))) for name, of in stores.items()]
    return nodes + [
        Node(facts.name(urn), ("declares no holding",), ("judged as every class",), "undeclared")
        for urn in ledger.undeclared
    ]


def _copies(judgement: Judgement, holdings: Iterable[Holding], ledger: Ledger) -> Iterable[Left]:
    facts = judgement.facts
    in_store: dict[str, list[Holding]] = {}
    for holding in holdings:
        in_store.setdefault(holding.store, []).append(holding)
    rings = {ring.store for ring in facts.of(Keyring)}
    for urn in sorted({*in_store, *ledger.undeclared, *rings}, key=facts.name):
        for copy in ledger.copies_of(urn):
            outside = [
                (f"{data_class} in {h.name}", why)
                for h in in_store.get(urn, [])
                for data_class, of in ((h.data_class, h.outside), (h.clear, h.clear_outside))
                if (why := of.get(copy.kind))
            ]
            yield Left(facts.name(urn), copy, _end(copy.amounts), tuple(outside))


def _rings(judgement: Judgement, holdings: Iterable[Holding]) -> Iterable[Ring]:
    every = list(holdings)
    for ring in sorted(judgement.facts.of(Keyring), key=lambda ring: (ring.name, ring.store)):
        sealed = dict.fromkeys(h.name for h in every if ring.name in h.seals)
        yield Ring(judgement.facts.name(ring.store), ring, tuple(sealed))
