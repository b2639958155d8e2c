"""Checkov passes every stack of this project, and every skipped check has a valid reason."""

import json
import subprocess
from pathlib import Path

import pytest

from im_stack.preflight.stack_files.stack_file import stack_names
from im_stack.preflight.with_checkov.skips import Skip, skips
from im_stack.terms.texts.library import load_library
from tests.harness.root import ROOT
from tests.with_checkov.running import PYTHON, found, needs_checkov, plan_text, run

TWINS = ("tencent-ap-jakarta", "aws-ap-southeast-3")
"""Stacks in which everything is that a skipped check can be about."""
LIST = """
from checkov.terraform.checks.resource.registry import resource_registry as single
from checkov.common.checks_infra.registry import get_graph_checks_registry
import checkov.terraform.plan_runner
joined = get_graph_checks_registry("terraform")
joined.load_checks()
print(*{check.id for _, check in single.all_checks()}, *{check.id for check in joined.checks})
"""


@needs_checkov
@pytest.mark.parametrize("stack", stack_names(ROOT))
def test_a_stack_passes(stack: str, tmp_path: Path) -> None:
    """No check fails, Checkov's checks and ours both run, and every skipped check has a reason.

    One test for one run of Checkov.
    """
    plan = tmp_path / "plan.json"
    plan.write_text(plan_text(stack), "utf-8")
    done = run(stack, plan, "-o", "json")
    assert done.stdout, done.stderr
    outcomes, records = found(done.stdout), json.loads(done.stdout)["results"]
    assert outcomes.get("failed", {}) == {}
    assert done.returncode == 0
    assert {"IM_CEILING", "IM_HOME_REGION", "IM_NO_PUBLIC_DOOR", "IM_KNOWN_TYPES"} <= set(outcomes["passed"])
    assert any(check.startswith("CKV") for check in outcomes["passed"])

    here = {row.id: row for row in skips() if stack.startswith(row.clouds)}
    for record in records["skipped_checks"]:
        assert record["check_result"]["suppress_comment"] == here[record["check_id"]].reason
    if stack in TWINS:
        stale = [row.id for row in here.values() if not row.against and row.id not in outcomes["skipped"]]
        assert stale == [], "what is only called needless is nowhere in the stack"


def test_rows_are_about_one_check_each() -> None:
    ids = [row.id for row in skips()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("row", skips(), ids=lambda row: row.id)
def test_a_row_names_obligations_and_clouds_that_exist(row: Skip) -> None:
    known = {obligation.id for text in load_library().instruments.values() for obligation in text.obligations}
    assert set(row.against) <= known
    assert set(row.clouds) <= {"aws", "tencent"}


@needs_checkov
def test_every_row_is_a_check_of_the_locked_version() -> None:
    listed = subprocess.run([str(PYTHON), "-c", LIST], capture_output=True, text=True, check=True).stdout.split()
    assert {row.id for row in skips()} <= set(listed)
