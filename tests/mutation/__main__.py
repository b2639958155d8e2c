"""`make mutants-of-code`: the judge loop over the mutants of the code; table rows and questions on access judge.

In: words that choose among the files (none: all files). Out: fates, survivors and stale reasons, as `preflight mutate`
prints them of a stack. Status 1: a survivor has no `# equivalent(...)` comment beside it, or a comment has no survivor.
"""

import gc
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from importlib import import_module
from types import FrameType, FunctionType
from typing import Any

from im_stack.preflight.mutants.equivalent import Equivalent, explain
from im_stack.preflight.mutants.judged import Fate, Result
from im_stack.preflight.mutants.report import lines
from tests.facts.access.examples import Example, examples
from tests.facts.access.generated import Generated, generated
from tests.harness.tables import Case, cases, red
from tests.mutation.checks import Check, checks
from tests.mutation.sources import (
    ROOT,
    Mutant,
    Place,
    codes,
    equivalents,
    functions,
    left_alone,
    mutants,
    run_at_import,
)

_GLOBS = (
    "im_stack/policies/abroad.py",
    "im_stack/policies/bounds/alarms.py",
    "im_stack/policies/bounds/bound.py",
    "im_stack/policies/bounds/erasure.py",
    "im_stack/policies/bounds/flows.py",
    "im_stack/policies/bounds/ledger.py",
    "im_stack/policies/rules/*.py",
    "im_stack/facts/tencent/**/*.py",
    "im_stack/facts/aws/**/*.py",
    "im_stack/facts/mechanism/rows.py",
    "im_stack/facts/knowledge/*.py",
    "im_stack/facts/access/*.py",
)
_SECONDS = 5
"""Of CPU: how long one judge may take."""
Judge = Case | Example | Generated | Check
Functions = dict[Place, list[FunctionType]]


class _TooLongError(BaseException):
    """Nothing that is judged may catch it."""


def _judges() -> list[Judge]:
    """Table rows, published examples of policies, generated questions on access, and tests of the judgement."""
    return [*cases(), *examples(), *generated(), *checks()]


def _red(judge: Judge) -> bool:
    return red(judge) if isinstance(judge, Case) else judge.red()


def _files(named: list[str]) -> list[str]:
    found = sorted(str(path.relative_to(ROOT)) for glob in _GLOBS for path in ROOT.glob(glob))
    return [file for file in found if not named or any(name in file for name in named)]


def _caches(files: list[str]) -> list[Any]:
    paths = {str(ROOT / file) for file in files}
    wrapped = [thing for thing in gc.get_objects() if isinstance(thing, _lru_cache_wrapper)]
    return [
        w for w in wrapped if getattr(w.__wrapped__, "__code__", None) and w.__wrapped__.__code__.co_filename in paths
    ]


def _index(files: list[str], caches: list[Any]) -> dict[tuple[str, int], list[Judge]]:
    """The cases that run through each line."""
    paths = {str(ROOT / file): file for file in files}
    index: dict[tuple[str, int], dict[Judge, None]] = defaultdict(dict)
    now: list[Judge] = []

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            index[paths[frame.f_code.co_filename], frame.f_lineno][now[0]] = None
        return line

    def call(frame: FrameType, *_: Any) -> Any:
        return line if frame.f_code.co_filename in paths else None

    for case in _judges():
        for wrapped in caches:
            wrapped.cache_clear()
        now[:] = [case]
        sys.settrace(call)
        try:
            assert not _red(case), case
        finally:
            sys.settrace(None)
    return {place: list(found) for place, found in index.items()}


@contextmanager
def _changed(mutant: Mutant, loaded: Functions, caches: list[Any]) -> Iterator[None]:
    kept = []
    try:
        for place, code in codes(mutant).items():
            for function in loaded.get(place, []):
                kept.append((function, function.__code__))
                function.__code__ = code
        for wrapped in caches:
            wrapped.cache_clear()
        yield
    finally:
        for function, code in kept:
            function.__code__ = code
        for wrapped in caches:
            wrapped.cache_clear()


def _too_long(*_: Any) -> None:
    raise _TooLongError


def _turns_red(case: Judge) -> bool:
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
        try:
            return _red(case)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except (Exception, _TooLongError):  # whatever breaks the judgement is noticed
        return True


def _killer(among: list[Judge], recent: list[Judge]) -> Judge | None:
    """The case that turns red: those that did so lately are asked first."""
    mine = set(among)
    first = [case for case in recent if case in mine]
    return next((case for case in [*first, *(c for c in among if c not in set(first))] if _turns_red(case)), None)


def _judged(files: list[str]) -> Iterator[Result]:
    """The fate of every mutant; `rules` is the rule of the case that kills it."""
    for file in _files([]):  # all of them: the closures of a file may be made by others
        import_module(file.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    caches, loaded, imported = _caches(_files([])), functions(files), run_at_import(_files([]))
    index = _index(files, caches)
    signal.signal(signal.SIGVTALRM, _too_long)
    for file in files:
        recent: list[Judge] = []
        alone = left_alone(file)
        for mutant in mutants(file):
            if mutant.at[0] in alone:
                continue
            among = list({case: None for line in mutant.lines for case in index.get((file, line), [])})
            if not among and (file, mutant.function[1]) in imported:
                continue
            try:
                with _changed(mutant, loaded[file], caches):
                    killer = _killer(among, recent[:40])
            except ValueError:  # a closure that needs other variables than the one that is loaded
                continue
            if killer:
                recent = [killer, *(case for case in recent if case is not killer)]
            fate = Fate.KILLED if killer else Fate.UNNOTICED if among else Fate.UNJUDGED
            what = f"{mutant.operator}: {mutant.was} → {mutant.becomes}"
            yield Result(file, mutant.function[0], str(mutant.line), what, fate, (killer.rule,) if killer else ())


def _explained(files: list[str]) -> list[Equivalent]:
    return [
        Equivalent(types=(file,), arguments=(str(line),), changes=(f"{operator}: *",), why=why, where=f"{file}:{line}")
        for file in files
        for line, operator, why in equivalents(file)
    ]


def run(named: list[str]) -> int:
    files = _files(named)
    results = list(_judged(files))
    explained = explain(results, _explained(files))
    print("\n".join(lines("the code", results, explained, verbose=False)))
    return 1 if explained.unexplained or explained.stale else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
