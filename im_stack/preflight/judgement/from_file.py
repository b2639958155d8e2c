"""Check of a stack from a file: duties from the stack's own file, resources from a plan or an exported state.

Out: a `Check`. Raises `InputError` as `check_stack` does.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from im_stack.facts.values.changes import settled
from im_stack.policies.judge import judge
from im_stack.policies.rule import Rule
from im_stack.preflight.inputs.contents import Contents
from im_stack.preflight.inputs.state import load_state
from im_stack.preflight.inputs.unknown_arguments import unknown_arguments
from im_stack.preflight.judgement.older_data import with_window
from im_stack.preflight.judgement.one_stack import Check, duties_of, timed, with_owner
from im_stack.preflight.recording.recording import Recording
from im_stack.preflight.stack_files.stack_file import read_stack


def check_state(project_folder: Path, stack_name: str, file: Path, **options: Any) -> Check:
    """Judge what `pulumi stack export` printed by the duties of a stack; `options` are those of `_check`. What is there
    already and breaks a limit says until when."""
    check = _check(project_folder, stack_name, lambda: load_state(file), **options)
    return replace(check, judgement=with_window(check.judgement, check.duties.declaration, check.day))


def check_plan(project_folder: Path, stack_name: str, file: Path, **options: Any) -> Check:
    """The same for what `terraform show -json` printed of a plan."""
    from im_stack.preflight.inputs.plan import load_plan

    return _check(project_folder, stack_name, lambda: load_plan(file), **options)


@timed
def _check(
    project_folder: Path,
    stack_name: str,
    load: Callable[[], Contents],
    *,
    today: date | None = None,
    own_rules: Sequence[Rule] = (),
    owner: Path | None = None,
) -> Check:
    stack = read_stack(project_folder, stack_name)
    duties, contents, day = duties_of(stack, own_rules), load(), today or date.today()
    judgement = judge(contents.resources, duties, today=day, own_rules=own_rules, clock=time.monotonic)
    judgement = replace(judgement, verdicts=(*contents.doubts, *unknown_arguments(contents), *judgement.verdicts))
    recording: Recording = {"registrations": [], "notices": []}
    own = tuple(settled(contents.resources))
    return with_owner(Check(stack, duties, recording, judgement, day, addresses=contents.addresses, settled=own), owner)
