"""The judge loop over the mutants of a recorded stack: each is judged as a whole stack, and its fate noted.

In: the registrations of a stack that passes, and its duties. Out: one `Result` per mutant, in the order of the mutants.
A judgement takes about 10 ms (two cores judge the 27,000 mutants of a stack in minutes); mutants that leave equal
resources are judged once.
"""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from multiprocessing import get_context
from typing import Final

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

_LAST: Final = 1 << 30
"""The place of the mutants of references of the stack's own resources: after all others."""


_LOOKS: Final = timedelta(seconds=0.5)
"""Time between two looks at how far the processes are."""
_counts: MutableSequence[int] = []


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
    done: Callable[[int], object] = lambda _: None,
) -> list[Result]:
    """Judge every mutant of a recording on `jobs` processes (one per core); in the order of the mutants.

    `only` takes the mutants of types that have this text in their token. `done` is called now and then with how many
    are judged; how many there will be shows only on the way.
    """
    registrations = in_order(registrations)
    workers, context = jobs or len(os.sched_getaffinity(0)), get_context("fork")
    counts = context.Array("L", workers, lock=False)  # each process writes its own
    with ProcessPoolExecutor(workers, context, _count_in, (counts,)) as pool:
        parts = [pool.submit(_share, registrations, duties, places, only, at, workers) for at in range(workers)]
        while wait(parts, _LOOKS.total_seconds(), FIRST_EXCEPTION).not_done:
            done(sum(counts))
        results = [row for part in parts for row in part.result()]
    return [result for _, result in sorted(results, key=lambda row: row[0])]


def _share(
    registrations: list[Registration], duties: Duties, places: Elsewhere, only: str, at: int, workers: int
) -> list[tuple[tuple[int, int], Result]]:
    """The share of one process: every `workers`-th mutant from number `at`, each with its place in the whole order."""
    gc.disable()  # what is made for a mutant is freed with it; looking through all the rest for it costs a third
    results = []
    for result in _judged(registrations, duties, places, only, at, workers):
        results.append(result)
        _counts[at] = len(results)
    return results


def _count_in(counts: MutableSequence[int]) -> None:
    """Run once in each process: where it says how far it is."""
    global _counts  # noqa: PLW0603  # shared memory is inherited, and cannot be an argument of a task
    _counts = counts


def _judged(
    registrations: list[Registration], duties: Duties, places: Elsewhere, only: str, at: int, step: int
) -> Iterator[tuple[tuple[int, int], Result]]:
    judged = _Judge(registrations, duties)
    for number, mutant in islice(enumerate(mutants(registrations, places, only)), at, None, step):
        yield (0, number), judged.result(mutant)
    hints = Hints(registrations)
    for number, types in islice(enumerate(addable(registrations, only)), at, None, step):
        for type_ in types:
            for result in _family(additions(type_, registrations, hints, places), judged):
                yield (1 + number, 0), result
            bases = (addition(type_, registrations, each, places) for each in (hints, None)) if is_open(type_) else ()
            base = next((each for each in bases if each and judged.passes(each)), None)
            for mutant in naming(base, judged.targets, added=True) if base else ():
                yield (1 + number, 0), judged.result(mutant)
    firsts = {r["type"]: r for r in reversed(registrations) if r["custom"] and is_open(r["type"]) and only in r["type"]}
    for number, base in islice(enumerate(firsts.values()), at, None, step):
        for mutant in naming(base, judged.targets, added=False):
            yield (_LAST, number), judged.result(mutant)


def _family(family: Iterable[Mutant], judged: "_Judge") -> Iterator[Result]:
    """A type that is refused as it is, is refused with any argument: only what passes is tried further."""
    for number, mutant in enumerate(family):
        result = judged.result(mutant)
        yield result
        if number == 0 and result.fate is Fate.KILLED:
            return


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
