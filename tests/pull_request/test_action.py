"""The reusable action: valid, pinned, without injection; its steps are run with a wheel, as a runner does."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.harness.project import write_project
from tests.harness.root import ROOT
from tests.harness.wheel import build_wheel, other_packages
from tests.pull_request.test_workflows import CLASSES, ISOLATED
from tests.standards import hold_to_junit, hold_to_sarif

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
BIN = Path(sys.executable).parent


def test_it_is_valid() -> None:
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_linter_finds_nothing() -> None:
    command = [str(BIN / "zizmor"), "--offline", "--no-progress", "--min-severity", "medium", str(ROOT / "action.yml")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_other_actions_are_pinned_and_no_input_is_part_of_a_script() -> None:
    for step in STEPS:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", "a/b@" + "0" * 40))
        assert "${{" not in step.get("run", "")


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of a runner on which the action's install step has run, with a wheel."""
    folder = tmp_path_factory.mktemp("runner")
    packages = other_packages(folder / "packages")
    environment = os.environ | {"RUNNER_TEMP": str(folder), "PYTHONPATH": str(packages)}
    _step("install", folder, environment, wheel=str(build_wheel(folder / "wheel")))
    assert (folder / "preflight" / "bin" / "preflight").exists()
    return environment


def _step(id_: str, cwd: Path, environment: dict[str, str], **inputs: str) -> "subprocess.CompletedProcess[str]":
    """Run one step of the action as a runner does: its variables from the inputs and their defaults."""
    (step,) = [step for step in STEPS if id_ in (step.get("id"), step.get("name"))]
    given = {name: row["default"] for name, row in ACTION["inputs"].items()} | inputs
    known = {f"inputs.{name}": value for name, value in given.items()}
    known |= {"github.action_path": environment.get("ACTION_PATH", str(ROOT))}
    known |= {"steps.judge.outputs.status": inputs.get("status", "")}
    own = {
        key: re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda match: known[match[1]], value) for key, value in step["env"].items()
    }
    files = {key: str(cwd / key) for key in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=cwd, env=environment | files | own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("program", "status"),
    [("mysql(profiles='user-information')", "0"), ("mysql(messages='messages')\nprint(undefined)", "2")],
    ids=["passes", "breaks"],
)
def test_the_steps_judge_and_leave_reports(tmp_path: Path, runner: dict[str, str], program: str, status: str) -> None:
    write_project(tmp_path, program, classes=CLASSES)
    environment = dict(runner)
    if ISOLATED:  # where no namespace can be made the step fails, as it should: what is left is tried without one
        scripts = tmp_path / "action" / ".github" / "scripts"
        scripts.mkdir(parents=True)
        (scripts / "without-network").write_text('#!/usr/bin/env bash\nexec "$@"\n')
        (scripts / "without-network").chmod(0o755)
        environment["ACTION_PATH"] = str(tmp_path / "action")
    run = _step("judge", tmp_path, environment, options="--today\n2026-11-23\n")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == f"status={status}\n"
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text() == (tmp_path / "reports" / "preflight.md").read_text()
    hold_to_sarif(json.loads((tmp_path / "reports" / "preflight.sarif").read_text()))
    hold_to_junit((tmp_path / "reports" / "preflight.xml").read_text())
    assert _step("Verdict", tmp_path, environment, status=status).returncode == int(status)
