"""Text report for a terminal: one screen of a stack that passes; causes, paths and fixes of one that does not.

In: reports, a console, and how much is wanted. Lines wrap at the console's width and nothing is cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from im_stack.facts.model import Amount
from im_stack.policies.rule import Outcome
from im_stack.policies.say import say_duties, say_head, say_hop, say_latest, say_period, say_waiver, say_worst
from im_stack.preflight.reports.model.causes import Cause
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.obligations import Standing
from im_stack.preflight.reports.model.report import Judged, Report, Unjudged

_STYLE: Final[dict[str, str]] = {
    Outcome.FAIL: "bold red",
    Outcome.UNPROVEN: "bold yellow",
    Outcome.PASS: "green",
    Outcome.NOT_APPLICABLE: "dim",
    Standing.CONDITIONAL: "yellow",
    Standing.PROVEN: "green",
    Standing.PAPER: "cyan",
    Standing.NOT_JUDGED: "dim",
}
_WHOLE: Final = ("class", "limit", "latest end", "earliest end", "live", "copies reach")
"""Columns that are never wrapped."""
_ORDER: Final = (Outcome.PASS, Outcome.UNPROVEN, Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown. `everything`: what passes and what the proof leans on; `compact`: causes without their paths;
    `quiet`: nothing of a stack that passes, and no tables."""

    everything: bool = False
    compact: bool = False
    quiet: bool = False


def print_report(report: Report, console: Console, detail: Detail = Detail()) -> None:
    """Headline, bounds, one line per cause, the paths, what the proof leans on in one line, and the headline again."""
    if detail.quiet and report.outcome is Outcome.PASS:
        return
    _line(console, Text(f"{report.stack}: {report.headline}", _STYLE[report.state]))
    if not detail.quiet:
        _print_head(report, console, detail)
    _print_causes(report, console)
    if not detail.compact:
        for number, cause in enumerate(report.causes, 1):
            _print_cause(number, cause, console)
    _print_waivers(report, console, detail)
    if detail.everything:
        _print_passing(report, console)
        console.print()
        console.print(_stores(report))
        _print_seals(report, console)
        _print_obligations(report, console)
        _print_leaning(report, console)
    _print_let_through(report, console)
    console.print()
    if not detail.quiet:
        _line(console, Text(_leaning(report, detail), "dim"))
        _line(console, Text(_tally(report), "dim"))
    _line(console, Text(report.headline, _STYLE[report.state]))


def print_reports(reports: Sequence[Judged], console: Console, detail: Detail, *, summary: bool) -> None:
    """The report on each stack, and with `summary` one line for each at the end."""
    for n, report in enumerate(report for report in reports if isinstance(report, Report)):
        if n and not detail.quiet:
            console.print()
        print_report(report, console, detail)
    if summary:
        _print_summary(reports, console, detail.quiet)


def _print_summary(reports: Sequence[Judged], console: Console, quiet: bool) -> None:
    """One line per stack, worst last; why a stack could not be judged stands with it."""
    rows: list[tuple[int, Text, Judged]] = []
    for report in reports:
        if isinstance(report, Unjudged):
            rows.append((len(_ORDER), Text(f"{report.stack}: could not be judged", "bold red"), report))
        elif not quiet or report.outcome is not Outcome.PASS:
            rank = _ORDER.index(report.outcome)
            rows.append((rank, Text(f"{report.stack}: {report.headline}", _STYLE[report.state]), report))
    console.print()
    for _, line, report in sorted(rows, key=lambda row: row[0]):
        _line(console, line)
        for problem in report.problems if isinstance(report, Unjudged) else ():
            for part in str(problem).splitlines():
                _line(console, f"  {part}")


def _print_head(report: Report, console: Console, detail: Detail) -> None:
    _line(console, f"{report.home.place} ({report.home.id}), {report.resources} resources")
    if report.provider:
        asked = f"its provider {report.provider.version} was asked about {report.provider.asked} of them"
        _line(console, f"{asked} and refuses {report.provider.refused}")
    console.print()
    console.print(_bounds(report, detail))


def _bounds(report: Report, detail: Detail) -> Table:
    earliest = ["earliest end"] if detail.everything else []
    table = _table("class", "limit", "latest end", *earliest, "if a sweep fails", "where it ends last")
    for each in report.classes:
        if (bound := each.bound) is None:
            continue
        table.add_row(
            each.name,
            each.most,
            Text(say_latest(bound), "green" if bound.kept else "bold red"),
            *([say_period(bound.earliest)] if earliest else []),
            Text(say_period(bound.if_sweeps_fail), "" if bound.if_sweeps_fail else "yellow"),
            say_worst(bound),
        )
    return table


def _stores(report: Report) -> Table:
    """Retention of every holding beside what its store recovers: both come from the same copies."""
    table = _table("store", "holding", "class", "live", "copies reach", "RPO / RTO, zone lost", "RPO / RTO, mistake")
    for row in report.stores:
        both = (row.recovery.zone, row.recovery.mistake) if row.recovery else ()
        recovers = [f"{each.rpo} / {each.rto}" for each in both] or ["not stated", "not stated"]
        data_class = f"{row.data_class}{', sealed' if row.sealed else ''}"
        ends = say_period(row.live), row.reaches
        table.add_row(row.place, row.holding, data_class, *ends, *(Text(text, "dim") for text in recovers))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _WHOLE)
    return table


