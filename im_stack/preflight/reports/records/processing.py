"""Record of processing activities: one row per class of data and place that holds it, as a CSV table.

In: reports on stacks. Out: `COLUMNS` and a row per class and holding, periods in words. What no stack knows
(controller, officer, purpose, legal basis) is the owner's file's, and empty without one. Raises the `InputError` of a
stack that could not be judged.
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
    "purpose",
    "legal basis",
    "controller",
    "officer",
    "obligations",
    "declared hops",
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
    for each in report.classes:
        of_class = (report.stack, report.home.id, report.home.jurisdiction, each.name, ", ".join(each.elements))
        limits, by_owner = (each.most, each.ends), _by_owner(report, each.name)
        parties = [f"{p.name} ({p.country}, {p.basis})" for p in report.sub_processors if each.name in p.classes]
        whole = (report.transfers, ", ".join(parties) or "none", report.security)
        for row in each.stores:
            sealed = "yes" if row.sealed else "no"
            place = (row.place, row.service, row.holding, sealed, say_period(row.live), row.reaches)
            yield (*of_class, *place, *limits, *whole, *by_owner)
        if not each.stores:
            yield (*of_class, "", "", "", "", "", "", *limits, *whole, *by_owner)


def _by_owner(report: Report, data_class: str) -> tuple[str, ...]:
    """What the owner's file says of a class, how the obligations that bind it stand, and the hops that they lean on."""
    owner = report.owner
    processing = owner.classes.get(data_class)
    rows = [row for row in report.obligations if not row.obligation.classes or data_class in row.obligation.classes]
    hops = [
        f"{n}: {hop.said}{f' ({hop.done})' if hop.done else ''}"
        for n, hop in enumerate(report.declared_hops, 1)
        if not hop.classes or data_class in hop.classes
    ]
    return (
        (processing.purpose or "") if processing else "",
        processing.legal_basis if processing else "",
        *(str(party or "") for party in (owner.controller, owner.officer)),
        "; ".join(row.stands for row in rows),
        "; ".join(hops),
    )


def _cell(value: str) -> str:
    """A cell that a spreadsheet shows as text, whatever a program's names begin with."""
    return f"'{value}" if value.startswith(_FORMULA) else value
