"""The deployed zip: complete, self-contained, small enough, and importable by the deployed interpreter."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

from im_stack import purge
from im_stack.components.bundle import FOLDER, TABLE, own_files
from im_stack.components.bundle.__main__ import build
from im_stack.components.bundle.packages import Table
from im_stack.facts.mechanism.tables import request_limits
from im_stack.terms.files.yaml_file import load
from tests.purge.conftest import World

SOURCES = sorted(Path(purge.__file__).parent.glob("*.py"))
THIRD_PARTY = {"boto3", "botocore", "mypy_boto3_s3", "tencentcloud"}
RUNTIME = load(TABLE, Table).python
# Isolated and without site-packages: only Python's own library, and what was in the zip.
_RUN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import index
print(json.dumps([index.main_handler({}, None)["problems"], sys.version_info[:2]]))
"""


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip from packages in the project's build folder, which a registry fills the first time."""
    path = tmp_path_factory.mktemp("zip") / "purge.zip"
    path.write_bytes(build(Path(purge.__file__).parents[1] / FOLDER))
    return path


@pytest.fixture(scope="session")
def unpacked(archive: Path) -> Path:
    """The zip unpacked as by the runtime."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(archive.with_suffix(""))
    return archive.with_suffix("")


@cache
def _interpreter(version: str) -> str | None:
    """A Python of this version from PATH or pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for path in (shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python{version}"))):
        if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            return str(path)
    return None


def _run(python: str, code: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [python, "-I", "-S", "-c", _RUN, str(code)]
    return subprocess.run(command, cwd=code, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("version", [RUNTIME, "{}.{}".format(*sys.version_info[:2])])
def test_the_zip_makes_a_whole_run_alone(unpacked: Path, world: World, version: str) -> None:
    python = sys.executable if version != RUNTIME else _interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version}, which is the runtime's, is at hand")
    done = _run(python, unpacked, world.environment)
    assert done.stdout.splitlines()[-1:] == [json.dumps([[], [int(n) for n in version.split(".")]])], done.stderr
    assert len(world.objects()) == 3
    assert len(world.kms.issued) == 3


def test_without_its_packages_it_would_not(tmp_path: Path, world: World) -> None:
    for name, body in own_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(body)
    assert "No module named" in _run(sys.executable, tmp_path, world.environment).stderr
    assert not world.objects()


def test_a_third_of_what_a_request_holds_is_enough(archive: Path) -> None:
    assert archive.stat().st_size * 4 / 3 < request_limits("tencent")["function-zip"].most / 3


def test_only_what_the_function_uses_is_shipped(archive: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        found = packed.namelist()
    described = {name.split("/")[2] for name in found if re.fullmatch("botocore/data/[^/]+/.+", name)}
    assert described == {"s3"}
    assert not [name for name in found if name.endswith((".so", ".pyc", "RECORD")) or ".data/" in name]
    assert {name for name in found if name.startswith("im_stack/purge/")} == {
        f"im_stack/purge/{path.name}" for path in SOURCES
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_module_imports_only_the_library_its_package_and_what_is_shipped(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 10))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).split(".")[0])
    assert imported <= {"im_stack", *THIRD_PARTY, *sys.stdlib_module_names}


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.stem in ("plan", "config", "period")], ids=lambda path: path.name
)
def test_the_core_reads_no_clock_and_no_environment(path: Path) -> None:
    names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert not names & {"now", "today", "utcnow", "time", "monotonic", "environ", "getenv"}
