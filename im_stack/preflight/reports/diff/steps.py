"""Stores that a deployment replaces or deletes, from the steps of `pulumi preview --json`.

In: previews and reports. Out: `LostStore` stores by stack. Raises `InputError` for a file that is no preview.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from im_stack.preflight.reports.as_json import AnyReport, Report
from im_stack.preflight.reports.diff.read import LARGEST
from im_stack.terms.files.bounded import read_json
from im_stack.terms.problem import InputError, Problem

_RIGHT: Final = "what pulumi preview --json prints"
_ENDS: Final = {
    "delete": "deleted",
    "delete-replaced": "replaced",
    "replace": "replaced",
    "create-replacement": "replaced",
    "discard": "dropped from the state",
    "discard-replaced": "dropped from the state",
    "remove-pending-replace": "replaced",
}


@dataclass(frozen=True, slots=True, order=True)
class LostStore:
    """A store whose data a deployment ends: what becomes of it, and by which arguments."""

    store: str
    what: str
    because: tuple[str, ...] = ()


def lost_stores(previews: Iterable[Path], reports: Iterable[AnyReport]) -> dict[str, tuple[LostStore, ...]]:
    """Stores by stack that the `previews` replace or delete and that one of the `reports` has.

    Raises `InputError` for what is no preview.
    """
    stores = {(report.stack, row.store) for report in reports if isinstance(report, Report) for row in report.stores}
    found: dict[str, dict[str, LostStore]] = {}
    for step in (step for source in previews for step in _steps(source)):
        stack, name = _store(step["urn"])
        what = _ENDS.get(step["op"])
        if what and (stack, name) in stores:
            because = tuple(sorted(map(str, step.get("replaceReasons") or ())))
            before = found.setdefault(stack, {}).get(name)
            found[stack][name] = LostStore(name, what, because or (before.because if before else ()))
    return {stack: tuple(sorted(rows.values())) for stack, rows in found.items()}


def _steps(source: Path) -> list[dict[str, Any]]:
    document = read_json(source, LARGEST, _RIGHT)
    steps = document.get("steps") if isinstance(document, dict) else None
    if not isinstance(steps, list) or not all(
        isinstance(step, dict)
        and isinstance(step.get("op"), str)
        and isinstance(step.get("urn"), str)
        and step["urn"].count("::") >= 3
        for step in steps
    ):
        what = "this is no preview: it has no list of steps, each with op and urn"
        raise InputError(Problem(what, _RIGHT, "steps", file=str(source)))
    return steps


def _store(urn: str) -> tuple[str, str]:
    """The stack of a resource, and its name as reports write it."""
    head, _, types, name = urn.split("::", 3)
    return head.rsplit(":", 1)[-1], f"{types.rsplit('$', 1)[-1].rsplit(':', 1)[-1]} {name}"
