"""Judgement of a plan for Checkov, made once for all of its resources."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from im_stack.preflight.judgement.from_file import check_plan
from im_stack.preflight.with_checkov.results import ResultsByResource, results_of

_LOOKED_UP: Final = re.compile(r"(^|\.)data\.")
"""Addresses of what a plan only looks up: of these Checkov asks no check of ours, so no verdict may fall there."""
_PROJECT: Final = Path(__file__).resolve().parents[3]


@cache
def judged(plan: Path, stack: str, project: Path = _PROJECT) -> ResultsByResource:
    """Results of our rules for each resource of a plan, by the duties of a stack of this project.

    Raises `InputError` for what keeps the plan from being judged.
    """
    check = check_plan(project, stack, plan)
    managed = {urn: address for urn, address in check.addresses.items() if not _LOOKED_UP.search(address)}
    return results_of(check.judgement, managed)
