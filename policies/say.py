"""A verdict as text, for whoever sees it in the engine's output."""

from datetime import timedelta

from im_stack.facts.model import Amount
from im_stack.policies.rule import Standing, Verdict
from im_stack.terms.period import spell_period


def say(verdict: Verdict) -> str:
    """Outcome, what was found, for which duties, the path hop by hop, and the smallest change that helps."""
    duties = ", ".join(verdict.duties) + ("" if verdict.text_derived else " (not text-derived)")
    lines = [f"{verdict.outcome.value.upper()}: {verdict.message}", f"  for {duties}"]
    lines += [f"    {say_hop(hop)}" for hop in verdict.hops]
    lines += [f"  fix: {verdict.fix}"] if verdict.fix else []
    return "\n".join(lines)


def say_waiver(standing: Standing, hops: bool = True) -> list[str]:
    """A waiver in full: which, who, until when, why, where that was decided, and what it excuses, with its path."""
    waiver = standing.waiver
    lines = [
        f"{standing.title}: by {waiver.owner}, until {waiver.expires}, {waiver.evidence}",
        f"  because {waiver.reason}",
    ]
    if standing.fault or standing.idle:
        lines.append(f"  waives nothing: {standing.fault}" if standing.fault else f"  {standing.idle}")
    for verdict in standing.waives:
        lines.append(f"  waives {verdict.outcome.value.upper()}: {verdict.message}")
        lines += [f"    {say_hop(hop)}" for hop in verdict.hops if hops]
    return lines


def say_period(period: timedelta | None, unknown: bool = False) -> str:
    """A period for people, where the plan says it."""
    return "not known" if unknown else spell_period(period)


def say_hop(hop: Amount) -> str:
    """One hop of a path: how long, what it is, where it is set, and how well that is known."""
    period = say_period(hop.period, hop.unknown)
    where = hop.evidence.argument and f" [{hop.evidence.resource.rsplit('::', 1)[-1]}.{hop.evidence.argument}]"
    source = f"; {hop.evidence.source}" if hop.evidence.source else ""
    return f"+ {period:<12} {hop.label}{where} ({hop.evidence.grade.value}{source})"
