"""Text report for a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from im_stack.facts.mechanism.tables import recovery
from im_stack.policies.judge import Judgement, Verdict
from im_stack.policies.rule import Outcome
from im_stack.policies.say import say_duties, say_head, say_hop, say_latest, say_period, say_waiver, say_worst
from im_stack.preflight.judgement.one_stack import Check

_STYLE = {
    Outcome.FAIL: "bold red",
    Outcome.UNPROVEN: "bold yellow",
    Outcome.PASS: "green",
    Outcome.NOT_APPLICABLE: "dim",
}


def print_report(check: Check, console: Console, verbose: bool = False) -> None:
    """Headline, bounds, what blocks with the path that breaks it, and what the proof leans on."""
    judgement = check.judgement
    home = check.duties.home
    console.print(Text(f"{check.stack.stack}: {home.place} ({home.id}), {judgement.resources} resources", "bold"))
    if check.accepted:
        asked = f"its provider {check.accepted.version} was asked about {check.accepted.asked} of them"
        console.print(Text(f"{asked} and refuses {len(check.accepted.refused)}"))
    console.print(_bounds(judgement))
    for verdict in judgement.verdicts:
        if verdict.weak or verbose:
            _print_verdict(verdict, check.source_of(verdict), console)
    if verbose or judgement.outcome is Outcome.PASS:
        console.print()
        console.print(_stores(judgement, home.cloud))
    _print_waivers(judgement, console)
    _print_leaning(judgement, [row.id for row in check.duties.assumptions], console)
    _print_tally(judgement, console)


def _bounds(judgement: Judgement) -> Table:
    table = Table(
        "class",
        "limit",
        "latest end",
        "earliest end",
        "if a sweep fails",
        "where it ends last",
        box=None,
        pad_edge=False,
    )
    for bound, limit in judgement.bounds:
        kept = bound.latest is not None and not bound.unknown and bound.latest <= limit
        table.add_row(
            bound.data_class,
            say_period(limit),
            Text(say_latest(bound), "green" if kept else "bold red"),
            say_period(bound.earliest),
            say_period(bound.if_sweeps_fail),
            say_worst(bound),
        )
    return table


def _stores(judgement: Judgement, cloud: str) -> Table:
    """Retention of every holding beside what its store recovers: both come from the same copies."""
    columns = ("store", "holding", "class", "live", "copies reach", "RPO / RTO, zone lost", "RPO / RTO, mistake")
    table = Table(*columns, box=None, pad_edge=False)
    for row in judgement.retention:
        objectives = recovery(cloud).get(row.service)
        zone = f"{objectives.zone.rpo} / {objectives.zone.rto}" if objectives else "not stated"
        mistake = f"{objectives.mistake.rpo} / {objectives.mistake.rto}" if objectives else "not stated"
        data_class = f"{row.data_class}{', sealed' if row.sealed else ''}"
        ends = say_period(row.live), say_period(row.reach)
        table.add_row(row.place, row.holding, data_class, *ends, Text(zone, "dim"), Text(mistake, "dim"))
    return table


def _print_verdict(verdict: Verdict, source: str, console: Console) -> None:
    console.print()
    head = Text(say_head(verdict))
    head.stylize(_STYLE[verdict.outcome], 0, len(verdict.outcome) + (len(" (waived)") if verdict.waived else 0))
    console.print(head)
    console.print(Text(f"  {say_duties(verdict)}" + (f"  at {source}" if source else ""), "dim"))
    if verdict.outcome is not Outcome.PASS:
        for hop in verdict.hops:
            console.print(Text("    " + say_hop(hop)))
    if verdict.fix:
        console.print(Text(f"  fix: {verdict.fix}"))


def _print_waivers(judgement: Judgement, console: Console) -> None:
    """Every waiver, in force or not. The paths of excused verdicts are printed with the verdicts."""
    if judgement.waivers:
        console.print(Text("\nWaived until a day, on somebody's word:", "bold"))
    for result in judgement.waivers:
        for line in say_waiver(result, hops=False):
            console.print(Text(f"  {line}"))


def _print_leaning(judgement: Judgement, assumptions: list[str], console: Console) -> None:
    if judgement.declared_hops:
        console.print(Text("\nDeclared, shown by nothing in the plan:", "bold"))
    for promise in judgement.declared_hops:
        console.print(Text(f"  {promise.subject}: {promise.who} must {promise.must}"))
    sources = sorted(
        {f"{say_period(a.period)} {a.label}: {a.evidence.note or a.evidence.source}" for a in judgement.assumptions}
    )
    console.print(Text("\nAssumed, bounded by no contract:", "bold"))
    for source in sources:
        console.print(Text(f"  {source}"))
    console.print(
        Text(f"  and {len(assumptions)} that every proof here makes: {', '.join(assumptions)} (preflight explain ID)")
    )


def _print_tally(judgement: Judgement, console: Console) -> None:
    counts = [
        (outcome, sum(v.outcome is outcome and v.waived is None for v in judgement.verdicts)) for outcome in Outcome
    ]
    waived = f", {judgement.waived} waived" if judgement.waived else ""
    console.print()
    console.print(Text(judgement.headline, _STYLE[judgement.outcome]))
    console.print(Text(", ".join(f"{n} {outcome.value}" for outcome, n in counts) + f"{waived} verdicts", "dim"))
