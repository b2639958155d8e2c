"""One customer of a stack of calls is ended under the real engine, as `preflight takedown --customer` says."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from im_stack.preflight.reports.takedown import takedown_of_customer
from tests.harness.deployment import begin, changed, names, stack_parameters
from tests.harness.engine import needs_cli, needs_venv
from tests.harness.recorded import check_project

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]


def _without_example(config: dict[str, Any]) -> None:
    config["im:customers"] = ["sample"]


def _with_both(config: dict[str, Any]) -> None:
    config["im:customers"] = ["example", "sample"]


@pytest.mark.parametrize("stack", stack_parameters(real=False, stacks=("tencent-ap-singapore", "aws-ap-southeast-1")))
def test_one_customer_is_ended_and_all_else_stays(tmp_path: Path, stack: str) -> None:
    deployed = begin(tmp_path, stack)
    deployed.declare(_with_both)
    deployed.up()
    before, said = deployed.urns(), list(takedown_of_customer(check_project(deployed.project, stack), "example"))
    deployed.declare(_without_example)
    deployed.run("up", "--yes", "--skip-preview", ends=1)  # protected
    assert deployed.urns() == before
    [unprotect] = [shlex.split(line) for line in said if "unprotect" in line]
    deployed.run(*unprotect[1:3], "--yes", *unprotect[5:])
    ended = changed(deployed.up())
    gone = {"im-customer-keys-example", "im-customer-logs-example"}
    assert names(urn for urn, does in ended.items() if does == "delete") == names(before - deployed.urns()) == gone
    assert deployed.preview("--expect-no-changes").violations == []
