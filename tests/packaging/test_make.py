"""`make` on a machine whose Python is too old, or missing: one message, and no environment is made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.root import ROOT

_PYTHON = """#!/bin/sh
if [ "$1" = -c ]; then
    exec {real} -c 'import sys; sys.version_info = ({numbers}, "final", 0); sys.version = "{version} (main)"
exec(sys.argv[1])' "$2"
fi
echo "$0 $*" >> {log}
exit 9
"""
"""An interpreter that says it is of a version, and does nothing but note what it is asked for."""
_UV = """#!/bin/sh
echo "$0 $*" >> {log}
exit 9
"""


def _make(folder: Path, version: str, tools: tuple[str, ...], *arguments: str) -> "subprocess.CompletedProcess[str]":
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-checkov.lock"):
        shutil.copy(ROOT / name, folder)
    programs = folder / "programs"
    programs.mkdir()
    numbers, log = version.replace(".", ", "), folder / "log"
    texts = {
        "python3": _PYTHON.format(real=sys.executable, numbers=numbers, version=version, log=log),
        "uv": _UV.format(log=log),
    }
    for name in tools:
        (programs / name).write_text(texts[name])
        (programs / name).chmod(0o755)
    for name in ("make", "sh", "sed", "rm"):
        (programs / name).symlink_to(shutil.which(name) or name)
    environment = {"PATH": str(programs), "LANG": "C", "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("tools", [("python3",), ("python3", "uv")], ids=["venv", "uv"])
@pytest.mark.parametrize("version", ["2.7.18", "3.6.15", "3.10.13"])
@pytest.mark.parametrize("target", ["preflight", "test"])
def test_a_python_too_old_is_refused_before_an_environment_is_made(
    tmp_path: Path, version: str, tools: tuple[str, ...], target: str
) -> None:
    run = _make(tmp_path, version, tools, target)
    assert run.returncode == 2
    assert run.stderr.splitlines()[0] == (
        f"error: Python 3.11 or later is needed; python3 is Python {version}: make PYTHON=/path/to/python3.11"
    )
    assert not (tmp_path / ".venv").exists()
    assert not (tmp_path / "log").exists()


def test_no_python_at_all_is_refused_the_same_way(tmp_path: Path) -> None:
    run = _make(tmp_path, "3.11.0", ("uv",), "preflight")
    assert run.returncode == 2
    assert "Python 3.11 or later is needed; there is no python3" in run.stderr
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "4.0.0"])
@pytest.mark.parametrize(("tools", "asked"), [(("python3",), "python3 -m venv .venv"), (("python3", "uv"), "uv venv ")])
def test_a_python_new_enough_is_asked_for_an_environment(
    tmp_path: Path, version: str, tools: tuple[str, ...], asked: str
) -> None:
    run = _make(tmp_path, version, tools, "preflight")
    assert run.returncode == 2  # the stand-in makes none
    assert asked in (tmp_path / "log").read_text()


@pytest.mark.parametrize("status", [0, 1, 2])
def test_the_status_of_the_check_is_said_where_make_has_its_own(tmp_path: Path, status: int) -> None:
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    for name, ends in (("python", 0), ("preflight", status)):
        (programs / name).write_text(f"#!/bin/sh\nexit {ends}\n")
        (programs / name).chmod(0o755)
    (tmp_path / ".venv" / ".installed").touch()
    run = subprocess.run(["make", "preflight"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == (2 if status else 0)
    said = f"status {status} of: .venv/bin/preflight check tencent-ap-jakarta (1: a verdict blocks, 2: bad input)"
    assert (said in run.stderr) is bool(status)
