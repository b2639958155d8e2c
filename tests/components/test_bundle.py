"""How the zip is made: its name, its bytes, the packages of its lock, and every way in which there is none."""

import hashlib
import io
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from im_stack.components import bundle
from im_stack.components.bundle import __main__ as program
from im_stack.components.bundle.archive import pack
from im_stack.components.bundle.packages import BundleError, Pattern, Table, pinned, shipped, wheels
from im_stack.facts.mechanism.tables import RequestRow, request_limits
from im_stack.terms.files.yaml_file import load

_ROOT = Path(bundle.__file__).resolve().parents[2]
_OWN = {"index.py": b"", "im_stack/purge/__init__.py": b"", "im_stack/purge/handler.py": b""}
_ALL = Table(python="3.10", files=())


def _wheel(files: dict[str, bytes], link: str = "") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK if name == link else stat.S_IFREG) << 16
            archive.writestr(entry, content)
    return body.getvalue()


def _package(name: str) -> bytes:
    info = f"{name}-1.0.dist-info"
    return _wheel(
        {
            f"{name}/__init__.py": name.encode(),
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }
    )


class Registry:
    """A folder of wheels as the only registry, and the lock of them."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wheels = path / "registry"
        self.wheels.mkdir()
        self.lock, self.table, self.build = path / "some.lock", path / "some.yaml", path / "build"
        self.table.write_text('python: "3.10"\nfiles: []\n')
        self.kept = self.build / "kept"
        self.bodies = {name: _package(name) for name in ("one", "two")}
        for name, body in self.bodies.items():
            self.file(name).write_bytes(body)
        self.pin()
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(self.wheels))

    def file(self, name: str) -> Path:
        return self.wheels / f"{name}-1.0-py3-none-any.whl"

    def pin(self, **hashes: str) -> None:
        known = {name: hashlib.sha256(body).hexdigest() for name, body in self.bodies.items()} | hashes
        self.lock.write_text("".join(f"{name}==1.0 \\\n    --hash=sha256:{of}\n" for name, of in known.items()))

    def close(self) -> None:
        for path in self.wheels.iterdir():
            path.unlink()

    def keep(self) -> None:
        """As an earlier run left it."""
        shutil.copytree(self.wheels, self.kept)

    def fetch(self) -> dict[str, bytes]:
        return dict(wheels(self.lock, "3.10", self.kept))


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    return Registry(tmp_path, monkeypatch)


# --- the name ---


@pytest.mark.parametrize("changed", ["tencent.lock", "tencent.yaml"])
def test_the_name_changes_with_what_decides_the_packages(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bundle.bundle_name()
    assert before == bundle.bundle_name()
    which = {"tencent.lock": "LOCK", "tencent.yaml": "TABLE"}[changed]
    other = tmp_path / changed
    other.write_bytes(getattr(bundle, which).read_bytes() + b"#")
    monkeypatch.setattr(bundle, which, other)
    assert bundle.bundle_name() != before


def test_the_name_changes_with_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    before, own = bundle.bundle_name(), bundle.own_files()
    monkeypatch.setattr(
        bundle, "own_files", lambda: own | {"im_stack/purge/plan.py": own["im_stack/purge/plan.py"] + b"#"}
    )
    assert bundle.bundle_name() != before


def test_the_runtime_is_the_one_that_the_function_is_given() -> None:
    table = load(bundle.TABLE, Table)
    assert f'runtime="Python{table.python}"' in (_ROOT / "components" / "tencent" / "purge.py").read_text("utf-8")


def test_what_is_deployed_is_what_is_tested_and_no_registry_is_named() -> None:
    lock = bundle.LOCK.read_text("utf-8")
    versions = dict(re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE))
    tested = dict(re.findall(r"^([\w.-]+)==(\S+)", (_ROOT / "requirements-dev.lock").read_text("utf-8"), re.MULTILINE))
    assert {"boto3", "tencentcloud-sdk-python-kms"} <= versions.keys() == pinned(bundle.LOCK).keys()
    assert versions == {name: tested[name] for name in versions}
    assert "://" not in lock


# --- the bytes ---


def test_the_same_files_make_the_same_bytes_sorted_and_without_dates() -> None:
    packages = {"b/__init__.py": b"x" * 1000, "a.py": b"y"}
    packed = pack(_OWN, packages)
    assert packed == pack(dict(reversed(_OWN.items())), dict(reversed(packages.items())))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entries = archive.infolist()
    names = [entry.filename for entry in entries]
    assert names == sorted({*_OWN, *packages})
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@pytest.mark.parametrize(
    "name", ["index.py", "im_stack.py", "im_stack/purge/handler.py", "im_stack/purge/new.py", "index/__init__.py"]
)
def test_a_package_cannot_take_the_functions_place(name: str) -> None:
    with pytest.raises(BundleError, match=f"{name}, which is the function's own"):
        pack(_OWN, {name: b""})


def test_the_first_pattern_that_fits_says_what_is_shipped() -> None:
    table = Table(
        python="3.10",
        files=(Pattern(pattern="p/d/s/x", out="w"), Pattern(pattern="p/d/s/*"), Pattern(pattern="p/d/*", out="w")),
    )
    wheel = _wheel(dict.fromkeys(("d/s/x", "d/s/y", "d/t/y", "e"), b""))
    assert sorted(shipped({"p": wheel}, table)) == ["d/s/y", "e"]
    assert sorted(shipped({"q": wheel}, table)) == ["d/s/x", "d/s/y", "d/t/y", "e"]


@pytest.mark.parametrize(
    ("files", "link", "says"),
    [
        ({"m/a.py": b"/etc/passwd"}, "m/a.py", "symbolic link"),
        ({"../a.py": b""}, "", "would not be installed"),
        ({"/a.py": b""}, "", "would not be installed"),
        ({"m-1.0.data/purelib/a.py": b""}, "", "would not be installed"),
    ],
)
def test_a_file_that_is_not_where_it_says_is_refused(files: dict[str, bytes], link: str, says: str) -> None:
    with pytest.raises(BundleError, match=f"^m: .* {says}"):
        shipped({"m": _wheel(files, link)}, _ALL)


def test_two_packages_may_have_the_same_file_and_no_two_of_a_path() -> None:
    one, two = _wheel({"n/__init__.py": b""}), _wheel({"n/__init__.py": b"1"})
    assert shipped({"a": one, "b": one}, _ALL) == {"n/__init__.py": b""}
    with pytest.raises(BundleError, match=r"b and another package both have n/__init__\.py"):
        shipped({"a": one, "b": two}, _ALL)


# --- the packages of a lock ---


def test_a_registry_is_asked_once(registry: Registry) -> None:
    assert registry.fetch() == registry.bodies
    registry.close()
    assert registry.fetch() == registry.bodies


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _swap(path: Path) -> None:
    path.write_bytes(_package("other"))


def _compiled(path: Path) -> None:
    path.rename(path.with_name("one-1.0-cp310-cp310-linux_x86_64.whl"))


@pytest.mark.parametrize("spoil", [Path.unlink, _cut, _swap, _compiled])
def test_a_folder_that_is_not_whole_is_filled_again(registry: Registry, spoil: Callable[[Path], None]) -> None:
    registry.keep()
    spoil(registry.kept / registry.file("one").name)
    assert registry.fetch() == registry.bodies


def test_a_folder_that_is_not_whole_is_never_used(registry: Registry) -> None:
    registry.keep()
    _cut(registry.kept / registry.file("one").name)
    registry.close()
    with pytest.raises(BundleError, match="cannot be downloaded"):
        registry.fetch()


def test_what_else_lies_in_the_folder_is_not_shipped(registry: Registry) -> None:
    registry.keep()
    (registry.kept / "three-1.0-py3-none-any.whl").write_bytes(_package("three"))
    assert registry.fetch() == registry.bodies


def test_a_wheel_with_another_hash_is_refused(registry: Registry) -> None:
    registry.pin(two="0" * 64)
    with pytest.raises(BundleError, match="DO NOT MATCH THE HASHES"):
        registry.fetch()
    assert not list(registry.kept.iterdir())


def test_only_a_wheel_for_every_machine_is_taken(registry: Registry) -> None:
    registry.file("one").rename(registry.wheels / "one-1.0-cp310-cp310-manylinux2014_x86_64.whl")
    with pytest.raises(BundleError, match=r"No matching distribution found for one==1\.0"):
        registry.fetch()


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "no package"), ("one==1.0\n", "one without a hash"), ("--hash=sha256:" + "0" * 64, "a hash without")],
)
def test_a_lock_without_a_hash_is_refused(registry: Registry, text: str, says: str) -> None:
    registry.lock.write_text(text)
    with pytest.raises(BundleError, match=f"some.lock names {says}"):
        registry.fetch()


def test_a_zip_that_no_request_holds_is_refused(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    def at_most(size: int) -> None:
        row = RequestRow(id="function-zip", most=size, source="some page", as_of="2026-01-01")
        monkeypatch.setattr(program, "request_limits", lambda _: {"function-zip": row})

    size = len(program.build(registry.build, registry.lock, registry.table))
    sent = -(-size // 3) * 4
    at_most(sent)
    program.build(registry.build, registry.lock, registry.table)
    at_most(sent - 1)
    with pytest.raises(BundleError, match=rf"{sent} bytes in base64, and a request holds {sent - 1} \(some page\)"):
        program.build(registry.build, registry.lock, registry.table)


def test_the_least_of_what_the_sources_say_is_the_limit() -> None:
    assert request_limits("tencent")["function-zip"].most == 10_000_000


# --- the command ---


def _command(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-m", "im_stack.components.bundle"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_without_a_registry_there_is_one_message_and_no_zip(registry: Registry, tmp_path: Path) -> None:
    registry.close()
    done = _command(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    first, *_, last = done.stderr.splitlines()
    assert first == "bundle: the function's packages cannot be downloaded."
    assert last.startswith("  python -m pip download ")
    assert "--require-hashes" in last
    assert "Traceback" not in done.stderr
    assert not [path for path in registry.build.rglob("*") if path.is_file()]


def test_a_folder_that_cannot_be_written_is_said(registry: Registry, tmp_path: Path) -> None:
    registry.build.write_text("")
    done = _command(tmp_path)
    assert done.returncode == 2
    assert re.fullmatch(r"bundle: .*build.*\n", done.stderr)


def test_a_zip_that_cannot_be_written_whole_has_no_name(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, body: bytes) -> int:
        with path.open("wb") as file:
            file.write(body[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.chdir(registry.build.parent)
    monkeypatch.setattr(program, "build", lambda folder: (folder.mkdir(), b"x" * 1000)[1])
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SystemExit, match="2"):
        program.main()
    assert not list(registry.build.iterdir())
