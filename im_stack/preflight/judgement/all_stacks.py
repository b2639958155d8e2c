"""Check of every stack of a project, several at a time: `preflight check --all`.

Out: for each stack, in the order of the names, its `Check` or the `InputError` that prevented it.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.recording.record import Recorder
from im_stack.preflight.stack_files.stack_file import stack_names
from im_stack.terms.problem import InputError, Problem

Checked = Check | InputError


def check_all(
    project: Path,
    jobs: int | None = None,
    *,
    stacks: Sequence[str] = (),
    done: Callable[[str], object] = lambda _: None,
    **options: Any,
) -> list[tuple[str, Checked]]:
    """Each of the stacks of a project (all, in the order of their names, where none is named), with its check or what
    kept it from being judged.

    `done` is called with the name of each that is judged. `jobs` is how many are recorded at a time: the number of
    cores by default. Each has a recorder of its own, in which no two programs meet. `options` are those of
    `check_stack`. Raises `InputError` where the project has no stacks.
    """
    names = list(dict.fromkeys(stacks)) or stack_names(project)
    workers = max(1, min(jobs or _cores(), len(names)))
    idle: SimpleQueue[Recorder] = SimpleQueue()

    def one(name: str) -> Checked:
        recorder = idle.get()
        try:
            return _checked(project, name, recorder=recorder, **options)
        finally:
            done(name)
            idle.put(recorder)

    with ExitStack() as recorders, ThreadPoolExecutor(workers) as pool:
        for _ in range(workers):
            idle.put(recorders.enter_context(Recorder()))
        return list(zip(names, pool.map(one, names), strict=True))


def _checked(project: Path, name: str, **options: Any) -> Checked:
    try:
        return check_stack(project, name, **options)
    except InputError as error:
        return error
    except Exception as error:  # a fault of ours must neither pass nor hide the other stacks
        return InputError(Problem(f"{name} could not be judged: preflight itself failed ({type(error).__name__})"))


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
