"""The wheel: all modules and tables, through the links to `components` and `policies`, the licence, and its command."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PARTS = ("im_stack", "components", "policies", "pyproject.toml", "README.md", "LICENSE")
_BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the content of a wheel built from a copy of the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    tree, built, content = folder / "tree", folder / "built", folder / "content"
    for part in _PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tree / part, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, tree)
    done = subprocess.run([sys.executable, "-c", _BUILD, built], cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(content)
    return content


def _files(folder: Path) -> Iterator[str]:
    for top, names, files in os.walk(folder, followlinks=True):
        names[:] = [name for name in names if name not in ("__pycache__", "build")]
        yield from (str((Path(top) / name).relative_to(folder.parent)) for name in files)


def test_every_file_of_the_packages_is_in_it(unpacked: Path) -> None:
    missing = {*_files(ROOT / "im_stack")} - {*_files(unpacked / "im_stack")}
    assert {Path(name).name for name in missing} <= {"tencent.in"}  # from which the bundle's lock is made


def test_the_licence_is_in_it(unpacked: Path) -> None:
    (facts,) = unpacked.glob("*.dist-info")
    assert (facts / "licenses" / "LICENSE").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")
    assert "License-Expression: Apache-2.0" in (facts / "METADATA").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "status", "printed"),
    [
        (["--version"], 0, "preflight 0.1.0\n"),
        (["explain", "sweep"], 0, "sweep: "),
        (["check", "demo", "--project", str(ROOT / "examples" / "innocent")], 1, "FAIL ceiling: "),
    ],
    ids=["version", "explain", "check"],
)
def test_its_command_runs(unpacked: Path, tmp_path: Path, arguments: list[str], status: int, printed: str) -> None:
    command = [sys.executable, "-P", "-m", "im_stack.preflight", *arguments]
    environment = os.environ | {"PYTHONPATH": str(unpacked), "COLUMNS": "140"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (status, "")
    assert printed in done.stdout
