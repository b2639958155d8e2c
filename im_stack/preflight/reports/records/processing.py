"""Record of processing activities: one row per class of data and place that holds it, as a CSV table.

In: reports on stacks. Out: `COLUMNS` and a row per class and holding, periods in words. What no stack knows
(controller, officer, legal basis) has no column. Raises the `InputError` of a stack that could not be judged.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from im_stack.policies.say import say_period
from im_stack.preflight.reports.model.report import Judged, Report, judged_only

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


def to_processing(reports: Iterable[Judged]) -> str:
    """The record of all stacks as CSV (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for report in judged_only(reports):
        writer.writerows([_cell(value) for value in row] for row in _rows(report))
    return text.getvalue()


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    whole = (report.transfers, ", ".join(report.sub_processors) or "none", report.security)
    for each in report.classes:
        of_class = (report.stack, report.home.id, report.home.jurisdiction, each.name, ", ".join(each.elements))
        limits = (say_period(each.limit), each.ends)
        for row in each.stores:
            sealed = "yes" if row.sealed else "no"
            reach = "ends with its key" if row.sealed and row.reach is None else say_period(row.reach)
            yield (*of_class, row.place, row.service, row.holding, sealed, say_period(row.live), reach, *limits, *whole)
        if not each.stores:
            yield (*of_class, "", "", "", "", "", "", *limits, *whole)


def _cell(value: str) -> str:
    """A cell that a spreadsheet shows as text, whatever a program's names begin with."""
    return f"'{value}" if value.startswith(_FORMULA) else value
