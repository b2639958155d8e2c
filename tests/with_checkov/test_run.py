"""Our rules as checks of Checkov: what they say, of which resource, in which form; nothing passes by mistake."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.standards import hold_to_sarif
from tests.with_checkov.running import found, needs_checkov, plan_text, run

TENCENT, AWS = "tencent-ap-jakarta", "aws-ap-southeast-3"


def _weakened(plan: dict[str, Any]) -> dict[str, Any]:
    """A public database, media that stay a day too long."""
    for rows in (plan["planned_values"]["root_module"]["resources"], plan["resource_changes"]):
        for row in rows:
            values = row["values"] if "values" in row else row["change"]["after"]
            if row["type"] == "aws_db_instance":
                values["publicly_accessible"] = True
            if row["address"] == "aws_s3_bucket_lifecycle_configuration.im-media-lifecycle":
                values["rule"][0]["expiration"][0]["days"] = 40
    return plan


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weak") / "plan.json"
    path.write_text(json.dumps(_weakened(json.loads(plan_text(AWS))), indent=1), "utf-8")
    return path


@pytest.fixture(scope="module")
def reported(weak: Path) -> tuple[int, Path]:
    """One run, in every form that is asked for: its status, and the folder of its reports."""
    told = [part for form in ("cli", "json", "sarif", "junitxml") for part in ("-o", form)]
    done = run(AWS, weak, *told, "--output-file-path", str(weak.parent / "reports"))
    return done.returncode, weak.parent / "reports"


@needs_checkov
def test_a_blocking_verdict_fails_on_its_resource(reported: tuple[int, Path]) -> None:
    status, folder = reported
    failed = found((folder / "results_json.json").read_text("utf-8"))["failed"]
    assert status == 1
    assert failed["IM_NO_PUBLIC_DOOR"] == {"aws_db_instance.im-mysql"} == failed["CKV_AWS_17"]
    assert "aws_s3_bucket_lifecycle_configuration.im-media-lifecycle" in failed["IM_CEILING"]
    assert not {"IM_HOME_REGION", "IM_ENCRYPTED_AT_REST"} & set(failed)


@needs_checkov
def test_a_failure_says_all_that_preflight_says(reported: tuple[int, Path]) -> None:
    text = (reported[1] / "results_cli.txt").read_text("utf-8")
    assert "Severity: CRITICAL" in text
    assert "the limit is" in text
    assert "fix:" in text


@needs_checkov
def test_sarif_is_sarif_and_points_into_the_plan(reported: tuple[int, Path]) -> None:
    document = json.loads((reported[1] / "results_sarif.sarif").read_text("utf-8"))
    hold_to_sarif(document)
    results = document["runs"][0]["results"]
    rules = {row["id"]: row for row in document["runs"][0]["tool"]["driver"]["rules"]}
    assert {"IM_CEILING", "IM_NO_PUBLIC_DOOR", "CKV_AWS_17"} <= {row["ruleId"] for row in results}
    assert float(rules["IM_NO_PUBLIC_DOOR"]["properties"]["security-severity"]) >= 9
    assert all(row["locations"][0]["physicalLocation"]["region"]["startLine"] > 1 for row in results)


@needs_checkov
@pytest.mark.parametrize(
    ("stack", "text", "said"),
    [
        ("no-such-stack", "{}", "there is no stack"),
        (TENCENT, "{", "not JSON"),
        (TENCENT, '{"format_version": "1.2", "planned_values": {"root_module": {}}}', ""),
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
