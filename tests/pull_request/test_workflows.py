"""Workflows, pre-commit hook and GitLab example: valid, pinned, least permissions, correct commands."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from im_stack.preflight.stack_files.stack_file import stack_names
from tests.harness.programs import NOT_STORED
from tests.harness.project import write_project
from tests.harness.root import ROOT
from tests.standards import hold_to_sarif

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GITLAB = ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"
BIN = Path(sys.executable).parent
ISOLATED = subprocess.run(["unshare", "--map-root-user", "--net", "true"], capture_output=True, check=False).returncode
OUTSIDE = {"mysql/slow log": "no statement takes that long"}
CLASSES = NOT_STORED | {"user-information": {"period": "P30D", "outside": OUTSIDE}}


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def _steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in _read(path)["jobs"].values() for step in job.get("steps", ())]


@pytest.mark.parametrize(
    ("schema", "path"),
    [*(("github-workflows", path) for path in WORKFLOWS), ("gitlab-ci", GITLAB)],
    ids=lambda value: getattr(value, "name", value),
)
def test_it_is_valid(schema: str, path: Path) -> None:
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_linter_of_workflows_finds_nothing() -> None:
    command = [str(BIN / "zizmor"), "--offline", "--no-progress", "--min-severity", "medium", "--persona", "pedantic"]
    run = subprocess.run([*command, str(ROOT / ".github" / "workflows")], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_and_no_right_is_given_by_default(path: Path) -> None:
    workflow = _read(path)
    assert workflow["permissions"] == {}
    for step in _steps(path):
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", step["uses"]), step["uses"]
        if str(step.get("uses", "")).startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


def test_a_strangers_code_meets_no_secret_and_no_right_to_write() -> None:
    text = WORKFLOWS[-1].read_text("utf-8")
    workflow = _read(WORKFLOWS[-1])
    assert WORKFLOWS[-1].name == "pull-request.yml"
    assert workflow[True] == "pull_request"  # `on` is a boolean to YAML
    assert "secrets." not in text
    judge, publish = workflow["jobs"]["judge"], workflow["jobs"]["publish"]
    assert judge["permissions"] == {"contents": "read"}
    for step in judge["steps"]:
        if "preflight" in step.get("run", "") and "make" not in step["run"]:
            assert step["run"].count(".venv/bin/preflight") == step["run"].count("without-network .venv/bin/preflight")
    for step in publish["steps"]:
        assert "preflight " not in step.get("run", "")
        if "checkout" in step.get("uses", ""):
            assert step["with"]["ref"] == "${{ github.event.pull_request.base.sha }}", "never the stranger's script"


def test_every_stack_is_deployed_by_a_job_of_its_own() -> None:
    jobs = _read(ROOT / ".github" / "workflows" / "deploy.yml")["jobs"]
    assert sorted(jobs) == stack_names(ROOT)
    assert all(job["with"]["stack"] == name for name, job in jobs.items())


def test_a_deployment_is_judged_approved_and_judged_again() -> None:
    jobs = _read(ROOT / ".github" / "workflows" / "deploy-stack.yml")["jobs"]
    assert jobs["up"]["needs"] == "preview"
    assert jobs["up"]["environment"] == "${{ inputs.stack }}"
    for job, target in (("preview", "preview"), ("up", "up")):
        (run,) = [step["run"] for step in jobs[job]["steps"] if "run" in step]
        command = ["make", "--dry-run", "--always-make", *run.split()[1:]]
        environment = os.environ | {"STACK": "tencent-ap-jakarta"}
        shown = subprocess.run(
            ["bash", "-c", " ".join(command)], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout
        assert "preflight check tencent-ap-jakarta && pulumi" in shown
        assert re.search(rf"pulumi {target} .*--stack tencent-ap-jakarta --policy-pack policies", shown)
        assert ("--yes" in shown) is (job == "up")


def _project(folder: Path, program: str, classes: Any = CLASSES) -> Path:
    """A repository as CI checks it out: a project with our scripts and environment, and its base under `.base`."""
    write_project(folder, program, classes=classes)
    write_project(folder / ".base", "mysql(profiles='user-information')", classes=CLASSES)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(BIN)
    (folder / ".github").mkdir()
    shutil.copytree(ROOT / ".github" / "scripts", folder / ".github" / "scripts")
    if ISOLATED:  # where no namespace can be made the step fails, as it should: what is left is tried without one
        (folder / ".github" / "scripts" / "without-network").write_text('#!/usr/bin/env bash\nexec "$@"\n')
    return folder


def _run(script: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    files = {key: str(cwd / key) for key in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    return subprocess.run(
        command, cwd=cwd, env=os.environ | files | environment, capture_output=True, text=True, check=False
    )


SHORTER = NOT_STORED | {
    "user-information": {
        "period": "P20D",
        "erasure": {"within": "P20D", "no-write-after-request": "the application", "source": "test"},
        "outside": OUTSIDE,
    }
}
PROGRAMS: list[tuple[str, Any, str, str]] = [
    ("mysql(profiles='user-information')", SHORTER, "status=0", "declared period: 30 d -> 20 d"),
    ("mysql(profiles='user-information')\nkeys.nothing", CLASSES, "status=2", "could not be judged"),
]


@pytest.mark.parametrize(("program", "classes", "status", "said"), PROGRAMS, ids=["passes", "breaks"])
def test_the_judging_step_leaves_its_reports(
    tmp_path: Path, program: str, classes: Any, status: str, said: str
) -> None:
    folder = _project(tmp_path / "repository", program, classes)
    (script,) = [step["run"] for step in _steps(WORKFLOWS[-1]) if step.get("id") == "judge"]
    run = _run(script, folder)
    assert run.returncode == 0, run.stderr
    assert (folder / "GITHUB_OUTPUT").read_text() == f"{status}\n"
    comment = (folder / "reports" / "comment.md").read_text()
    assert said in comment.replace("\\", "")
    assert (folder / "GITHUB_STEP_SUMMARY").read_text() == comment
    hold_to_sarif(json.loads((folder / "reports" / "preflight.sarif").read_text()))
    (verdict,) = [step["run"] for step in _steps(WORKFLOWS[-1]) if step.get("name") == "Verdict"]
    assert _run(verdict, folder, STATUS=status.removeprefix("status=")).returncode == int(status[-1])


def test_the_gitlab_job_does_the_same(tmp_path: Path) -> None:
    folder = _project(tmp_path / "repository", *PROGRAMS[1][:2])
    script = [line for line in _read(GITLAB)["preflight"]["script"] if "git worktree" not in line]
    run = _run("\n".join(script), folder)
    assert run.returncode == 2
    assert "could not be judged" in (folder / "reports" / "changes.md").read_text()
    assert "<error" in (folder / "reports" / "preflight.xml").read_text()


@pytest.mark.skipif(ISOLATED != 0, reason="this machine makes no network namespaces")
def test_without_network_there_is_none() -> None:
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    script = ROOT / ".github" / "scripts" / "without-network"
    run = subprocess.run([script, sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Network is unreachable" in run.stderr


GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in *--paginate*) printf '%s' "$FOUND" ;; esac
"""


