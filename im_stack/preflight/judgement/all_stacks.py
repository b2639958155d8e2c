"""Check of every stack of a project, several at a time: `preflight check --all`.

Out: for each stack, in the order of the names, its `Check` or the `InputError` that prevented it.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from im_stack.preflight.recording.record import Recorder
from im_stack.preflight.stack_files.stack_file import StackFile, stack_names
from im_stack.terms.problem import InputError, Problem

if TYPE_CHECKING:
    from im_stack.preflight.judgement.one_stack import Check

Checked: TypeAlias = "Check | InputError"
_T = TypeVar("_T")


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
    cores by default. Each has a recorder of its own, in which no two programs meet, and which loads a cloud's SDK once
    for all its stacks of that cloud. `options` are those of `check_read`. Raises `InputError` where the project has no
    stacks.
    """
    names = list(dict.fromkeys(stacks)) or stack_names(project)
    workers = max(1, min(jobs or _cores(), len(names)))
    checked: dict[str, Checked] = {}
    with ExitStack() as opened, ThreadPoolExecutor(workers) as pool:
        recorders = [opened.enter_context(Recorder()) for _ in range(workers)]  # they start while the rest is loaded
        from im_stack.preflight.judgement.one_stack import check_read, stack_named

        def judge(recorder: Recorder, mine: list[tuple[str, StackFile]]) -> None:
            for cloud, those in groupby(mine, _cloud):
                of_cloud = list(those)
                if len(of_cloud) > 1:
                    recorder.expect(cloud)
                for name, stack in of_cloud:
                    checked[name] = _tried(name, check_read, stack, recorder=recorder, **options)
                    done(name)

        read: list[tuple[str, StackFile]] = []
        for name in names:
            stack = _tried(name, stack_named, project, name)
            if isinstance(stack, StackFile):
                read.append((name, stack))
            else:
                checked[name] = stack
                done(name)
        read.sort(key=_cloud)
        ends = [len(read) * n // workers for n in range(workers + 1)]
        list(pool.map(judge, recorders, (read[a:b] for a, b in pairwise(ends))))
    return [(name, checked[name]) for name in names]


def _cloud(named: tuple[str, StackFile]) -> str:
    return str(named[1].structured.get("im:cloud", ""))


def _tried(name: str, act: Callable[..., _T], *arguments: Any, **options: Any) -> _T | InputError:
    """What a step of a check returns, or why the stack could not be judged."""
    try:
        return act(*arguments, **options)
    except InputError as error:
        return error
    except Exception as error:  # a fault of ours must neither pass nor hide the other stacks
        return InputError(Problem(f"{name} could not be judged: preflight itself failed ({type(error).__name__})"))


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
