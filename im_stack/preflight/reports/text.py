"""Text report for a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from im_stack.policies.rule import Outcome
from im_stack.policies.say import say_duties, say_head, say_hop, say_latest, say_period, say_waiver, say_worst
from im_stack.preflight.reports.model.report import Finding, Report

_STYLE = {
    Outcome.FAIL: "bold red",
    Outcome.UNPROVEN: "bold yellow",
    Outcome.PASS: "green",
    Outcome.NOT_APPLICABLE: "dim",
}


def print_report(report: Report, console: Console, verbose: bool = False) -> None:
    """Headline, bounds, what blocks with the path that breaks it, and what the proof leans on."""
    console.print(Text(f"{report.stack}: {report.home.place} ({report.home.id}), {report.resources} resources", "bold"))
    if report.provider:
        asked = f"its provider {report.provider.version} was asked about {report.provider.asked} of them"
        console.print(Text(f"{asked} and refuses {report.provider.refused}"))
    console.print(_bounds(report))
    for finding in report.findings:
        if finding.weak or verbose:
            _print_verdict(finding, console)
    if verbose or report.outcome is Outcome.PASS:
        console.print()
        console.print(_stores(report))
    _print_waivers(report, console)
    _print_leaning(report, console)
    _print_tally(report, console)


def _bounds(report: Report) -> Table:
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
    for bound in report.bounds:
        table.add_row(
            bound.data_class,
            say_period(bound.limit),
            Text(say_latest(bound), "green" if bound.kept else "bold red"),
            say_period(bound.earliest),
            say_period(bound.if_sweeps_fail),
            say_worst(bound),
        )
    return table


def _stores(report: Report) -> Table:
    """Retention of every holding beside what its store recovers: both come from the same copies."""
    columns = ("store", "holding", "class", "live", "copies reach", "RPO / RTO, zone lost", "RPO / RTO, mistake")
    table = Table(*columns, box=None, pad_edge=False)
    for row in report.stores:
        objectives = row.recovery
        zone = f"{objectives.zone.rpo} / {objectives.zone.rto}" if objectives else "not stated"
        mistake = f"{objectives.mistake.rpo} / {objectives.mistake.rto}" if objectives else "not stated"
        data_class = f"{row.data_class}{', sealed' if row.sealed else ''}"
        ends = say_period(row.live), say_period(row.reach)
        table.add_row(row.place, row.holding, data_class, *ends, Text(zone, "dim"), Text(mistake, "dim"))
    return table


def _print_verdict(verdict: Finding, console: Console) -> None:
    console.print()
    head = Text(say_head(verdict))
    head.stylize(_STYLE[verdict.outcome], 0, len(verdict.outcome) + (len(" (waived)") if verdict.waived else 0))
    console.print(head)
    console.print(Text(f"  {say_duties(verdict)}" + (f"  at {verdict.source}" if verdict.source else ""), "dim"))
    if verdict.outcome is not Outcome.PASS:
        for hop in verdict.hops:
            console.print(Text("    " + say_hop(hop)))
    if verdict.fix:
        console.print(Text(f"  fix: {verdict.fix}"))


def _print_waivers(report: Report, console: Console) -> None:
    """Every waiver, in force or not. The paths of excused verdicts are printed with the verdicts."""
    if report.waivers:
        console.print(Text("\nWaived until a day, on somebody's word:", "bold"))
    for result in report.waivers:
        for line in say_waiver(result, hops=False):
            console.print(Text(f"  {line}"))


def _print_leaning(report: Report, console: Console) -> None:
    if report.declared_hops:
        console.print(Text("\nDeclared, shown by nothing in the plan:", "bold"))
    for promise in report.declared_hops:
        console.print(Text(f"  {promise.subject}: {promise.who} must {promise.must}"))
    sources = sorted(f"{say_period(period)} {label}: {why}" for period, label, why in report.assumed)
    assumptions = [row.id for row in report.assumptions]
    console.print(Text("\nAssumed, bounded by no contract:", "bold"))
    for source in sources:
        console.print(Text(f"  {source}"))
    console.print(
        Text(f"  and {len(assumptions)} that every proof here makes: {', '.join(assumptions)} (preflight explain ID)")
    )


def _print_tally(report: Report, console: Console) -> None:
    counts = ", ".join(f"{n} {what}" for what, n in report.tally.counts.items() if n or what != "waived")
    console.print()
    console.print(Text(report.headline, _STYLE[report.outcome]))
    console.print(Text(f"{counts} verdicts", "dim"))
