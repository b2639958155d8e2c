"""One stack from a file to its judgement: its duties come from the stack's own file, its resources from this one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from facts.changes import settled
from policies.judge import judge
from preflight.check import Check, duties_of
from preflight.given.loaded import Loaded
from preflight.given.state import load_state
from preflight.given.unknown import unknown_arguments
from preflight.recording import Recording
from preflight.stack_file import StackFile, read_stack
from terms.resolve import Duties


def check_state(project_folder: Path, stack_name: str, file: Path, *, today: date | None = None) -> Check:
    """Judge what `pulumi stack export` printed by the duties of a stack. Raises `InputError` as `check_stack` does."""
    stack = read_stack(project_folder, stack_name)
    return _judged(stack, duties_of(stack), load_state(file), today)


def check_plan(project_folder: Path, stack_name: str, file: Path, *, today: date | None = None) -> Check:
    """The same for what `terraform show -json` printed of a plan."""
    from preflight.given.plan import load_plan

    stack = read_stack(project_folder, stack_name)
    return _judged(stack, duties_of(stack), load_plan(file), today)


def _judged(stack: StackFile, duties: Duties, loaded: Loaded, today: date | None) -> Check:
    day = today or date.today()
    judgement = judge(loaded.resources, duties, today=day)
    doubts = tuple(finding.verdict() for finding in (*loaded.findings, *unknown_arguments(loaded)))
    judgement = replace(judgement, verdicts=(*doubts, *judgement.verdicts))
    recording: Recording = {"registrations": [], "notices": []}
    own = tuple(settled(loaded.resources))
    return Check(stack, duties, recording, judgement, loaded.sources, day, addresses=loaded.addresses, settled=own)