@pytest.mark.parametrize(
    ("found", "call"),
    [
        ("", "api --method POST repos/o/r/issues/7/comments --field body=@f.md --silent"),
        ("41\n42\n", "api --method PATCH repos/o/r/issues/comments/41 --field body=@f.md --silent"),
    ],
    ids=["first", "again"],
)
def test_there_is_one_comment(tmp_path: Path, found: str, call: str) -> None:
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls"), "FOUND": found}
    run = _run(f"{ROOT}/.github/scripts/comment o/r 7 f.md", tmp_path, **environment)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "calls").read_text().splitlines()[-1] == call


def test_the_hook_is_valid_and_runs(tmp_path: Path) -> None:
    hooks = _read(ROOT / ".pre-commit-hooks.yaml")
    (hook,) = hooks
    assert hook.keys() >= {"id", "name", "entry", "language"}, "what pre-commit demands of a hook"
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    assert [bool(re.search(hook["files"], name)) for name in ("stacks/Pulumi.x.yaml", "a.py", "README.md")] == [1, 1, 0]
    project = write_project(tmp_path, "mysql(profiles='user-information')", classes=CLASSES)
    run = _run(f"{BIN}/{hook['entry']}", project)
    assert (run.returncode, "CONDITIONAL" in run.stdout) == (0, True)
