"""The command line as a user meets it: output and exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml

from preflight.schema import stack_schema
from tests.harness.project import write_project

ROOT = Path(__file__).parents[2]


def _preflight(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "140"}
    command = [sys.executable, "-m", "preflight.cli", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_a_pass_exits_0_and_says_what_it_leans_on() -> None:
    run = _preflight("check", "tencent-ap-jakarta")
    assert run.returncode == 0, run.stderr
    assert "CONDITIONAL on" in run.stdout
    assert "0 fail, 0 unproven" in run.stdout


def test_declared_hops_are_refused_when_asked() -> None:
    assert _preflight("check", "tencent-ap-jakarta", "--require", "enforced").returncode == 1


def test_the_demo_exits_1_and_names_the_path() -> None:
    run = _preflight("check", "demo", "--project", "examples/innocent")
    assert run.returncode == 1
    assert "messages: backups in Instance mysql ends after 8 d 2 h 15 min, the limit is 7 d" in run.stdout
    assert "messages: live data in Bucket photos ends after 9 d, the limit is 7 d" in run.stdout


def test_a_stack_that_is_not_there_exits_2() -> None:
    run = _preflight("check", "tencent-ap-atlantis")
    assert run.returncode == 2
    assert "there is no stack 'tencent-ap-atlantis'" in run.stderr
    assert "tencent-ap-jakarta" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_json_report_is_versioned() -> None:
    report = json.loads(_preflight("check", "tencent-ap-jakarta", "--format", "json").stdout)
    assert report["schema"] == "im-preflight-report/1"
    assert report["region"] == "ap-jakarta"
    assert {bound["class"] for bound in report["bounds"]} >= {"messages", "user-information"}


def test_a_secret_in_the_configuration_never_reaches_a_report(tmp_path: Path) -> None:
    canary = "Canary-7c1f0e"
    project = write_project(tmp_path, "mysql(profiles='user-information')")
    file = project / "Pulumi.test.yaml"
    config = json.loads(file.read_text())
    config["config"]["im-secrets:mysql-root-password"] = canary
    file.write_text(json.dumps(config))
    for format_ in ("text", "json"):
        run = _preflight(
            "check", "test", "--project", str(project), "--format", format_, *(["-v"] if format_ == "text" else [])
        )
        assert "profiles" in run.stdout
        assert canary not in run.stdout + run.stderr


def test_the_published_schema_is_current_and_accepts_the_stacks() -> None:
    published = (ROOT / "docs" / "stack.schema.json").read_text("utf-8")
    assert published == stack_schema(), "run: make schema"
    for path in sorted((ROOT / "stacks").glob("Pulumi.*.yaml")):
        jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), json.loads(published))
