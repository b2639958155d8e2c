"""What changed between two judgements of one stack: pure, from report to report."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from im_stack.facts.mechanism.changes import Settled, objections
from im_stack.preflight.reports.diff.read import Judged
from im_stack.preflight.reports.diff.steps import Lost
from im_stack.preflight.reports.shape import Bound, Chosen, Report, Verdict
from im_stack.terms.period import read_period, spell_period

_BLOCKING: Final = ("fail", "unproven")


@dataclass(frozen=True, slots=True)
class Moved:
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
    """What changed in one stack. `before` and `after` are headlines, None where there is no such stack; `refused` is
    what no update carries out."""

    stack: str
    before: str | None
    after: str | None
    place: tuple[str, ...] = ()
    classes: tuple[Moved, ...] = ()
    worse: tuple[Verdict, ...] = ()
    better: tuple[Verdict, ...] = ()
    waivers: tuple[str, ...] = ()
    leaning: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing changed at all."""
        told = (
            self.place,
            self.classes,
            self.worse,
            self.better,
            self.waivers,
            self.leaning,
            self.problems,
            self.lost,
            self.refused,
        )
        return self.before == self.after and not any(told)


def compare(
    before: Mapping[str, Judged], after: Mapping[str, Judged], today: date, lost: Mapping[str, tuple[Lost, ...]]
) -> list[Change]:
    """What changed in every stack of either side, in the order of their names.

    `today` is the day of the deployment, from which a lowered period counts. `lost` is, per stack, what a preview
    would replace or delete.
    """
    return [
        _stack(name, before.get(name), after.get(name), today, lost.get(name, ())) for name in sorted({*before, *after})
    ]


def _stack(name: str, old: Judged | None, new: Judged | None, today: date, lost: tuple[Lost, ...]) -> Change:
    headlines = (name, _headline(old), _headline(new))
    broken = tuple(
        f"{side}: {problem['what']}"
        for side, judged in (("before", old), ("after", new))
        if judged is not None and judged["schema"] == "im-preflight-problems/1"
        for problem in judged["problems"]
    )
    was, now = _judged(old), _judged(new)
    if was is None or now is None:
        found = [verdict for verdict in (now["verdicts"] if now else []) if _blocks(verdict)]
        waivers = [f"new: {line}" for line in _waivers(now)] if now else []
        return Change(*headlines, worse=tuple(found), waivers=tuple(waivers), problems=broken, lost=lost)
    worse, better = _verdicts(was["verdicts"], now["verdicts"])
    return Change(
        *headlines,
        place=tuple(_place(was, now)),
        classes=tuple(_classes(was, now, today)),
        worse=worse,
        better=better,
        waivers=tuple(_listed(_waivers(was), _waivers(now))),
        leaning=tuple(_listed(_leaning(was), _leaning(now))),
        problems=broken,
        lost=lost,
        refused=tuple(_refused(was, now)),
    )


def _judged(judged: Judged | None) -> Report | None:
    return judged if judged is not None and judged["schema"] == "im-preflight-report/1" else None


def _headline(judged: Judged | None) -> str | None:
    return None if judged is None else "could not be judged" if _is_broken(judged) else str(judged.get("headline"))


def _is_broken(judged: Judged) -> bool:
    return judged["schema"] == "im-preflight-problems/1"


def _place(was: Report, now: Report) -> Iterator[str]:
    if (was["cloud"], was["region"]) != (now["cloud"], now["region"]):
        yield f"region: {was['cloud']} {was['region']} -> {now['cloud']} {now['region']}"
    if was["jurisdiction"] != now["jurisdiction"]:
        yield f"jurisdiction: {was['jurisdiction']} -> {now['jurisdiction']}"
    yield from _listed(
        [f"instrument {name}" for name in was["instruments"]], [f"instrument {name}" for name in now["instruments"]]
    )


def _refused(was: Report, now: Report) -> Iterator[str]:
    """Changes of what stays as it is once deployed, and the size that asks for them."""
    sizes = was.get("size"), now.get("size")
    file = f"Pulumi.{now['stack']}.yaml"
    back = f": set im:size in {file} back from {sizes[1]} to {sizes[0]}" if sizes[0] != sizes[1] else ""
    for each in objections(_settled(was), _settled(now)):
        yield f"{each.before.resource}: {each}{back}"


def _settled(report: Report) -> list[Settled]:
    return [Settled(**row) for row in report.get("settled", ())]


def _classes(was: Report, now: Report, today: date) -> Iterator[Moved]:
    old_bounds, new_bounds = ({row["class"]: row for row in side["bounds"]} for side in (was, now))
    old_words, new_words = ({row["class"]: row for row in side["classes"]} for side in (was, now))
    for name in sorted({*old_bounds, *new_bounds, *old_words, *new_words}):
        old, new = old_bounds.get(name), new_bounds.get(name)
        lines = [*_chosen(old_words.get(name), new_words.get(name)), *_bound(old, new)]
        if lines:
            yield Moved(name, tuple(lines), *_since(old, new, today))


