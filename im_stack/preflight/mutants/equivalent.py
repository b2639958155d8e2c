"""Equivalent mutants: the reasons why a mutant that survives weakens nothing, matched to the survivors.

In: results; rows of `equivalent_mutants/<cloud>/*.yaml` (stacks) or comments beside the code (for code). Out: each
survivor with its reason, the survivors without one, and the stale rows, which explain no survivor.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pydantic import Field

from im_stack.facts.mechanism.tables import PACKAGES, references
from im_stack.preflight.mutants.judged import Fate, Result
from im_stack.preflight.mutants.naming import NAMES
from im_stack.terms.files.yaml_file import Row, load

SILENT = (Fate.UNJUDGED, Fate.UNNOTICED)
"""The fates that say nothing: they need a reason."""


class Equivalent(Row):
    """A row: mutants of resource types (or source files) and the reason why they are equivalent to the original.

    `types`, `names` and `stacks` are patterns. `arguments` are patterns of paths, each with every path below it; `[]`
    stands for itself. `changes` are patterns of a change with (`added: off`) or without (`off`) its prefix. A row about
    every change of an argument is about ignoring it too (`ignoreChanges: name`): what stays in force is an older value.
    """

    types: tuple[str, ...] = Field(min_length=1)
    arguments: tuple[str, ...] = ("*",)
    changes: tuple[str, ...] = ("*",)
    names: tuple[str, ...] = ("*",)
    stacks: tuple[str, ...] = ("*",)
    why: str = Field(min_length=10, description="why nothing lives longer, goes elsewhere or is open to more")
    where: str = Field("", description="file and row, for messages")

    def is_about(self, type_: str) -> bool:
        return any(fnmatchcase(type_, pattern) for pattern in self.types)

    def is_for(self, stack: str) -> bool:
        return any(fnmatchcase(stack, pattern) for pattern in self.stacks)

    def is_of(self, type_: str, name: str) -> bool:
        return self.is_about(type_) and any(fnmatchcase(name, pattern) for pattern in self.names)

    def covers(self, result: Result) -> bool:
        """Whether it is a reason for a result of a type that it is about. What an argument names is explained by rows
        of references alone."""
        if result.change.startswith(NAMES) and not self.changes[0].startswith(NAMES):
            return False
        ignored = result.path.removeprefix("ignoreChanges: ") if self.changes == ("*",) else result.path
        return (
            any(_path_matches(path, pattern) for path in {result.path, ignored} for pattern in self.arguments)
            and any(_change_matches(result.change, pattern) for pattern in self.changes)
            and any(fnmatchcase(result.name, pattern) for pattern in self.names)
        )


@dataclass(frozen=True)
class Explained:
    """All survivors with their reason, those without one, and the rows that explain nothing."""

    reasons: tuple[tuple[Result, Equivalent], ...]
    unexplained: tuple[Result, ...]
    stale: tuple[Equivalent, ...]


@cache
def equivalents(cloud: str) -> tuple[Equivalent, ...]:
    """Every row of a cloud's tables. Raises `InputError` where one is no row."""
    rows: list[Equivalent] = []
    for file in sorted(Path(__file__).with_name("equivalent_mutants").joinpath(cloud).glob("*.yaml")):
        found = load(file, tuple[Equivalent, ...])
        rows += [row.model_copy(update={"where": f"{file.name} row {at}"}) for at, row in enumerate(found, 1)]
    return tuple(rows)


def references_allowed(cloud: str) -> tuple[Equivalent, ...]:
    """The rows of a cloud's table of references as reasons: what a row lets an argument name changes nothing."""
    return tuple(
        Equivalent(
            types=tuple(_pattern(cloud, name) for name in row.types),
            arguments=row.arguments or ("",),
            changes=tuple(f"{NAMES}{name}" for name in row.may_name),
            why=row.why,
            where=f"references.yaml row {at}",
        )
        for at, row in enumerate(references(cloud).rows, 1)
    )


def _pattern(cloud: str, name: str) -> str:
    """The pattern of a type's token for the pattern of its name in tables."""
    module, _, type_ = name.rpartition(".")
    return f"{PACKAGES[cloud]}:{module or '*'}/*:{type_}"


def explain(results: Iterable[Result], rows: Sequence[Equivalent]) -> Explained:
    """Sort survivors into explained and not; the first row that covers a result is its reason, all are in use."""
    reasons, unexplained, used = [], [], set()
    about: dict[str, list[int]] = {}
    known: dict[tuple[str, str, str, str], list[int]] = {}
    for result in results:
        if result.fate not in SILENT:
            continue
        key = result.type, result.name, result.path, result.change
        if result.type not in about:
            about[result.type] = [at for at, row in enumerate(rows) if row.is_about(result.type)]
        if key not in known:
            known[key] = [at for at in about[result.type] if rows[at].covers(result)]
        covering = known[key]
        used.update(covering)
        if covering:
            reasons.append((result, rows[covering[0]]))
        else:
            unexplained.append(result)
    stale = tuple(row for at, row in enumerate(rows) if at not in used)
    return Explained(tuple(reasons), tuple(unexplained), stale)


def _path_matches(path: str, pattern: str) -> bool:
    literal = pattern.replace("[]", "[[]]")
    return fnmatchcase(path, literal) or any(fnmatchcase(path, f"{literal}{step}*") for step in (".", "[[]", "|"))


def _change_matches(change: str, pattern: str) -> bool:
    return fnmatchcase(change, pattern) or fnmatchcase(own(change), pattern)


def own(change: str) -> str:
    """The change itself, whoever is said to make it: `also off`, `added: off` and `a second owner: off` are `off`."""
    return change.rsplit(": ", 1)[-1].removeprefix("also ")
