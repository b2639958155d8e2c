"""docs/extend.md, run as it is in a copy of this project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.walkthrough import run, steps
from tests.harness.root import ROOT

_CODE = ("im_stack/", "policies/", "components/")


def _copy(folder: Path) -> Path:
    """The files of the project, with its environment."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for file in filter(lambda each: (ROOT / each).exists(), files):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, folder / file, follow_symlinks=False)
    return folder


def test_the_page_runs_in_a_copy_of_the_project(tmp_path: Path) -> None:
    copy = _copy(tmp_path / "copy")
    programs = copy / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "activate").write_text(f"export PATH={programs}:$PATH PYTHONPATH={copy}\n")
    for name in ("python", "preflight"):
        (programs / name).write_text(f'#!/bin/sh\nexec {Path(sys.executable).parent / name} "$@"\n')
        (programs / name).chmod(0o755)
    printed = run("extend.md", copy, os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    assert "FAIL own-keys: " in printed
    assert "3 cases, 4 expectations, 0 mismatches" in printed
    assert "own-keys: Every store rests under a key of the stack's own" in printed


def test_a_reader_and_a_rule_are_two_files_of_the_code_each() -> None:
    """A third one means that something has to be listed somewhere, and the code has to change."""
    files = [step.value for step in steps("extend.md") if step.value.startswith(_CODE)]
    assert files == [
        "im_stack/facts/tencent/stores/prometheus.py",
        "im_stack/facts/tencent/limits.yaml",
        "im_stack/terms/texts/instruments/stack-policy.yaml",
    ]
    copied = [step.text for step in steps("extend.md") if step.text.startswith("cp ")]
    assert copied == ["cp rules/own_keys.py policies/rules/own_keys.py\n"]
