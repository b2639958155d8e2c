"""The CLI that the tests run: which one is taken, and what is said where there is none. No CLI is built and none is run."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine import cli

GO_MOD = "module tools\n\nrequire (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.276.0 // indirect\n)\n"
BUILDS = """case "$1" in
build) printf '#!/bin/sh\\necho v3.276.0\\n' > "$3"; chmod +x "$3" ;;
list) echo "$PWD/sdk" ;;
esac"""


def _executable(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing of ours on it, and a project with an empty .engine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(cli, "BUILT", tmp_path / ".engine")
    monkeypatch.setattr(cli, "_TOOLS", tmp_path / "tools")
    (tmp_path / "tools" / "sdk" / "python" / "cmd").mkdir(parents=True)
    (tmp_path / "tools" / "go.mod").write_text(GO_MOD)
    (tmp_path / "tools" / "sdk" / "python" / "cmd" / "pulumi-language-python-exec").write_text("exec\n")
    return folder


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    """The one message on standard error."""
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_a_cli_of_a_named_version_on_path_is_taken(bin_: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _executable(bin_ / "pulumi", "echo v3.276.0")
    _executable(bin_ / "pulumi-language-python", "exit 1")
    assert cli.main() == 0
    assert capsys.readouterr().out == f"{bin_ / 'pulumi'}\n"
    assert cli.on_path() == cli.Cli(bin_ / "pulumi", host=bin_ / "pulumi-language-python")


UNFIT = {
    "another version": ("echo v3.100.0", "is version 3.100.0; the tests name 3.276.0"),
    "one that does not run": ("exit 3", "is no Pulumi CLI that runs; the tests name 3.276.0"),
    "one without the host": ("echo v3.276.0", "has no pulumi-language-python beside it"),
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_a_cli_on_path_that_the_tests_cannot_take_is_named_where_none_can_be_built(
    bin_: Path, capsys: pytest.CaptureFixture[str], unfit: str
) -> None:
    script, said = UNFIT[unfit]
    _executable(bin_ / "pulumi", script)
    assert cli.main() == 2
    assert _said(capsys).startswith("no Pulumi CLI 3.276.0: there is no `go` on PATH to build it with; ")
    assert said in _said_again(capsys, cli.main)


def _said_again(capsys: pytest.CaptureFixture[str], run: object) -> str:
    assert callable(run)
    run()
    return _said(capsys)
