"""Changes between two reports on one stack: verdicts, bounds, places, waivers, assumptions.

In: `Report`s before and after, and the day of the deployment. Out: `Change`s, for `show` to write. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from im_stack.facts.values.changes import Settled, objections
from im_stack.policies.say import say_hop_name, say_latest, say_period, say_worst
from im_stack.preflight.judgement.older_data import all_hold_from, said
from im_stack.preflight.reports.as_json import AnyReport, Bound, Chosen, Problems, Report, Verdict
from im_stack.preflight.reports.diff.steps import LostStore


@dataclass(frozen=True, slots=True)
class ClassChange:
    """A class whose bound, limit or declaration changed.

    Where the bound went down, what is already written keeps the one it was written under: the new one is true of all
    data only `true_from` that day on, or (`never_true`) not by waiting at all.
    """

    data_class: str
    lines: tuple[str, ...]
    true_from: date | None = None
    never_true: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Changes of one stack. `before` and `after` are headlines, None where there is no such stack; `refused` is
    what no update carries out."""

    stack: str
    before: str | None
    after: str | None
    place: tuple[str, ...] = ()
    classes: tuple[ClassChange, ...] = ()
    worse: tuple[Verdict, ...] = ()
    better: tuple[Verdict, ...] = ()
    waivers: tuple[str, ...] = ()
    leaning: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    lost: tuple[LostStore, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed at all."""
        parts = (self.place, self.classes, self.worse, self.better, self.waivers, self.leaning, self.problems)
        return self.before == self.after and not any((*parts, self.lost, self.refused))


def compare(
    before: Mapping[str, AnyReport],
    after: Mapping[str, AnyReport],
    today: date,
    lost: Mapping[str, tuple[LostStore, ...]],
) -> list[Change]:
    """Changes of every stack of either side, in the order of their names.

    `today` is the day of the deployment, from which a lowered period counts. `lost` is, per stack, what a preview
    would replace or delete.
    """
    return [
        _stack(name, before.get(name), after.get(name), today, lost.get(name, ())) for name in sorted({*before, *after})
    ]


def _stack(name: str, old: AnyReport | None, new: AnyReport | None, today: date, lost: tuple[LostStore, ...]) -> Change:
    headlines = (name, _headline(old), _headline(new))
    broken = tuple(
        f"{side}: {problem.what}"
        for side, judged in (("before", old), ("after", new))
        if isinstance(judged, Problems)
        for problem in judged.problems
    )
    if not isinstance(old, Report) or not isinstance(new, Report):
        now = new if isinstance(new, Report) else None
        found = [verdict for verdict in (now.verdicts if now else []) if verdict.blocks]
        waivers = [f"new: {line}" for line in _waivers(now)] if now else []
        return Change(*headlines, worse=tuple(found), waivers=tuple(waivers), problems=broken, lost=lost)
    worse, better = _verdicts(old.verdicts, new.verdicts)
    return Change(
        *headlines,
        place=tuple(_place(old, new)),
        classes=tuple(_classes(old, new, today)),
        worse=worse,
        better=better,
        waivers=tuple(_listed(_waivers(old), _waivers(new))),
        leaning=tuple(_listed(_leaning(old), _leaning(new))),
        problems=broken,
        lost=lost,
        refused=tuple(_refused(old, new)),
    )


def _headline(judged: AnyReport | None) -> str | None:
    return None if judged is None else "could not be judged" if isinstance(judged, Problems) else judged.headline


def _place(was: Report, now: Report) -> Iterator[str]:
    if (was.cloud, was.region) != (now.cloud, now.region):
        yield f"region: {was.cloud} {was.region} -> {now.cloud} {now.region}"
    if was.jurisdiction != now.jurisdiction:
        yield f"jurisdiction: {was.jurisdiction} -> {now.jurisdiction}"
    yield from _listed(*([f"instrument {name}" for name in side.instruments] for side in (was, now)))


def _refused(was: Report, now: Report) -> Iterator[str]:
    """Changes of what stays as it is once deployed, and the size that asks for them."""
    file = f"Pulumi.{now.stack}.yaml"
    back = f": set im:size in {file} back from {now.size} to {was.size}" if was.size != now.size else ""
    before, after = ([Settled(**row.model_dump()) for row in side.settled] for side in (was, now))
    for each in objections(before, after):
        yield f"{each.before.resource}: {each}{back}"


def _classes(was: Report, now: Report, today: date) -> Iterator[ClassChange]:
    old_bounds, new_bounds = ({row.data_class: row for row in side.bounds} for side in (was, now))
    old_words, new_words = ({row.data_class: row for row in side.classes} for side in (was, now))
    for name in sorted({*old_bounds, *new_bounds, *old_words, *new_words}):
        old, new = old_bounds.get(name), new_bounds.get(name)
        words = new_words.get(name)
        lines = [*_chosen(old_words.get(name), words), *_bound(old, new)]
        if lines:
            since = _since(old, new, words.migration if words else None, today)
            yield ClassChange(name, (*lines, *_broken(name, old, new, since, today)), *since)


def _chosen(old: Chosen | None, new: Chosen | None) -> Iterator[str]:
    if old is None or new is None:
        if old != new:
            yield "the class is no longer declared" if new is None else "the class is declared"
        return
    yield from _moved(
        ("stored", old.store, new.store),
        ("declared period", _agreed(old.period), _agreed(new.period)),
        ("clock", old.clock, new.clock),
        ("backups", old.backups, new.backups),
        ("form", old.form or "none", new.form or "none"),
        ("erasure within", _agreed(old.erasure), _agreed(new.erasure)),
    )


def _bound(old: Bound | None, new: Bound | None) -> Iterator[str]:
    def both(what: str, spell: Callable[[Bound], str], nothing: str = "none") -> tuple[str, str, str]:
        return what, spell(old) if old else nothing, spell(new) if new else nothing

    yield from _moved(
        both("latest end", say_latest),
        both("earliest end", lambda bound: say_period(bound.earliest)),
        both("if a sweep fails", lambda bound: say_period(bound.if_sweeps_fail)),
        both("where it ends last", say_worst, "nowhere"),
    )


def _moved(*rows: tuple[str, object, object]) -> Iterator[str]:
    return (f"{what}: {before} -> {after}" for what, before, after in rows if before != after)


def _since(old: Bound | None, new: Bound | None, migration: timedelta | None, today: date) -> tuple[date | None, bool]:
    """The day from which a lowered bound holds for all data (a begun day counts as a day), or that it never does.

    A sweep that applies the new period to older data ends the wait for it."""
    if old is None or new is None or not new.known or new.latest is None:
        return None, False
    day = all_hold_from(old.latest if old.known else None, migration, today)
    lowered = not old.known or old.latest is None or old.latest > new.latest
    return (day if lowered else None), day is None


def _broken(
    name: str, old: Bound | None, new: Bound | None, since: tuple[date | None, bool], today: date
) -> Iterator[str]:
    """The time in which older data breaks the limit that is new: a period counts from the day on which it is chosen."""
    true_from, never_true = since
    if new is None or old is None or not (true_from or never_true):
        return
    if not old.known or old.latest is None or old.latest > new.limit:
        yield said(name, new.limit, true_from, today)


def _verdicts(old: Iterable[Verdict], new: Iterable[Verdict]) -> tuple[tuple[Verdict, ...], tuple[Verdict, ...]]:
    """Verdicts that block now and did not, and those that blocked and no longer do."""
    before, after = ({_identity(verdict): verdict for verdict in side if verdict.blocks} for side in (old, new))
    return (
        tuple(verdict for key, verdict in after.items() if key not in before),
        tuple(verdict for key, verdict in before.items() if key not in after),
    )


def _identity(verdict: Verdict) -> tuple[str, ...]:
    """A finding keeps its identity when lines and numbers move, and is another one when it gets worse."""
    argument = verdict.evidence.argument if verdict.evidence else ""
    where = verdict.message if not verdict.hops else ""
    return verdict.rule, verdict.outcome, verdict.subject, argument, where, *map(say_hop_name, verdict.hops)


def _waivers(report: Report) -> list[str]:
    return [
        f"waiver of {row.rule} on {row.resource} by {row.owner} until {row.expires}"
        + ("" if row.holds else f" (does not hold: {row.fault})")
        for row in report.waivers
    ]


def _leaning(report: Report) -> list[str]:
    hops = [f"declared: {hop.subject}: {hop.who} must {hop.must}" for hop in report.declared_hops]
    assumed = [f"assumption {row.id}" for row in report.assumptions]
    lags = {f"assumed: {say_period(h.period)} {h.label} ({h.evidence.source})" for h in report.assumed_hops}
    return [*hops, *assumed, *sorted(lags)]


def _listed(old: list[str], new: list[str]) -> Iterator[str]:
    yield from (f"new: {line}" for line in new if line not in old)
    yield from (f"gone: {line}" for line in old if line not in new)


def _agreed(period: timedelta | None) -> str:
    return "none" if period is None else say_period(period)
