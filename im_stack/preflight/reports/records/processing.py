"""Record of processing activities: one row per class of data and place that holds it, as a CSV table.

In: judged stacks. Out: `COLUMNS` and a row per class and holding, periods in words. What no stack knows (controller,
officer, legal basis) has no column. Raises the `InputError` of a stack that could not be judged.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from im_stack.policies.bound import Retention
from im_stack.policies.rule import Outcome
from im_stack.policies.say import say_period
from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.problem import InputError
from im_stack.terms.resolve import library_for

_HOME: Final = ("home-region", "copies-stay-home")
_SECURITY: Final = ("encrypted-at-rest", "encrypted-in-transit", "no-public-door")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet take a cell for a formula."""

COLUMNS: Final = (
    "stack",
    "region",
    "jurisdiction",
    "class",
    "personal data",
    "store",
    "service",
    "holding",
    "sealed",
    "live at most",
    "copies reach",
    "limit of the class",
    "latest end of the class",
    "transfers",
    "sub-processors",
    "security",
)


@dataclass(frozen=True, slots=True)
class Activity:
    """One declared class in one stack. `latest` is None where it never ends, `unknown` where its end is not known."""

    data_class: str
    elements: tuple[str, ...]
    limit: timedelta | None
    latest: timedelta | None
    unknown: bool
    retention: tuple[Retention, ...]

    @property
    def ends(self) -> str:
        """When the last copy is gone, in words."""
        return say_period(self.latest, self.unknown) if self.retention else "nothing here holds it"


def activities(check: Check) -> tuple[Activity, ...]:
    """The declared classes of one stack, by name."""
    declaration, judgement = check.duties.declaration, check.judgement
    known = library_for(declaration).classes
    bounds = {bound.data_class: bound for bound, _ in judgement.bounds}
    return tuple(
        Activity(
            data_class=name,
            elements=known[name].elements if name in known else (),
            limit=declaration.limit(name),
            latest=bounds[name].latest if name in bounds else None,
            unknown=bounds[name].unknown if name in bounds else True,
            retention=tuple(row for row in judgement.retention if row.data_class == name),
        )
        for name in sorted(declaration.classes)
    )


def transfers(check: Check) -> str:
    """Whether data may leave the jurisdiction: only what is proven to stay counts as staying."""
    open_ = any(v.rule in _HOME and v.weak for v in check.judgement.verdicts)
    return "not proven to stay in the jurisdiction" if open_ else "none"


def security(check: Check) -> str:
    """How many verdicts about encryption and exposure are proven, and how many are not."""
    counts = []
    for rule in _SECURITY:
        verdicts = [verdict for verdict in check.judgement.verdicts if verdict.rule == rule]
        weak = sum(verdict.weak for verdict in verdicts)
        proven = sum(verdict.outcome is Outcome.PASS for verdict in verdicts)
        counts.append(f"{rule}: {proven} proven" + (f", {weak} not" if weak else ""))
    return "; ".join(counts)


def to_processing(results: Iterable[tuple[str, Checked]]) -> str:
    """The record of all stacks as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for _, checked in results:
        if isinstance(checked, InputError):
            raise checked
        writer.writerows([_cell(value) for value in row] for row in _rows(checked))
    return text.getvalue()


def _rows(check: Check) -> Iterator[tuple[str, ...]]:
    home, declaration = check.duties.home, check.duties.declaration
    whole = (transfers(check), ", ".join(declaration.sub_processors.allowed) or "none", security(check))
    for activity in activities(check):
        of_class = (
            check.stack.stack,
            home.id,
            home.jurisdiction,
            activity.data_class,
            ", ".join(activity.elements),
        )
        ends = (say_period(activity.limit), activity.ends)
        for row in activity.retention:
            sealed = "yes" if row.sealed else "no"
            reach = "ends with its key" if row.sealed and row.reach is None else say_period(row.reach)
            yield (*of_class, row.place, row.service, row.holding, sealed, say_period(row.live), reach, *ends, *whole)
        if not activity.retention:
            yield (*of_class, "", "", "", "", "", "", *ends, *whole)


def _cell(value: str) -> str:
    """A cell that a spreadsheet shows as text, whatever a program's names begin with."""
    return f"'{value}" if value.startswith(_FORMULA) else value
