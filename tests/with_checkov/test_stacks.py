"""Checkov passes every stack of this project, and whatever of it is not asked has a reason that holds."""

import json
import subprocess
from typing import Any

import pytest

from policies.rules import RULES
from preflight.stack_file import stack_names
from preflight.with_checkov.said import check_id
from preflight.with_checkov.skips import Skip, skips
from tests.with_checkov.running import PYTHON, ROOT, found, needs_checkov, plan_text, run

STACKS = stack_names(ROOT)
LIST = """
from checkov.terraform.checks.resource.registry import resource_registry as single
from checkov.common.checks_infra.registry import get_graph_checks_registry
import checkov.terraform.plan_runner
joined = get_graph_checks_registry("terraform")
joined.load_checks()
print(*{check.id for _, check in single.all_checks()}, *{check.id for check in joined.checks})
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Checkov says of each stack: exit status and JSON."""
    folder = tmp_path_factory.mktemp("plans")
    said = {}
    for stack in STACKS:
        plan = folder / f"{stack}.json"
        plan.write_text(plan_text(stack), "utf-8")
        done = run(stack, plan, "-o", "json")
        said[stack] = (done.returncode, done.stdout, done.stderr)
    return said


@needs_checkov
@pytest.mark.parametrize("stack", STACKS)
def test_nothing_fails(stack: str, reports: dict[str, Any]) -> None:
    status, text, errors = reports[stack]
    assert found(text).get("failed", {}) == {}, errors
    assert status == 0


@needs_checkov
@pytest.mark.parametrize("stack", STACKS)
def test_both_are_asked(stack: str, reports: dict[str, Any]) -> None:
    asked = found(reports[stack][1])["passed"]
    spoken = {check_id(rule.id) for rule in RULES} & set(asked)
    assert {"IM_CEILING", "IM_HOME_REGION", "IM_NO_PUBLIC_DOOR", "IM_KNOWN_TYPES"} <= spoken
    assert any(check.startswith("CKV") for check in asked)


@needs_checkov
@pytest.mark.parametrize("stack", STACKS)
def test_what_is_not_asked_says_why(stack: str, reports: dict[str, Any]) -> None:
    records = json.loads(reports[stack][1])["results"]["skipped_checks"]
    reasons = {row.id: row.reason for row in skips()}
    assert records
    for record in records:
        assert record["check_result"]["suppress_comment"] == reasons[record["check_id"]]


@needs_checkov
def test_no_reason_is_stale(reports: dict[str, Any]) -> None:
    """What is only called needless must be found needless somewhere; what breaks a term is refused in any case."""
    used = {check for _, text, _ in reports.values() for check in found(text).get("skipped", {})}
    assert [row.id for row in skips() if not row.against and row.id not in used] == []


@needs_checkov
def test_a_reason_is_for_the_clouds_it_names(reports: dict[str, Any]) -> None:
    rows = {row.id: row for row in skips()}
    for stack, (_, text, _) in reports.items():
        for check in found(text).get("skipped", {}):
            assert stack.split("-")[0] in rows[check].clouds


def test_rows_are_about_one_check_each() -> None:
    ids = [row.id for row in skips()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("row", skips(), ids=lambda row: row.id)
def test_a_row_names_obligations_that_exist(row: Skip) -> None:
    from terms.library import load_library

    known = {obligation.id for text in load_library().instruments.values() for obligation in text.obligations}
    assert set(row.against) <= known
    assert set(row.clouds) <= {"aws", "tencent"}


@needs_checkov
def test_every_row_is_a_check_of_the_locked_version() -> None:
    listed = subprocess.run([str(PYTHON), "-c", LIST], capture_output=True, text=True, check=True).stdout.split()
    assert {row.id for row in skips()} <= set(listed)
