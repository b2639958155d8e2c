"""Place of a verdict: the user's own line that the fix is about, which is a line of the program or a key of the stack's
file; and the lines of a library that are related to it."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from im_stack.policies.judge import Verdict
from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.stack.declaration import NAMESPACE


@dataclass(frozen=True, slots=True)
class Place:
    """A file and a line if one is known. The file is relative to where the command runs (in CI: the repository), or to
    where the packages are installed: `installed`."""

    file: str
    line: int | None = None
    installed: bool = False

    @property
    def uri(self) -> str:
        """The file as a relative URI reference."""
        return quote(self.file)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Places:
    """The places of one judged stack."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def of(self, verdict: Verdict) -> Place:
        """The user's line: of a class or a waiver its key in the stack file, unless the program itself makes the store
        that the evidence is in; of a resource the line of the program."""
        at = verdict.evidence.resource if verdict.evidence else ""
        key = at.removeprefix(f"{NAMESPACE}:") if at.startswith(f"{NAMESPACE}:") else f"classes.{verdict.subject}"
        if not verdict.subject.startswith("urn:") and self._library(verdict):
            return self._chosen(key)
        return self._at(self._check.source_of(verdict)) or self._chosen(key)

    def related(self, verdict: Verdict) -> tuple[Place, ...]:
        """The line of the program and the line of the library that make the resource for it, as far as they differ."""
        first, library = self.of(verdict), self._library(verdict)
        others = (self._at(self._check.source_of(verdict)), self._at(library))
        return tuple(place for place in others if place and place != first) if library else ()

    def made(self, urn: str) -> Place | None:
        """The line of the program that made a resource."""
        return self._at(self._check.made_at(urn))

    def _library(self, verdict: Verdict) -> str:
        urns = (verdict.subject, verdict.evidence.resource if verdict.evidence else "")
        return next((self._check.libraries[urn] for urn in urns if urn in self._check.libraries), "")

    def _at(self, source: str) -> Place | None:
        file, _, line = source.rpartition(":")
        if not file or not line.isdecimal():
            return None
        if not file.startswith("..") and not (self._check.stack.root / file).exists():
            return Place(file, int(line), installed=True)
        return Place(_relative(self._check.stack.root / file), int(line))

    def _chosen(self, key: str) -> Place:
        file, line = self._keys.get(key, (str(self._check.stack.path), None))
        return Place(_relative(Path(file)), line)

    @cached_property
    def _keys(self) -> dict[str, tuple[str, int]]:
        """The files are read again, so only on demand."""
        return self._check.stack.places()


def _relative(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()
