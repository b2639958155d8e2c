"""Recorded and judged programs, cached for each test process: one recorder, each stack once."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.recording.record import Recorder
from tests.harness.deployed import ended_at_exit
from tests.harness.stacks import config_of, project_of, write_stack


@cache
def recorder() -> Recorder:
    """The recorder of this process; a program that crashes it does not affect the next one."""
    return ended_at_exit(Recorder())


def check_project(folder: Path, stack: str = "test", **options: Any) -> Check:
    """`check_stack` with the shared recorder."""
    return check_stack(folder, stack, recorder=recorder(), **options)


@cache
def check_ours(stack: str, today: date | None = None) -> Check:
    """The check of a stack, also of the tests' own, once for each test process; it must not be modified."""
    return check_project(project_of(stack), stack, today=today)


def check_declared(stack: str, change: Callable[[dict[str, Any]], object], **options: Any) -> Check:
    """The check of such a stack with another configuration, which `change` makes of its own."""
    config = config_of(stack)
    change(config)
    with TemporaryDirectory() as folder:
        return check_project(write_stack(Path(folder), config), **options)
