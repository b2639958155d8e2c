"""Contents of a plan or state file: resources, their addresses and lines, and why some of it cannot be proven.

Out: `Contents` for the judgement; its `doubts` are verdicts of the rule `input-shows-all`. Raises `InputError` with
file and key for a file of another format.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from im_stack.facts.model import Evidence, Resource
from im_stack.policies.rule import Outcome, Verdict
from im_stack.terms.files.bounded import read_json
from im_stack.terms.problem import InputError, Problem

RULE: Final = "input-shows-all"
TITLE: Final = "The file shows all that is judged"
URN: Final = "urn:terraform::"
"""How what a plan has is called here: much as Pulumi would, by its module, its type and its name."""
LARGEST: Final = 512 << 20
"""Bytes of the largest file that is read: what it holds takes several times that in memory."""
DEEPEST: Final = 16
"""Blocks and lists within each other in which arguments are looked for: more than any type has."""


def unproven(urn: str, name: str, why: str, fix: str = "", rule: str = RULE, title: str = TITLE) -> Verdict:
    """Why a resource (or, without a URN, the stack) cannot be proven from the file."""
    return Verdict(rule, title, urn, name, Outcome.UNPROVEN, f"{name}: {why}", fix, evidence=Evidence(urn))


@dataclass
class Contents:
    """Contents of a file. `addresses` maps a URN to the resource's name in the file, where that is another one;
    `arguments` to the dotted path of every argument that the file sets."""

    resources: list[Resource] = field(default_factory=list)
    doubts: list[Verdict] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, frozenset[str]] = field(default_factory=dict)


def document_of(path: Path, what: str) -> dict[str, Any]:
    """The JSON object in a file. Raises `InputError` for anything else."""
    document = read_json(path, LARGEST, what)
    if not isinstance(document, dict):
        raise InputError(Problem("the file holds no keys", what, file=str(path)))
    return document


def as_block(value: Any) -> dict[str, Any]:
    """A part that may be a block; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """A part that may be a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


class Shape:
    """Asks a document for its parts, and says where one is not what it should be."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fault(self, what: str, key: str = "", right: str = "") -> InputError:
        return InputError(Problem(what, right, key, file=str(self._path)))

    def block(self, value: Any, key: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fault("is missing" if value is None else "is no block", key)
        return value

    def rows(self, value: Any, key: str) -> list[Any]:
        if not isinstance(value, list):
            raise self.fault("is missing" if value is None else "is no list", key)
        return value

    def text(self, value: Any, key: str) -> str:
        if not isinstance(value, str) or not value:
            raise self.fault("is missing" if value is None else "is no text", key)
        return value
