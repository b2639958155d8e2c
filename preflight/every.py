"""Every stack of a project at once: `preflight check --all`."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from preflight.check import Check, check_stack
from preflight.record import Recorder
from preflight.stack_file import stack_names
from terms.problem import InputError, Problem

PROBLEMS = "im-preflight-problems/1"
Checked = Check | InputError


def check_all(project: Path, jobs: int | None = None) -> Iterator[tuple[str, Checked]]:
    """Each stack of a project, in the order of their names, with its check or what kept it from being judged.

    `jobs` is how many are recorded at a time: as many as there are cores unless told. Each has a recorder of its
    own, in which no two programs meet. Raises `InputError` where the project has no stacks.
    """
    names = stack_names(project)
    workers = max(1, min(jobs or _cores(), len(names)))
    recorders: SimpleQueue[Recorder] = SimpleQueue()
    started = [Recorder() for _ in range(workers)]
    try:
        for recorder in started:
            recorders.put(recorder)

        def one(name: str) -> Checked:
            recorder = recorders.get()
            try:
                return _checked(project, name, recorder)
            finally:
                recorders.put(recorder)

        with ThreadPoolExecutor(workers) as pool:
            yield from zip(names, pool.map(one, names), strict=True)
    finally:
        for recorder in started:
            recorder.close()


def _checked(project: Path, name: str, recorder: Recorder) -> Checked:
    try:
        return check_stack(project, name, recorder=recorder)
    except InputError as error:
        return error
    except Exception as error:  # a fault of ours must neither pass nor hide the other stacks
        return InputError(Problem(f"{name} could not be judged: preflight itself failed ({type(error).__name__})"))


def problems(name: str, error: InputError) -> dict[str, Any]:
    """What stands in a list of reports for a stack that could not be judged."""
    return {"schema": PROBLEMS, "stack": name, "problems": [asdict(problem) for problem in error.problems]}


def statuses(checked: Iterator[tuple[str, Checked]], report: Callable[[str, Checked], int]) -> int:
    """Report each stack as it comes and return the worst exit status: bad input, then what fails, then a pass."""
    return max(report(name, result) for name, result in checked)


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
