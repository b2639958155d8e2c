"""The zip: the same bytes each time, complete, alone, and fit for the deployed interpreter."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import purge
from components.bundle.archive import bundle

SOURCES = sorted(Path(purge.__file__).parent.glob("*.py"))
THIRD_PARTY = {"boto3", "botocore", "mypy_boto3_s3", "tencentcloud"}
_RUN = """
import sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"pulumi", "terms", "components", "facts", "policies", "preflight", "pydantic"}:
            raise ImportError(name)
sys.meta_path.insert(0, Wall())
sys.path.insert(0, sys.argv[1])
import index, purge
assert purge.__file__.startswith(sys.argv[1]), purge.__file__
try:
    index.main_handler({}, {})
except ValueError as error:
    print(type(error).__name__)
"""


def _vendor(tmp_path: Path) -> Path:
    vendor = tmp_path / "vendor"
    (vendor / "boto3" / "__pycache__").mkdir(parents=True)
    (vendor / "boto3" / "__init__.py").write_text("x = 1\n")
    (vendor / "boto3" / "__pycache__" / "x.pyc").write_bytes(b"differs")
    (vendor / "data.json").write_text("{}")
    return vendor


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    vendor = _vendor(tmp_path)
    first = bundle(tmp_path / "a.zip", vendor).read_bytes()
    for path in vendor.rglob("*"):
        os.utime(path, (10**9, 10**9))
        path.chmod(0o700)
    assert bundle(tmp_path / "b.zip", vendor).read_bytes() == first
    assert bundle(tmp_path / "c.zip").read_bytes() == bundle(tmp_path / "c.zip").read_bytes() != first


def test_the_zip_holds_the_package_sorted_and_without_dates(tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle(tmp_path / "a.zip", _vendor(tmp_path))) as archive:
        entries = archive.infolist()
    names = [entry.filename for entry in entries]
    own = {f"purge/{path.name}" for path in SOURCES}
    assert names == sorted(names)
    assert set(names) == own | {"index.py", "boto3/__init__.py", "data.json"}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@pytest.mark.parametrize("name", ["index.py", "purge.py", "purge/handler.py"])
def test_a_vendored_file_cannot_take_the_functions_place(tmp_path: Path, name: str) -> None:
    vendor = _vendor(tmp_path)
    (vendor / name).parent.mkdir(exist_ok=True)
    (vendor / name).write_text("")
    with pytest.raises(ValueError, match="function's own"):
        bundle(tmp_path / "a.zip", vendor)


def test_a_symbolic_link_or_no_folder_is_refused(tmp_path: Path) -> None:
    vendor = _vendor(tmp_path)
    (vendor / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="symbolic link"):
        bundle(tmp_path / "a.zip", vendor)
    with pytest.raises(ValueError, match="not a folder"):
        bundle(tmp_path / "a.zip", tmp_path / "nowhere")


def test_the_zip_runs_alone(tmp_path: Path) -> None:
    """From the zip, with the rest of the project walled off, up to the first thing it needs: its configuration."""
    archive = bundle(tmp_path / "a.zip")
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "VIRTUAL_ENV")}
    done = subprocess.run(
        [sys.executable, "-I", "-c", _RUN, str(archive)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("ConfigError\n", "")


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
    assert imported <= {"purge", *THIRD_PARTY, *sys.stdlib_module_names}


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.stem in ("plan", "config", "period")], ids=lambda path: path.name
)
def test_the_core_reads_no_clock_and_no_environment(path: Path) -> None:
    names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert not names & {"now", "today", "utcnow", "time", "monotonic", "environ", "getenv"}
