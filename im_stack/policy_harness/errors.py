"""Errors of the harness, each with a message for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class PackFault(Exception):
    """The pack did not start, died, hung, crashed, or does something that fails under the engine."""


class CallFault(PackFault):
    """The pack answered a call with an exception, and lives."""


@dataclass(frozen=True)
class Raised:
    """An exception that a policy raised: its type and text, and the pack's own line, without secrets."""

    policy: str
    urn: str
    what: str

    def __str__(self) -> str:
        on = f" on {self.urn.rsplit('::', 1)[-1]!r}" if self.urn else ""
        return f"the policy {self.policy!r} raised {self.what}{on}"


class PolicyFault(PackFault):
    """Policies that raised exceptions. `report` is what all others said."""

    def __init__(self, raised: Sequence[Raised], report: Any) -> None:
        self.raised = tuple(raised)
        self.report = report
        super().__init__("\n".join(str(each) for each in raised))


class ConfigFault(Exception):
    """Invalid configuration of the pack: an unknown policy, or properties that its schema refuses."""


@dataclass(frozen=True)
class Problem:
    """One fault of a table: place (file, line, key) and what is wrong."""

    file: str
    line: int | None
    key: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.what) if part)


class TableError(Exception):
    """An invalid table with all of its problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))
