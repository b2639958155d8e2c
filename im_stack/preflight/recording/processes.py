"""Process trees, as Linux reports them in /proc, and ending one as a whole."""

import contextlib
import os
import signal
from pathlib import Path


def children_of(*parents: int) -> list[int]:
    """The processes that have one of these for a parent."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            after = entry.read_text().rpartition(")")[2].split()
            if int(after[1]) in parents:
                found.append(int(entry.parent.name))
    return found


def end_below(process: int) -> None:
    """End every descendant of a process. They are stopped on the way down, so that none starts another meanwhile."""
    found, below = [], [process]
    while below := children_of(*below):
        for descendant in below:
            kill(descendant, signal.SIGSTOP)
        found += below
    for descendant in found:
        kill(descendant)


def kill(process: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Signal a process (or, negative, a group) that may be gone by now."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, how)
