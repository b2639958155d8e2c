"""Our rules as checks of Checkov: outcomes, resources, formats, and no pass by mistake."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from im_stack.preflight.with_checkov.checks import __file__ as checks
from tests.harness.root import ROOT
from tests.standards import hold_to_sarif
from tests.with_checkov.running import PYTHON, found, needs_checkov, plan_text, run

TENCENT, AWS = "tencent-ap-jakarta", "aws-ap-southeast-3"
LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.im-access-lifecycle"
FORMS = ("cli", "json", "sarif")


def _weakened(plan: dict[str, Any]) -> dict[str, Any]:
    """The Jakarta stack with a public database, and access logs that are kept for forty days."""
    for rows in (plan["planned_values"]["root_module"]["resources"], plan["resource_changes"]):
        for row in rows:
            values = row["values"] if "values" in row else row["change"]["after"]
            if row["type"] == "aws_db_instance":
                values["publicly_accessible"] = True
            if row["address"] == LIFECYCLE:
                values["rule"][0]["expiration"][0]["days"] = 40
    return plan


@needs_checkov
def test_a_weak_stack_fails_in_every_form(tmp_path: Path) -> None:
    """One test for one run of Checkov."""
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(_weakened(json.loads(plan_text(AWS))), indent=1), "utf-8")
    forms = [part for form in FORMS for part in ("-o", form)]
    done = run(AWS, plan, *forms, "--output-file-path", str(tmp_path))
    assert done.returncode == 1, done.stderr

    failed = found((tmp_path / "results_json.json").read_text("utf-8"))["failed"]
    assert failed["IM_NO_PUBLIC_DOOR"] == {"aws_db_instance.im-mysql"} == failed["CKV_AWS_17"]
    assert LIFECYCLE in failed["IM_CEILING"]
    assert not {"IM_HOME_REGION", "IM_ENCRYPTED_AT_REST", "IM_KNOWN_TYPES"} & set(failed)

    text = (tmp_path / "results_cli.txt").read_text("utf-8")
    assert "Severity: CRITICAL" in text
    assert "expiration.days to at most" in text

    document = json.loads((tmp_path / "results_sarif.sarif").read_text("utf-8"))
    hold_to_sarif(document)
    results = document["runs"][0]["results"]
    rules = {row["id"]: row for row in document["runs"][0]["tool"]["driver"]["rules"]}
    assert {"IM_CEILING", "IM_NO_PUBLIC_DOOR", "CKV_AWS_17"} <= {row["ruleId"] for row in results}
    assert any("expiration.days to at most" in row["message"]["text"] for row in results)
    assert float(rules["IM_NO_PUBLIC_DOOR"]["properties"]["security-severity"]) >= 9
    assert all(row["locations"][0]["physicalLocation"]["region"]["startLine"] > 1 for row in results)


@needs_checkov
@pytest.mark.parametrize(
    ("stack", "text", "said"),
    [
        ("no-such-stack", "{}", "there is no stack"),
        (TENCENT, "{", "not JSON"),
        (
            TENCENT,
            '{"format_version": "1.2", "resource_changes": [], "planned_values": {"root_module": {}}}',
            "no resource",
        ),
    ],
    ids=["unknown stack", "truncated", "empty"],
)
def test_bad_input_is_said_and_no_pass(stack: str, text: str, said: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(text, "utf-8")
    done = run(stack, plan)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@needs_checkov
@pytest.mark.parametrize(
    ("moved", "stack", "said"),
    [(True, TENCENT, "cannot be loaded"), (False, "", "IM_STACK is not set")],
    ids=["checks that cannot be loaded", "no stack"],
)
def test_checkov_alone_does_not_pass_over_our_checks(moved: bool, stack: str, said: str, tmp_path: Path) -> None:
    """An existing Checkov installation: its own command with our folder of checks."""
    plan, folder = tmp_path / "plan.json", Path(checks).parent
    plan.write_text(plan_text(TENCENT), "utf-8")
    if moved:  # away from the packages that it needs
        folder = shutil.copytree(folder, tmp_path / "some" / "where" / "else" / "checks")
    command = [str(PYTHON.with_name("checkov")), "-f", str(plan), "--framework", "terraform_plan"]
    command += ["--external-checks-dir", str(folder), "--skip-download"]
    environment = {"PATH": os.environ["PATH"], "IM_STACK": stack, "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert said in done.stderr
    assert done.returncode == 2


def test_the_network_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            "import socket\n"
            "from im_stack.preflight.with_checkov.offline import go_offline\n"
            f"go_offline({str(tmp_path)!r})\n"
            f"socket.create_connection({server.getsockname()!r})\n"
        )
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "the network is not for checks" in done.stderr