def _chosen(old: Chosen | None, new: Chosen | None) -> Iterator[str]:
    if old is None or new is None:
        if old != new:
            yield "the class is no longer declared" if new is None else "the class is declared"
        return
    if old["store"] != new["store"]:
        yield f"stored: {old['store']} -> {new['store']}"
    for what, before, after in (
        ("declared period", _agreed(old["period"]), _agreed(new["period"])),
        ("clock", old["clock"], new["clock"]),
        ("backups", old["backups"], new["backups"]),
        ("erasure within", _agreed(old["erasure"]), _agreed(new["erasure"])),
    ):
        if before != after:
            yield f"{what}: {before} -> {after}"


def _bound(old: Bound | None, new: Bound | None) -> Iterator[str]:
    for what, before, after in (
        ("latest end", _latest(old), _latest(new)),
        ("earliest end", _end(old, "earliestEnd"), _end(new, "earliestEnd")),
        ("if a sweep fails", _end(old, "latestEndIfSweepsFail"), _end(new, "latestEndIfSweepsFail")),
        ("where it ends last", _worst(old), _worst(new)),
    ):
        if before != after:
            yield f"{what}: {before} -> {after}"


def _since(old: Bound | None, new: Bound | None, today: date) -> tuple[date | None, bool]:
    """From when a bound that went down is true of all data, a begun day being a day; or that it never is."""
    if old is None or new is None or not new["known"] or new["latestEnd"] is None:
        return None, False
    if old["latestEnd"] is None or not old["known"]:
        return None, True
    written = read_period(old["latestEnd"])
    days = -(-written // timedelta(days=1))
    return (today + timedelta(days=days) if written > read_period(new["latestEnd"]) else None), False


def _verdicts(old: Iterable[Verdict], new: Iterable[Verdict]) -> tuple[tuple[Verdict, ...], tuple[Verdict, ...]]:
    """What blocks now and did not, and what did and no longer does."""
    before = {_identity(verdict): verdict for verdict in old if _blocks(verdict)}
    after = {_identity(verdict): verdict for verdict in new if _blocks(verdict)}
    return (
        tuple(verdict for key, verdict in after.items() if key not in before),
        tuple(verdict for key, verdict in before.items() if key not in after),
    )


def _blocks(verdict: Verdict) -> bool:
    return verdict["outcome"] in _BLOCKING and not verdict["waived"]


def _identity(verdict: Verdict) -> tuple[str, ...]:
    """A finding keeps its identity when lines and numbers move, and is another one when it gets worse."""
    argument = verdict["evidence"]["argument"] if verdict["evidence"] else ""
    hops = (f"{hop['label']} {hop['evidence']['resource']} {hop['evidence']['argument']}" for hop in verdict["path"])
    where = verdict["message"] if not verdict["path"] else ""
    return verdict["rule"], verdict["outcome"], verdict["subject"], argument, where, *hops


def _waivers(report: Report) -> list[str]:
    return [
        f"waiver of {row['rule']} on {row['resource']} by {row['owner']} until {row['expires']}"
        + ("" if row["holds"] else f" (does not hold: {row['fault']})")
        for row in report["waivers"]
    ]


def _leaning(report: Report) -> list[str]:
    hops = [f"declared: {hop['subject']}: {hop['who']} must {hop['must']}" for hop in report["declaredHops"]]
    assumed = [f"assumption {row['id']}" for row in report["assumptions"]]
    lags = {f"assumed: {_spell(h['period'])} {h['label']} ({h['evidence']['source']})" for h in report["assumedHops"]}
    return [*hops, *assumed, *sorted(lags)]


def _listed(old: list[str], new: list[str]) -> Iterator[str]:
    yield from (f"new: {line}" for line in new if line not in old)
    yield from (f"gone: {line}" for line in old if line not in new)


def _latest(bound: Bound | None) -> str:
    return "none" if bound is None else _spell(bound["latestEnd"]) if bound["known"] else "not known"


def _end(bound: Bound | None, key: str) -> str:
    return "none" if bound is None else _spell(bound[key])  # type: ignore[literal-required]


def _worst(bound: Bound | None) -> str:
    return f"{bound['paths'][0]['what']} in {bound['paths'][0]['place']}" if bound and bound["paths"] else "nowhere"


def _agreed(text: str | None) -> str:
    return "none" if text is None else _spell(text)


def _spell(text: str | None) -> str:
    return "unbounded" if text is None else spell_period(read_period(text))
