"""No copy of a class outlives its period (IM-RET-01..04, IM-NOS-01/02, KN-RET-01)."""

from collections.abc import Iterator
from datetime import timedelta

from im_stack.facts.model import Store
from im_stack.policies.bounds.bound import Bound, Path
from im_stack.policies.rule import Case, Finding, Outcome, Rule, nothing_holds
from im_stack.terms.duties.resolve import Duty
from im_stack.terms.period import spell_period
from im_stack.terms.texts.library import log_kinds


def _check(case: Case) -> Iterator[Finding]:
    for duty, data_class, limit, bound in case.bounded():
        if bound is None:
            yield nothing_holds(duty)
        else:
            yield from _judge(case, duty, data_class, limit, bound)


def _judge(case: Case, duty: Duty, data_class: str, limit: timedelta, bound: Bound) -> Iterator[Finding]:
    """One finding for each path that is too long or not known, or one for the longest when all end in time."""
    # equivalent(operand): what is not known has no total
    broken = [path for path in bound.paths if path.unknown or path.total is None or path.total > limit]
    for path in broken or bound.paths[:1]:
        message = f"{data_class}: {path.what} in {path.place} {_ends(path)}, the limit is {spell_period(limit)}"
        last = path.hops[-1].evidence
        if path.unknown:
            yield Finding(
                data_class, Outcome.UNPROVEN, message, _to_know(case, path, data_class), last, path.hops, duty
            )
        elif path in broken:
            fix = _fix(case, path, limit, data_class)
            yield Finding(data_class, Outcome.FAIL, message, fix, last, path.hops, duty)
        else:
            yield Finding(data_class, Outcome.PASS, message, "", last, path.hops, duty)


def _ends(path: Path) -> str:
    if path.unknown:
        # equivalent(return): the text of a finding: tests/golden
        return "ends at a time not known before deployment"
    return "never ends" if path.total is None else f"ends after {spell_period(path.total)}"


def _to_know(case: Case, path: Path, data_class: str) -> str:
    why = next(hop.label for hop in path.hops if hop.unknown)
    return f"set it to a value known before deployment ({why}){_or_empty(case, path, data_class)}"


def _or_empty(case: Case, path: Path, data_class: str) -> str:
    """How an owner says that a log holds none of a class; nothing where the path ends in no log."""
    if path.what not in log_kinds():
        return ""
    service = next((s.service for s in case.facts.of(Store) if case.facts.name(s.subject) == path.place), "")
    key = f"im:classes.{data_class}.outside: {service}/{path.what}"
    return f", declare why it holds none of the class ({key}; of a store of your own: `holds(..., outside=...)`)"


def _fix(case: Case, path: Path, limit: timedelta, data_class: str) -> str:
    """The smallest change that satisfies the duty, or the provider floor that makes it impossible."""
    total, least = path.total, path.least
    if least is None:
        endless = next(hop for hop in path.hops if hop.least is None)
        argument = endless.evidence.argument
        # equivalent(negate): the text of a finding: tests/golden
        end = f"set {argument} so that it ends ({endless.label})" if argument else f"give {endless.label!r} an end"
        return f"{end}{_or_empty(case, path, data_class)}, or seal the class (backups: sealed)"
    if least >= limit:
        # equivalent(filter): the text of a finding: tests/golden
        floors = ", ".join(f"{hop.label} {spell_period(hop.least)}" for hop in path.hops if hop.least)
        return (
            f"impossible on this path: the least it can be is {spell_period(least)} ({floors}); "
            f"seal the class (im:classes.{data_class}.backups: sealed) or choose a longer period"
        )
    for hop in path.hops:
        if hop.period is None:
            return f"set {hop.evidence.argument} so that the path ends within {spell_period(limit)}"
        slack = hop.period - (hop.least or timedelta(0))  # equivalent(operand): a hop with a period has a least
        if total is not None and slack >= total - limit:
            longest = hop.period - (total - limit)
            what = hop.evidence.argument or hop.label
            return f"set {what} to at most {spell_period(longest)}, it is {spell_period(hop.period)}"
    return f"shorten the hops of this path by {spell_period((total or timedelta(0)) - limit)} together"


RULE = Rule("ceiling", "No copy outlives its period", _check)
