"""No copy of a class outlives its period (IM-RET-01..04, IM-NOS-01/02, KN-RET-01)."""

from collections.abc import Iterator
from datetime import timedelta

from policies.ledger import Bound, Path
from policies.rule import Case, Finding, Outcome, Rule
from terms.period import spell_period
from terms.resolve import Duty


def _check(case: Case) -> Iterator[Finding]:
    for duty in case.under:
        if duty.data_class is None or duty.limit is None:
            continue
        clock = case.duties.declaration.classes[duty.data_class].clock or "birth"
        bound = case.ledger.bound(duty.data_class, clock)
        if bound is None:
            yield Finding(duty.data_class, Outcome.NOT_APPLICABLE, f"nothing holds {duty.data_class}", duty=duty)
        else:
            yield _judge(duty, duty.limit, bound)


def _judge(duty: Duty, limit: timedelta, bound: Bound) -> Finding:
    worst = bound.worst
    what = f"{duty.data_class}: {worst.what} in {worst.place} ends {_after(worst)}, the limit is {spell_period(limit)}"
    too_long = next((p for p in bound.paths if not p.unknown and (p.total is None or p.total > limit)), None)
    if too_long is not None:
        message = (
            f"{duty.data_class}: {too_long.what} in {too_long.place} ends {_after(too_long)}, "
            f"the limit is {spell_period(limit)}"
        )
        return Finding(
            duty.data_class or "",
            Outcome.FAIL,
            message,
            _fix(too_long, limit, duty.data_class or ""),
            too_long.hops[-1].evidence,
            too_long.hops,
            duty,
        )
    unknown = next((path for path in bound.paths if path.unknown), None)
    if unknown is not None:
        message = f"{duty.data_class}: {unknown.what} in {unknown.place} has a hop not known before deployment"
        return Finding(
            duty.data_class or "",
            Outcome.UNPROVEN,
            message,
            "set the argument to a known value",
            unknown.hops[-1].evidence,
            unknown.hops,
            duty,
        )
    return Finding(duty.data_class or "", Outcome.PASS, what, "", worst.hops[-1].evidence, worst.hops, duty)


def _after(path: Path) -> str:
    return "never" if path.total is None else f"after {spell_period(path.total)}"


def _fix(path: Path, limit: timedelta, data_class: str) -> str:
    """The smallest change that satisfies the duty, or the provider floor that makes it impossible."""
    total, least = path.total, path.least
    if least is None:
        endless = next(hop for hop in path.hops if hop.least is None)
        return f"give {endless.label!r} an end, declare why it holds none of the class, or seal the class"
    if least >= limit:
        floors = ", ".join(f"{hop.label} {spell_period(hop.least)}" for hop in path.hops if hop.least)
        return (
            f"impossible on this path: the least it can be is {spell_period(least)} ({floors}); "
            f"seal the class (im:classes.{data_class}.backups: sealed) or choose a longer period"
        )
    for hop in path.hops:
        if hop.period is None:
            return f"set {hop.evidence.argument} so that the path ends within {spell_period(limit)}"
        slack = hop.period - (hop.least or timedelta(0))
        if total is not None and slack >= total - limit:
            longest = hop.period - (total - limit)
            what = hop.evidence.argument or hop.label
            return f"set {what} to at most {spell_period(longest)}, it is {spell_period(hop.period)}"
    return f"shorten the hops of this path by {spell_period((total or timedelta(0)) - limit)} together"


RULE = Rule("ceiling", "No copy outlives its period", _check)
