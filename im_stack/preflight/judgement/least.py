"""Least period with which a class of a stack passes: measured, by checking the stack with one period after another.

In: a stack file. Out: periods as timedelta, to the minute below a day, to the hour below a week, else to the day; None
where no period up to `MOST` passes. Raises `InputError` where the stack cannot be checked as it is.
"""

import json
from bisect import bisect_left
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from im_stack.policies.bounds.bound import sum_of
from im_stack.policies.judge import Judgement, Verdict, judge
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import duties_of
from im_stack.preflight.recording.record import Recorder
from im_stack.preflight.recording.recording import to_resources
from im_stack.preflight.stack_files.stack_file import StackFile, read_stack
from im_stack.terms.period import format_period, longest, spell_period
from im_stack.terms.problem import InputError
from im_stack.terms.stack.declaration import Declaration

MOST: Final = timedelta(days=60)
_MINUTES, _HOURS = 24 * 60, 7 * 24
_TRIED: Final = (
    *(timedelta(minutes=n) for n in range(1, _MINUTES)),
    *(timedelta(hours=n) for n in range(24, _HOURS)),
    *(timedelta(days=n) for n in range(7, MOST.days + 1)),
)
_RULES: Final = ("ceiling", "no-store")
_KEY: Final = "im:classes"


@dataclass(frozen=True)
class Least:
    """The least periods of one class: stored, and in passing where it is not stored."""

    data_class: str
    stored: timedelta | None
    passing: timedelta | None


def least_periods(project: Path, name: str, today: date) -> list[Least]:
    """The least periods of every class of a stack, in the order of their names."""
    stack = read_stack(project, name)
    with Recorder() as recorder:
        return [
            Least(
                data_class,
                least_period(stack, data_class, recorder, today, stored=True),
                least_period(stack, data_class, recorder, today, stored=False),
            )
            for data_class in sorted(duties_of(stack).declaration.classes)
        ]


def least_period(
    stack: StackFile,
    data_class: str,
    recorder: Recorder,
    today: date,
    *,
    stored: bool,
    above: timedelta = timedelta(0),
    guess: timedelta | None = None,
) -> timedelta | None:
    """The least period of one class, `above` one that fails: what is longer passes, too. From a good `guess` two checks
    find it, without one a search by halves does."""
    tried = [period for period in _TRIED if period > above]
    low, high = -1, len(tried)  # what fails, and what passes; neither is known
    probe, step = (high - 1, high // 2) if guess is None else (min(bisect_left(tried, guess), high - 1), 1)
    while high - low > 1:
        if _passes(stack, data_class, tried[probe], recorder, today, stored):
            high = probe
        else:
            low = probe
        if low < 0 or high == len(tried):  # outwards, in longer and longer steps
            probe = max(high - step, 0) if low < 0 else min(low + step, high - 1)
            step *= 2
        else:
            probe = (low + high) // 2
    return tried[high] if high < len(tried) else None


def with_least(
    judgement: Judgement, stack: StackFile, declaration: Declaration, recorder: Recorder | None, today: date
) -> Judgement:
    """The judgement in which every period that is too short says which one would do."""
    classes = declaration.classes
    short = sorted({v.subject for v in judgement.verdicts if _is_short(v) and v.subject in classes})
    if not short:
        return judgement
    with nullcontext(recorder) if recorder else Recorder() as measuring:
        found = {
            name: least_period(
                stack,
                name,
                measuring,
                today,
                stored=classes[name].store,
                above=classes[name].limit or timedelta(0),
                guess=_lowest(judgement, name),
            )
            for name in short
        }
    said = {
        name: f"the least period that passes here is {spell_period(least)}"
        if least
        else f"no period up to {spell_period(MOST)} passes here: it is not the period that must change"
        for name, least in found.items()
    }
    return replace(
        judgement,
        verdicts=tuple(
            replace(v, fix=f"{v.fix}; {said[v.subject]}") if _is_short(v) and v.subject in said else v
            for v in judgement.verdicts
        ),
    )


def _lowest(judgement: Judgement, data_class: str) -> timedelta | None:
    """What the ledger says that every path of a class takes at least, however short its period; None where one has no
    end."""
    bound = next((bound for bound, _ in judgement.bounds if bound.data_class == data_class), None)
    return longest(*(path.least for path in bound.paths)) if bound else None


def _is_short(verdict: Verdict) -> bool:
    """Whether a longer period might do: what has no end, or none that is known, ends within none."""
    return verdict.rule == "ceiling" and verdict.outcome is Outcome.FAIL and sum_of(verdict.hops) is not None


def _passes(
    stack: StackFile, data_class: str, period: timedelta, recorder: Recorder, today: date, stored: bool
) -> bool:
    asked = _with_period(stack, data_class, format_period(period), stored)
    try:
        duties = duties_of(asked)
        judgement = judge(to_resources(recorder.record(asked)["registrations"]), duties, today=today)
    except InputError:
        return False
    return not any(v.weak and v.rule in _RULES and v.subject == data_class for v in judgement.verdicts)


def _with_period(stack: StackFile, data_class: str, period: str, stored: bool) -> StackFile:
    """The stack with another period for a class, and the length of its epochs left to the plan."""
    classes = dict(stack.structured[_KEY])
    choice = {key: value for key, value in classes[data_class].items() if key not in ("store", "period", "transient")}
    if isinstance(choice.get("sealing"), dict):
        choice["sealing"] = {key: value for key, value in choice["sealing"].items() if key != "epoch"}
    passing = {"within": period, "source": "to measure the least"}
    chosen = {"period": period, "clock": choice.get("clock") or "birth"} if stored else {"transient": passing}
    classes[data_class] = choice | {"store": stored} | chosen
    return replace(
        stack,
        structured={**stack.structured, _KEY: classes},
        config={**stack.config, _KEY: json.dumps(classes, default=str)},
    )
