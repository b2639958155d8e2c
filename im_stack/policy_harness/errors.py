"""What can be wrong, each said once and for a person."""

from collections.abc import Sequence
from dataclasses import dataclass


class PackFault(Exception):
    """The pack did not start, died, hung, crashed, or does what breaks it under the engine."""


class ConfigFault(Exception):
    """The pack cannot be configured this way: an unknown policy, or properties its schema refuses."""


@dataclass(frozen=True)
class Problem:
    """One fault of a table: where (file, line, key) and what is wrong."""

    file: str
    line: int | None
    key: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.what) if part)


class TableError(Exception):
    """A table that cannot be used, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))
