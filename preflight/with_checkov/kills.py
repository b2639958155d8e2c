"""What Checkov's own checks make of the mutants of a stack: `python -m preflight.with_checkov.kills STACK PYTHON`.

PYTHON is that of Checkov's environment. The mutants are those of `preflight mutate`, all of them. Checkov's checks for
Tencent Cloud each look at one resource, so every changed resource is laid into one plan under a name of its own, and
what is left out or changed in its options alone needs no look: a check that no resource fails cannot fail for that.
That none of the checks looks at more is asserted where they run; for a cloud where some do, this says so and stops.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from facts.cloud import PROVIDER
from preflight.check import Check, check_stack
from preflight.mutants.changes import Hints, Mutant, additions, mutants
from preflight.mutants.explained import Explained, explain, harmless
from preflight.mutants.judged import Fate, Result, judge_mutants
from preflight.mutants.run import places_of
from preflight.recording import Registration
from preflight.terraform.view import plan_view
from terms.problem import InputError, Problem

Fails = frozenset[str]


@dataclass(frozen=True)
class Compared:
    """One mutant: what becomes of it here, and which checks of Checkov fail that did not before."""

    result: Result
    checks: Fails


def compare(checked: Check, results: Sequence[Result], python: Path) -> tuple[str, list[Compared]]:
    """Checkov's version, and every mutant with what both make of it, in the order of `results`."""
    registrations = checked.recording["registrations"]
    changed = list(_mutants_of(results, registrations, checked))
    laid: dict[str, Registration] = {}
    names = [[_laid(r, laid) for r in (*mutant.replaced.values(), *mutant.added) if _is_seen(r)] for mutant in changed]
    base = {(r["type"], r["name"]): _laid(r, laid) for r in registrations if _is_seen(r)}
    version, fails = _ask(plan_view({"registrations": [*registrations, *laid.values()], "notices": []}), python)
    before = {key: fails.get(name, frozenset()) for key, name in base.items()}
    found = []
    for result, mutant, of_mutant in zip(results, changed, names, strict=True):
        if (result.type, result.name, result.path, result.change) != (
            mutant.type,
            mutant.name,
            mutant.path,
            mutant.change,
        ):
            raise AssertionError(f"the mutants came in another order: {result} is not {mutant.label}")
        now = frozenset[str]().union(*(fails.get(name, frozenset()) for name in of_mutant))
        found.append(Compared(result, now - before.get((mutant.type, mutant.name), frozenset())))
    return version, found


def _mutants_of(results: Sequence[Result], registrations: list[Registration], checked: Check) -> Iterator[Mutant]:
    """The mutant behind each result: they are made again, in the same order."""
    places, hints = places_of(checked), Hints(registrations)
    again = iter(mutants(registrations, places))
    at = 0
    for mutant in again:
        at += 1
        yield mutant
    for type_, family in groupby(results[at:], key=lambda result: result.type):
        made = additions(type_, registrations, hints, places)
        yield from (next(made) for _ in family)


def _is_seen(r: Registration) -> bool:
    return r["custom"] and not r["type"].startswith(PROVIDER) and not r["read"]


def _laid(r: Registration, laid: dict[str, Registration]) -> str:
    """The name under which a resource lies in the plan; what looks the same lies there once."""
    key = json.dumps([r["type"], r["inputs"], r["links"]], sort_keys=True)
    if key not in laid:
        name = f"laid{len(laid)}"
        laid[key] = {**r, "name": name, "urn": f"{r['urn'].rpartition('::')[0]}::{name}", "parent": ""}
    return laid[key]["name"]


def _ask(plan: str, python: Path) -> tuple[str, dict[str, Fails]]:
    """Have Checkov look at a plan: its version, and the checks that fail by the name of the resource."""
    command = [str(python), "-m", "preflight.with_checkov.kills_of"]
    run = subprocess.run(command, input=plan, capture_output=True, text=True, check=False)
    if run.returncode:
        raise InputError(Problem(f"Checkov could not be asked: {run.stderr.strip()[-300:]}", "make kills"))
    answer = json.loads(run.stdout)
    return answer["version"], {name: frozenset(checks) for name, checks in answer["fails"].items()}


def lines(stack: str, day: str, version: str, found: Sequence[Compared], explained: Explained) -> Iterator[str]:
    """The report: kills of both, Checkov's check by check, and why each that is Checkov's alone harms nobody."""
    ours = {id(row) for row in found if row.result.fate is Fate.KILLED}
    theirs = [row for row in found if row.checks]
    both = [row for row in theirs if id(row) in ours]
    yield f"{stack}: {len(found):,} mutants, Checkov {version}, {day}"
    yield f"  {len(ours):>7,} killed by the rules here"
    yield f"  {len(theirs):>7,} killed by a check of Checkov's own, {len(both):,} of them by a rule here, too"
    yield ""
    yield "| check | kills | of them killed here |"
    yield "|---|---|---|"
    total = Counter(check for row in theirs for check in row.checks)
    shared = Counter(check for row in both for check in row.checks)
    for check, count in sorted(total.items()):
        yield f"| {check} | {count:,} | {shared[check]:,} |"
    yield ""
    yield from _alone((row for row in theirs if id(row) not in ours), explained)


def _alone(rows: Iterable[Compared], explained: Explained) -> Iterator[str]:
    reasons = {id(result): reason.why for result, reason in explained.reasons}
    grouped: dict[tuple[str, str], int] = {}
    for row in rows:
        said = reasons.get(id(row.result)) or row.result.note or row.result.fate.value
        for check in row.checks:
            grouped[check, said] = grouped.get((check, said), 0) + 1
    for (check, said), count in sorted(grouped.items()):
        yield f"{check} alone, {count}: {said}"


def main(stack: str, python: Path) -> None:
    checked = check_stack(Path(), stack)
    results = judge_mutants(checked.recording["registrations"], checked.duties, places_of(checked))
    explained = explain(results, harmless(checked.duties.declaration.cloud))
    version, found = compare(checked, results, python)
    print("\n".join(lines(stack, checked.day.isoformat(), version, found, explained)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
