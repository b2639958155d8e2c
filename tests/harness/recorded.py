"""Programs recorded for tests: one recorder for all tests of a process, and each stack of the project once."""

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
    """The recorder of this process, for every test that does not look at one. A program that ends it ends no other."""
    return ended_at_exit(Recorder())


def check_project(folder: Path, stack: str = "test", **options: Any) -> Check:
    """`check_stack`, without a recorder of its own."""
    return check_stack(folder, stack, recorder=recorder(), **options)


@cache
def check_ours(stack: str, today: date | None = None) -> Check:
    """A stack of this project, recorded and judged once for all tests of this process. Nobody may change it."""
    return check_project(ROOT, stack, today=today)