def _print_causes(report: Report, console: Console) -> None:
    """One line per cause, with its classes."""
    if not report.causes:
        return
    console.print()
    n = len(report.causes)
    _line(console, Text(f"{n} cause{'s' if n != 1 else ''}:", "bold"))
    for number, cause in enumerate(report.causes, 1):
        classes = f": {', '.join(cause.classes)}" if cause.classes else ""
        line = Text(f"  {number:>{len(str(n))}} ")
        line.append(cause.outcome.upper(), _STYLE[cause.outcome])
        line.append(f" {cause.title}{classes} ({', '.join(cause.rules)})")
        _line(console, line, "    ")


def _print_cause(number: int, cause: Cause, console: Console) -> None:
    """What was found, with the paths and what would be right, each once."""
    console.print()
    place = next((str(f.place) for f in cause.findings if f.source), str(cause.findings[0].place))
    _line(console, Text(f"{number} {cause.title}  at {place}", "bold"))
    shown: set[tuple[Amount, ...]] = {()}
    for finding in cause.findings:
        _print_finding(finding, console)
        for hop in finding.hops if finding.hops not in shown else ():
            _line(console, f"    {finding.spelled(say_hop(hop))}", " " * 19)
        shown.add(finding.hops)
    for fix in dict.fromkeys(finding.fix for finding in cause.findings if finding.fix):
        _line(console, f"  fix: {fix}", "    ")


def _print_finding(finding: Finding, console: Console) -> None:
    head = Text(f"  {finding.spelled(say_head(finding))}")
    head.stylize(_STYLE[finding.outcome], 2, 2 + len(finding.outcome))
    _line(console, head, "    ")
    _line(console, Text(f"    {say_duties(finding)}", "dim"), "      ")


def _print_passing(report: Report, console: Console) -> None:
    """What does not block: waived, passing, not applicable."""
    console.print()
    for finding in report.findings:
        if not finding.blocks:
            head = Text(say_head(finding))
            head.stylize(_STYLE[finding.outcome], 0, len(finding.outcome))
            _line(console, head, "  ")


def _print_waivers(report: Report, console: Console, detail: Detail) -> None:
    """Every waiver, in force or not, with what it excuses and the paths of that."""
    if not report.waivers:
        return
    console.print()
    _line(console, Text("Waived until a day, by its owner:", "bold"))
    for result in report.waivers:
        for line in say_waiver(result, hops=not detail.compact):
            _line(console, f"  {line}", "    ")


def _print_obligations(report: Report, console: Console) -> None:
    """Every adopted obligation, with how it stands and what that rests on."""
    console.print()
    _line(console, Text(f"{report.standing}:", "bold"))
    wide = max(map(len, Standing))
    for row in report.obligations:
        head = Text(f"  {row.standing.upper():<{wide}} {row.obligation.id}: {row.says}")
        head.stylize(_STYLE[row.standing], 2, 2 + len(row.standing))
        _line(console, head, "    ")


def _print_seals(report: Report, console: Console) -> None:
    """The form of every sealed class, and what it costs."""
    if sealed := [row for row in report.classes if row.seal]:
        console.print()
        _line(console, Text("Sealed by the application:", "bold"))
        for row in sealed:
            _line(console, f"  {row.name}, {row.seal}", "    ")


def _print_leaning(report: Report, console: Console) -> None:
    """Declared hops by who must act, and assumed periods."""
    console.print()
    _line(console, Text("Declared, shown by nothing in the plan:", "bold"))
    numbered = sorted(enumerate(report.declared_hops, 1), key=lambda each: each[1].who)
    for who, hops in groupby(numbered, key=lambda each: each[1].who):
        _line(console, f"  {who} must")
        for number, hop in hops:
            _line(console, f"    {number:>2} {hop.said}{f' ({hop.done})' if hop.done else ''}", "         ")
    console.print()
    _line(console, Text("Assumed, bounded by no contract:", "bold"))
    for line in sorted(f"{say_period(period)} {label}: {why}" for period, label, why in report.assumed):
        _line(console, f"  {line}", "    ")
    ids = ", ".join(row.id for row in report.assumptions)
    _line(console, f"  and {len(report.assumptions)} of every proof: {ids} (preflight explain ID)", "    ")


def _print_let_through(report: Report, console: Console) -> None:
    if report.let_through or report.gone:
        console.print()
    for why, n in report.let_through.items():
        _line(console, f"let through: {n} ({why}); the verdict stays, the exit status does not show it")
    if report.let_through and report.holds_back:
        n = sum(not finding.let_through for finding in report.blocking)
        _line(console, f"not let through: {n}")
    if report.gone:
        _line(console, f"gone: {report.gone} of the baseline; write it anew with --write-baseline")


def _leaning(report: Report, detail: Detail) -> str:
    counts = f"{len(report.declared_hops)} declared, {len(report.assumed)} assumed"
    return counts if detail.everything else f"{counts}: --details"


def _tally(report: Report) -> str:
    counts = ", ".join(f"{n} {what}" for what, n in report.tally.counts.items() if n or what != "waived")
    return f"{counts} verdicts"


def _line(console: Console, line: str | Text, indent: str = "") -> None:
    """A line, wrapped at words; what does not fit goes on below, indented. A word is never cut: it may be a path."""
    text = line if isinstance(line, Text) else Text(line)
    for n, part in enumerate(text.divide(breaks(text.plain, max(console.width - len(indent), 20)))):
        part.rstrip()
        console.print(Text(indent).append_text(part) if n else part)


def breaks(line: str, width: int) -> list[int]:
    """Where a line is broken: before each word that does not fit behind those before it."""
    found, start = [], 0
    for word in re.finditer(r"\S+", line):
        if word.end() - start > width and line[start : word.start()].strip():
            start = word.start()
            found.append(start)
    return found
