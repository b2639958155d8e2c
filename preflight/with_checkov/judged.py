"""A plan judged for Checkov: read and judged once, however many of its resources are asked about."""

from functools import cache
from pathlib import Path
from typing import Final

from preflight.check import duties_of
from preflight.given.check import judged_as
from preflight.given.plan import load_plan
from preflight.stack_file import read_stack
from preflight.with_checkov.said import Spoken, spoken

_PROJECT: Final = Path(__file__).resolve().parents[2]


@cache
def judged(plan: Path, stack: str, project: Path = _PROJECT) -> Spoken:
    """What our rules say of each resource of a plan, by the duties of a stack of this project.

    Raises `InputError` for what keeps the plan from being judged.
    """
    file = read_stack(project, stack)
    duties, loaded = duties_of(file), load_plan(plan)
    return spoken(judged_as(file, duties, loaded).judgement, loaded.addresses)
