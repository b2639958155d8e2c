"""The wheel: all modules and tables, through the links to `components` and `policies`, the licence, and its command."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from im_stack.terms.packages import DISTRIBUTION, install_command
from tests.harness.root import ROOT
from tests.harness.wheel import build_wheel


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the content of a wheel built from a copy of the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    content = folder / "content"
    wheel = build_wheel(folder)
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


def test_the_pack_is_found_and_names_the_environment_that_it_is_installed_in(unpacked: Path, tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    packages.parent.mkdir(parents=True)
    packages.symlink_to(unpacked)
    environment = os.environ | {"PYTHONPATH": str(packages)}
    command = [sys.executable, "-P", "-m", "im_stack.preflight", "policy-pack"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == (unpacked / "im_stack" / "policies").resolve()
    named = yaml.safe_load((Path(done.stdout.strip()) / "PulumiPolicy.yaml").read_text("utf-8"))
    assert named["version"] == version(DISTRIBUTION)
    place = packages / "im_stack" / "policies" / named["runtime"]["options"]["virtualenv"]
    assert Path(os.path.normpath(place)) == tmp_path


def test_no_text_installs_this_package_from_an_index() -> None:
    """Its name is registered on none, so anyone could claim it."""
    tops = [ROOT / top for top in ("README.md", "CONTRIBUTING.md", "docs", "components", "policies", "im_stack")]
    files = [file for top in tops for file in ([top] if top.is_file() else top.rglob("*.[pm][yd]"))]
    assert len(files) > 100
    wrong = re.compile(rf"(install|uv add|uvx|pipx run) [^\n]*{DISTRIBUTION}")
    assert not [str(file) for file in files if wrong.search(file.read_text("utf-8"))]


@pytest.mark.parametrize(
    ("package", "command"),
    [
        ("pulumi_aws", "pip install 'pulumi-aws==7.51.1'"),
        ("compliance-trestle", "pip install 'compliance-trestle<6,>=5'"),
    ],
)
def test_an_optional_package_is_named_in_the_version_that_is_asked_for(package: str, command: str) -> None:
    assert install_command(package) == command
