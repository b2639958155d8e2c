"""Source position of a verdict: the line that made the resource, or the key of the stack file that chose the class."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from im_stack.policies.judge import Verdict
from im_stack.preflight.judgement.one_stack import Check


@dataclass(frozen=True, slots=True)
class Place:
    """A file, relative to where the command runs (in CI: the repository), and a line if one is known."""

    file: str
    line: int | None = None

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
        """Position of a verdict's subject; for a class its key in the stack file."""
        return self._at(self._check.source_of(verdict)) or self._chosen(verdict.subject)

    def made(self, urn: str) -> Place | None:
        """The line of the program that made a resource."""
        return self._at(self._check.made_at(urn))

    def _at(self, source: str) -> Place | None:
        file, _, line = source.rpartition(":")
        return Place(_relative(self._check.stack.root / file), int(line)) if file and line.isdecimal() else None

    def _chosen(self, data_class: str) -> Place:
        return Place(_relative(self._check.stack.path), self._keys.get(f"classes.{data_class}"))

    @cached_property
    def _keys(self) -> dict[str, int]:
        """The file is read again, so only on demand."""
        return self._check.stack.lines()


def _relative(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()
