"""Wording of verdicts, hops, bounds, and waivers: one text for the engine's output and for every form of report.

In: a `Verdict`, `Bound`, `Amount`, or `WaiverResult`, or a row of a JSON report that mirrors one. Out: text, or lines
without line ends. Periods are spelled as in `30 d`; one without an end is `unbounded`.
"""

from datetime import timedelta
from typing import Any

from im_stack.policies.rule import Verdict, WaiverResult
from im_stack.terms.period import spell_period

Mirrored = Any
"""A `Verdict`, `Bound`, or `Amount`, or the row of a JSON report that has the same attributes."""


def say(verdict: Verdict) -> str:
    """Outcome, what was found, for which duties, the path hop by hop, and the smallest change that helps."""
    lines = [f"{verdict.outcome.upper()}: {verdict.message}", f"  {say_duties(verdict)}"]
    lines += [f"    {say_hop(hop)}" for hop in verdict.hops]
    lines += [f"  fix: {verdict.fix}"] if verdict.fix else []
    return "\n".join(lines)


def say_head(verdict: Mirrored) -> str:
    """Outcome, rule, and what was found, on one line."""
    waived = " (waived)" if verdict.waived else ""
    return f"{verdict.outcome.upper()}{waived} {verdict.rule}: {verdict.message}"


def say_duties(verdict: Verdict) -> str:
    """The duties a verdict is about."""
    duties = ", ".join(verdict.duties) + ("" if verdict.text_derived else " (not text-derived)")
    return f"for {duties if verdict.duties else 'no duty of a text'}"


def say_waiver(result: WaiverResult, hops: bool = True) -> list[str]:
    """A waiver in full: which, who, until when, why, where that was decided, and what it excuses, with its path."""
    waiver = result.waiver
    lines = [
        f"{result.title}: by {waiver.owner}, until {waiver.expires}, {waiver.evidence}",
        *([f"  on the ground {waiver.hold}"] if waiver.hold else ()),
        f"  because {waiver.reason}",
    ]
    if result.fault or result.idle:
        lines.append(f"  waives nothing: {result.fault}" if result.fault else f"  {result.idle}")
    for verdict in result.waives:
        lines.append(f"  waives {verdict.outcome.upper()}: {verdict.message}")
        lines += [f"    {say_hop(hop)}" for hop in verdict.hops if hops]
    return lines


def say_period(period: timedelta | None, unknown: bool = False) -> str:
    """A period for people, where the plan says it."""
    return "not known" if unknown else spell_period(period)


def say_latest(bound: Mirrored) -> str:
    """The latest end of a class, from the event that it counts from, if any."""
    return say_period(bound.latest, not bound.known) + (f" after {bound.since}" if bound.since else "")


def say_worst(bound: Mirrored) -> str:
    """Copy of a class that ends last."""
    return f"{bound.paths[0].what} in {bound.paths[0].place}" if bound.paths else "nowhere"


def say_hop(hop: Mirrored) -> str:
    """One hop of a path: how long, what it is, where it is set, and how well that is known."""
    evidence = hop.evidence
    where = f" [{evidence.resource.rsplit('::', 1)[-1]}.{evidence.argument}]" if evidence.argument else ""
    source = f"; {evidence.source}" if evidence.source else ""
    return f"+ {say_period(hop.period, not hop.known):<12} {hop.label}{where} ({evidence.grade}{source})"


def say_hop_name(hop: Mirrored) -> str:
    """Identity of a hop, which does not change with its number."""
    return f"{hop.label} {hop.evidence.resource} {hop.evidence.argument}"
