"""Packages shipped with the function: the wheels of a hashed lock, and the files in them.

Only wheels without compiled code are used, so the zip is the same on every machine and runs on every processor. pip
downloads them into a folder; a wheel there is used only if its hash is in the lock. Raises `BundleError`.
"""

import fnmatch
import hashlib
import os
import re
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath

from im_stack.terms.files.yaml_file import Row

_LINE = re.compile(r"^(?P<name>[\w.-]+)==\S+|--hash=sha256:(?P<hash>[0-9a-f]{64})\b", re.MULTILINE)
_PURE = "*-none-any.whl"


class BundleError(Exception):
    """The zip cannot be built; the message says why, and what would help."""


class Pattern(Row):
    """Files of a package: `out` is why they are not shipped; without it they are."""

    pattern: str
    out: str | None = None


class Table(Row):
    """`components/bundle/<cloud>.yaml`: the runtime's Python version, and which files of packages are shipped."""

    python: str
    files: tuple[Pattern, ...]

    def ships(self, path: str) -> bool:
        """Whether the file at `<package>/<path>` is shipped, by the first pattern that matches."""
        return next((p.out is None for p in self.files if fnmatch.fnmatchcase(path, p.pattern)), True)


def pinned(lock: Path) -> Mapping[str, frozenset[str]]:
    """The hashes that a lock allows, by package. Raises `BundleError` for a package without one, and for an empty
    lock."""
    found: dict[str, set[str]] = {}
    package = ""
    for match in _LINE.finditer(lock.read_text("utf-8")):
        package = match["name"] or package
        found.setdefault(package, set()).update([match["hash"]] if match["hash"] else [])
    if not found:
        raise BundleError(f"{lock.name} names no package; see `make lock`")
    if bare := sorted(name for name, hashes in found.items() if not name or not hashes):
        raise BundleError(f"{lock.name} names {bare[0] or 'a hash'} without {'a hash' if bare[0] else 'its package'}")
    return {name: frozenset(hashes) for name, hashes in found.items()}


def wheels(lock: Path, python: str, folder: Path) -> Mapping[str, bytes]:
    """The wheel of every package in the lock, from `folder`, which is filled first if it lacks one."""
    if (whole := _kept(lock, folder)) is None:
        _download(lock, python, folder)
        whole = _kept(lock, folder)
    if whole is None:
        raise BundleError(f"what was downloaded to {folder} is not what {lock.name} names; see `make lock`")
    return whole


def _kept(lock: Path, folder: Path) -> Mapping[str, bytes] | None:
    bodies = {hashlib.sha256(body).hexdigest(): body for body in (p.read_bytes() for p in sorted(folder.glob(_PURE)))}
    found = {package: sorted(bodies.keys() & hashes) for package, hashes in pinned(lock).items()}
    return {package: bodies[have[0]] for package, have in found.items()} if all(found.values()) else None


def _download(lock: Path, python: str, folder: Path) -> None:
    def command(target: Path) -> list[str]:
        pure = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
        what = [f"--python-version={python}", f"--dest={target}", f"--requirement={os.path.relpath(lock)}"]
        return ["-m", "pip", "download", "--no-deps", "--require-hashes", *pure, *what]

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as new:
        quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--retries=2"]
        done = subprocess.run(
            [sys.executable, *command(Path(new)), *quiet], capture_output=True, text=True, encoding="utf-8", check=False
        )
        if done.returncode:
            lines = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["pip printed nothing"]
            reason = next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])
            raise BundleError(
                f"the function's packages cannot be downloaded.\n  {reason}\n"
                f"With a package registry in reach, run this again; or fill {folder} on another machine:\n"
                f"  python {' '.join(command(folder))}"
            )
        for path in Path(new).glob(_PURE):  # one by one: a concurrent reader sees whole files
            path.replace(folder / path.name)


def shipped(wheels: Mapping[str, bytes], table: Table) -> dict[str, bytes]:
    """The files of the wheels that go into the zip, by their path in it."""
    found: dict[str, bytes] = {}
    for package, wheel in sorted(wheels.items()):
        for path, body in _files(package, wheel, table):
            if found.setdefault(path, body) != body:
                raise BundleError(f"{package} and another package both have {path}, and they differ")
    return found


def _files(package: str, wheel: bytes, table: Table) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(BytesIO(wheel)) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(entry.filename)
            if entry.is_dir() or not table.ships(f"{package}/{path}"):
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise BundleError(f"{package}: {path} is a symbolic link")
            if path.is_absolute() or ".." in path.parts or path.parts[0].endswith(".data"):
                raise BundleError(f"{package}: {path} would not be installed at that path")
            yield str(path), archive.read(entry)
