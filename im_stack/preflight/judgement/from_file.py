"""Check of a stack from a file: duties from the stack's own file, resources from a plan or an exported state.

Out: a `Check`. Raises `InputError` as `check_stack` does.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from im_stack.facts.values.changes import settled
from im_stack.policies.judge import judge
from im_stack.policies.rule import Rule
from im_stack.preflight.inputs.contents import Contents
from im_stack.preflight.inputs.state import load_state
from im_stack.preflight.inputs.unknown_arguments import unknown_arguments
from im_stack.preflight.judgement.one_stack import Check, duties_of, timed, with_owner
from im_stack.preflight.recording.recording import Recording
from im_stack.preflight.stack_files.stack_file import StackFile, read_stack
from im_stack.terms.duties.resolve import Duties


@timed
def check_state(
    project_folder: Path,
    stack_name: str,
    file: Path,
    *,
    today: date | None = None,
    own_rules: Sequence[Rule] = (),
    owner: Path | None = None,
) -> Check:
    """Judge what `pulumi stack export` printed by the duties of a stack. Raises `InputError` as `check_stack` does."""
    stack = read_stack(project_folder, stack_name)
    return _judged(stack, duties_of(stack, own_rules), load_state(file), today, own_rules, owner)


@timed
def check_plan(
    project_folder: Path,
    stack_name: str,
    file: Path,
    *,
    today: date | None = None,
    own_rules: Sequence[Rule] = (),
    owner: Path | None = None,
) -> Check:
    """The same for what `terraform show -json` printed of a plan."""
    from im_stack.preflight.inputs.plan import load_plan

    stack = read_stack(project_folder, stack_name)
    return _judged(stack, duties_of(stack, own_rules), load_plan(file), today, own_rules, owner)


def _judged(
    stack: StackFile,
    duties: Duties,
    contents: Contents,
    today: date | None,
    own_rules: Sequence[Rule],
    owner: Path | None,
) -> Check:
    day = today or date.today()
    judgement = judge(contents.resources, duties, today=day, own_rules=own_rules, clock=time.monotonic)
    judgement = replace(judgement, verdicts=(*contents.doubts, *unknown_arguments(contents), *judgement.verdicts))
    recording: Recording = {"registrations": [], "notices": []}
    own = tuple(settled(contents.resources))
    return with_owner(Check(stack, duties, recording, judgement, day, addresses=contents.addresses, settled=own), owner)
