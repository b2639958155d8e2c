"""The judge loop over the mutants of a recorded stack: each is judged as a whole stack, and its fate noted.

In: the registrations of a stack that passes, and its duties. Out: one `Result` per mutant, in the order of the mutants.
A judgement takes about 10 ms (two cores judge the 27,000 mutants of a stack in minutes); mutants that leave equal
resources are judged once.
"""

import gc
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from multiprocessing import get_context
from typing import Any

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.references import is_open, leaned_on
from im_stack.facts.model import Resource
from im_stack.policies.judge import Judgement, judge
from im_stack.preflight.mutants.changes import Hints, Mutant, addable, addition, additions, in_order, mutants
from im_stack.preflight.mutants.naming import naming
from im_stack.preflight.mutants.values import Elsewhere
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.terms.duties.resolve import Duties
from im_stack.terms.period import spell_period


class Fate(StrEnum):
    """What the judgement makes of a mutant."""

    KILLED = "killed"
    COUNTED = "counted"  # a bound is another, and within its limit: it is printed
    PROMISED = "promised"  # one more declared hop, listed with who must do what
    UNJUDGED = "unjudged"  # nothing looks at what was changed
    UNNOTICED = "unnoticed"  # looked at, and nothing is said about it


@dataclass(frozen=True)
class Result:
    """One mutant and its fate. `rules` are those that block it, `note` is what is printed instead."""

    type: str
    name: str
    path: str
    change: str
    fate: Fate
    rules: tuple[str, ...] = ()
    note: str = ""


def judge_mutants(
    registrations: list[Registration],
    duties: Duties,
    places: Elsewhere,
    only: str = "",
    jobs: int | None = None,
    done: Callable[[int, float], object] = lambda _number, _share: None,
) -> list[Result]:
    """Judge every mutant of a recording on `jobs` processes (one per core); in the order of the mutants.

    `only` takes the mutants of types that have this text in their token. `done` is called with how many are judged,
    and which share of all the work that is: how many there will be shows only on the way.
    """
    given = in_order(registrations), duties, places, only
    with ProcessPoolExecutor(jobs or len(os.sched_getaffinity(0)), get_context("fork"), _begin, given) as pool:
        parts = [pool.submit(_part, number) for number in range(_Parts(*given).number)]
        judged = 0
        for finished, part in enumerate(as_completed(parts), 1):
            judged += len(part.result())
            done(judged, finished / len(parts))
        return [result for part in parts for result in part.result()]


_of_process: list["_Parts"] = []


def _begin(*given: Any) -> None:
    """Run once in each process."""
    gc.disable()  # what is made for a mutant is freed with it; looking through all the rest for it costs a third
    _of_process.append(_Parts(*given))


def _part(number: int) -> list[Result]:
    return list(_of_process[0].results(number))


class _Parts:
    """All mutants of a stack in parts: those of each of its resources, of each service that a resource is added of,
    and of the references of the first resource of each type."""

    def __init__(self, registrations: list[Registration], duties: Duties, places: Elsewhere, only: str) -> None:
        self._registrations, self._duties, self._places = registrations, duties, places
        self._own = [r for r in registrations if only in r["type"]]
        self._addable = addable(registrations, only)
        self._naming = list({r["type"]: r for r in reversed(self._own) if r["custom"] and is_open(r["type"])}.values())
        self._hints = Hints(registrations)
        self.number = len(self._own) + len(self._addable) + len(self._naming)

    @cached_property
    def _judge(self) -> "_Judge":
        return _Judge(self._registrations, self._duties)

    def results(self, number: int) -> Iterator[Result]:
        """The results of one part, in the order of its mutants."""
        part = [*self._own, *self._addable, *self._naming][number]
        if number < len(self._own):
            yield from map(self._judge.result, mutants(part, self._registrations, self._places))
        elif isinstance(part, list):
            for type_ in part:
                yield from self._added(type_)
        else:
            yield from map(self._judge.result, naming(part, self._judge.targets, added=False))

    def _added(self, type_: str) -> Iterator[Result]:
        """A type that is refused as it is, is refused with any argument: only what passes is tried further."""
        for number, mutant in enumerate(additions(type_, self._registrations, self._hints, self._places)):
            result = self._judge.result(mutant)
            yield result
            if number == 0 and result.fate is Fate.KILLED:
                break
        for hints in (self._hints, None) if is_open(type_) else ():
            base = addition(type_, self._registrations, hints, self._places)
            if base and self._judge.passes(base):
                yield from map(self._judge.result, naming(base, self._judge.targets, added=True))
                break


class _Judge:
    """The stack as it is, and the judgement of its mutants."""

    def __init__(self, registrations: list[Registration], duties: Duties) -> None:
        self._duties = duties
        resources = to_resources(registrations)
        self._resources = {resource.urn: resource for resource in resources}
        self.targets = {r.type: r for _, r in sorted(leaned_on(Graph(resources)).items(), reverse=True)}
        self._today = date.today()  # for the waivers: nothing else depends on it
        self._base = judge(resources, duties, today=self._today)
        self._known: dict[str, tuple[Fate, tuple[str, ...], str]] = {}

    def passes(self, added: Registration) -> bool:
        """Whether the stack passes with one more resource."""
        return self.result(Mutant(added["type"], added["name"], "", "", added=(added,))).fate is not Fate.KILLED

    def result(self, mutant: Mutant) -> Result:
        changed = to_resources([*mutant.replaced.values(), *mutant.added])
        key = repr((sorted(mutant.removed), changed))
        if key not in self._known:
            self._known[key] = self._fate(mutant, changed)
        fate, rules, note = self._known[key]
        return Result(mutant.type, mutant.name, mutant.path, mutant.change, fate, rules, note)

    def _fate(self, mutant: Mutant, changed: list[Resource]) -> tuple[Fate, tuple[str, ...], str]:
        if not mutant.removed and all(self._resources.get(r.urn) == r for r in changed):
            return Fate.UNJUDGED, (), ""
        resources = self._resources | {r.urn: r for r in changed}
        for urn in mutant.removed:
            del resources[urn]
        found = judge(resources.values(), self._duties, today=self._today)
        killers = sorted({verdict.rule for verdict in found.verdicts if verdict.blocks})
        return (Fate.KILLED, tuple(killers), "") if killers else self._passing(found)

    def _passing(self, found: Judgement) -> tuple[Fate, tuple[str, ...], str]:
        before, now = _ends(self._base), _ends(found)
        notes = [f"{name} now ends after {spell_period(end)}" for name, end in now.items() if before.get(name) != end]
        notes += [f"{name} is no more" for name in before if name not in now]
        if notes:
            return Fate.COUNTED, (), "; ".join(notes)
        promised = sorted(f"{p.who} must {p.must}" for p in set(found.declared_hops) - set(self._base.declared_hops))
        if promised:
            return Fate.PROMISED, (), "; ".join(promised)
        return Fate.UNNOTICED, (), ""


def _ends(judgement: Judgement) -> dict[str, timedelta | None]:
    """When everything ends that a bound was made of, the earliest end of each class, and its end if a sweep fails."""
    ends: dict[str, timedelta | None] = {}
    for bound, _ in judgement.bounds:
        ends[f"the earliest of {bound.data_class}"] = bound.earliest
        ends[f"{bound.data_class} if a sweep fails"] = bound.if_sweeps_fail
        for path in reversed(bound.paths):  # the worst of a name comes last, and stays
            ends[f"{bound.data_class} as {path.what} in {path.place}"] = path.total
    return ends
