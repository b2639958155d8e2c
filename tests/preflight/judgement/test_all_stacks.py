"""`preflight check --all`: a fixed order, the worst exit status, and nobody's bad input in another's way."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from im_stack.preflight.cli import app
from im_stack.preflight.judgement.all_stacks import check_all
from im_stack.terms.problem import InputError
from tests.harness.project import write_project

PROGRAM = """
import os
import pulumi
if pulumi.get_stack() == "crashes":
    os._exit(3)
if pulumi.get_stack() == "raises":
    raise ValueError("no")
if pulumi.get_stack() == "kills":
    import ctypes
    ctypes.CDLL(None).kill(os.getppid(), 9)
"""


def _project(folder: Path, *stacks: str) -> Path:
    write_project(folder, "", header=PROGRAM)
    good = (folder / "Pulumi.test.yaml").read_text()
    for stack in stacks:
        (folder / f"Pulumi.{stack}.yaml").write_text("- rubbish" if stack == "rubbish" else good)
    return folder


def test_one_stack_s_bad_input_does_not_stop_the_others(tmp_path: Path) -> None:
    _project(tmp_path, "crashes", "kills", "raises", "rubbish", "zero")
    results = check_all(tmp_path, 1)
    assert [name for name, _ in results] == ["crashes", "kills", "raises", "rubbish", "test", "zero"]
    said = [result.problems[0].what if isinstance(result, InputError) else "" for _, result in results]
    words = ["exit status 3", "took its recorder down", "ValueError: no", "holds no keys", "", ""]
    assert all(word in what for word, what in zip(words, said, strict=True)), said


def test_the_worst_status_and_one_document(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        app, ["check", "--all", "--project", str(_project(tmp_path, "raises")), "--format", "json"]
    )
    assert run.exit_code == 2
    first, second = json.loads(run.stdout)
    assert (first["schema"], first["stack"]) == ("im-preflight-problems/1", "raises")
    assert first["problems"][0]["what"] == "ValueError: no"
    assert (second["schema"], second["stack"]) == ("im-preflight-report/1", "test")
    assert "ValueError: no" in run.stderr


def test_two_at_a_time_say_what_each_says_alone(tmp_path: Path) -> None:
    project = str(_project(tmp_path, "a", "b", "c"))
    runner = CliRunner()
    together = json.loads(
        runner.invoke(app, ["check", "--all", "--project", project, "--jobs", "2", "--format", "json"]).stdout
    )
    for report in together:
        alone = runner.invoke(app, ["check", report["stack"], "--project", project, "--format", "json"])
        assert json.loads(alone.stdout) == report


@pytest.mark.parametrize("arguments", [["check"], ["check", "test", "--all"]])
def test_one_stack_or_all(arguments: list[str]) -> None:
    run = CliRunner().invoke(app, arguments)
    assert isinstance(run.exception, InputError)


def test_a_project_without_stacks(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: test\n")
    with pytest.raises(InputError, match="no stack"):
        check_all(tmp_path)
