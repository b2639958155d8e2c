"""Recorded and judged programs, cached for each test process: one recorder, each stack of the project once."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.recording.record import Recorder
from tests.harness.deployed import ended_at_exit

ROOT = Path(__file__).parents[2]


@cache
def recorder() -> Recorder:
    """The recorder of this process; a program that crashes it does not affect the next one."""
    return ended_at_exit(Recorder())


def check_project(folder: Path, stack: str = "test", **options: Any) -> Check:
    """`check_stack` with the shared recorder."""
    return check_stack(folder, stack, recorder=recorder(), **options)


@cache
def check_ours(stack: str, today: date | None = None) -> Check:
    """The check of a stack of this project, once for each test process; it must not be modified."""
    return check_project(ROOT, stack, today=today)
