"""`make mutants-of-code`: one change of the code at a time, against the tables only.

Prints what no case notices. Those known to change nothing are in `equivalent.yaml`, each with its reason; any other
is an untested line, and makes this fail, as does a reason that is no longer needed.
"""

import gc
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from importlib import import_module
from pathlib import Path
from time import perf_counter
from types import FrameType, FunctionType
from typing import Any

import yaml

from tests.harness.tables import Case, cases, red
from tests.mutation.sources import ROOT, Mutant, Place, codes, functions, left_alone, mutants

_GLOBS = (
    "im_stack/policies/ledger.py",
    "im_stack/policies/rules/*.py",
    "im_stack/facts/tencent/*.py",
    "im_stack/facts/aws/*.py",
    "im_stack/facts/knowledge/credentials.py",
    "im_stack/facts/knowledge/key_rotation.py",
    "im_stack/facts/knowledge/permissions.py",
    "im_stack/facts/knowledge/cron.py",
)
_EQUIVALENT = Path(__file__).with_name("equivalent.yaml")
_SECONDS = 5
Functions = dict[Place, list[FunctionType]]


class _TooLongError(BaseException):
    """Nothing that is judged may catch it."""


def _files(named: list[str]) -> list[str]:
    found = sorted(str(path.relative_to(ROOT)) for glob in _GLOBS for path in ROOT.glob(glob))
    return [file for file in found if not named or any(name in file for name in named)]


def _caches(files: list[str]) -> list[Any]:
    paths = {str(ROOT / file) for file in files}
    wrapped = [thing for thing in gc.get_objects() if isinstance(thing, _lru_cache_wrapper)]
    return [
        w for w in wrapped if getattr(w.__wrapped__, "__code__", None) and w.__wrapped__.__code__.co_filename in paths
    ]


def _index(files: list[str], caches: list[Any]) -> dict[tuple[str, int], list[Case]]:
    """The cases that run through each line."""
    paths = {str(ROOT / file): file for file in files}
    index: dict[tuple[str, int], dict[Case, None]] = defaultdict(dict)
    now: list[Case] = []

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            index[paths[frame.f_code.co_filename], frame.f_lineno][now[0]] = None
        return line

    def call(frame: FrameType, *_: Any) -> Any:
        return line if frame.f_code.co_filename in paths else None

    for case in cases():
        for wrapped in caches:
            wrapped.cache_clear()
        now[:] = [case]
        sys.settrace(call)
        try:
            assert not red(case), case
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


def _turns_red(case: Case) -> bool:
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        return red(case)
    except (Exception, _TooLongError):  # whatever breaks the judgement is noticed
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _killer(among: list[Case], recent: list[Case]) -> Case | None:
    """The case that turns red: those that did so lately are asked first."""
    mine = set(among)
    first = [case for case in recent if case in mine]
    return next((case for case in [*first, *(c for c in among if c not in set(first))] if _turns_red(case)), None)


def run(named: list[str]) -> int:
    start = perf_counter()
    files = _files(named)
    known = {tuple(row[key] for key in ("file", "function", "was", "becomes")): row["why"] for row in _equivalents()}
    for file in files:
        import_module(file.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    caches, loaded = _caches(files), functions(files)
    index = _index(files, caches)
    signal.signal(signal.SIGALRM, _too_long)
    count: dict[str, Counter[str]] = {file: Counter() for file in files}
    survivors: list[tuple[str, Mutant]] = []
    for file in files:
        recent: list[Case] = []
        for mutant in mutants(file):
            if mutant.at[0] in left_alone(file):
                continue
            among = list({case: None for line in mutant.lines for case in index.get((file, line), [])})
            try:
                with _changed(mutant, loaded[file], caches):
                    killer = _killer(among, recent[:40])
            except ValueError:  # a closure that needs other variables than the one that is loaded
                count[file]["not made"] += 1
                continue
            if killer:
                recent = [killer, *(case for case in recent if case is not killer)]
            state = "killed" if killer else "equivalent" if mutant.key in known else "survived" if among else "not run"
            count[file][state] += 1
            if not killer:
                survivors.append((state, mutant))
    used = {mutant.key for _, mutant in survivors}
    stale = [key for key in known if key[0] in files and key not in used]
    return _report(count, survivors, stale, perf_counter() - start)


def _equivalents() -> list[dict[str, str]]:
    return yaml.safe_load(_EQUIVALENT.read_text("utf-8")) or []


def _report(
    count: dict[str, Counter[str]], survivors: list[tuple[str, Mutant]], stale: list[Any], seconds: float
) -> int:
    states = ("killed", "equivalent", "survived", "not run", "not made")
    print(f"{'':44}" + "".join(f"{state:>12}" for state in states))
    for file, states_of in {**count, "all": sum(count.values(), Counter())}.items():
        print(f"{file:44}" + "".join(f"{states_of[state]:12}" for state in states))
    faults = [(state, mutant) for state, mutant in survivors if state != "equivalent"]
    for state, mutant in faults:
        print(f"{state}: {mutant}")
    for key in stale:
        print(f"no longer needed in equivalent.yaml: {key}")
    print(f"{seconds:.0f} s")
    return 1 if faults or stale else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
