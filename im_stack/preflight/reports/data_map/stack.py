"""Drawings of one stack for the data map: a bar per class and the flows between its holdings, beside its report."""

from dataclasses import dataclass
from datetime import timedelta

from im_stack.policies.bounds.bound import Path, is_unknown, sum_of
from im_stack.preflight.reports.data_map.bars import Bar, bar
from im_stack.preflight.reports.data_map.drawing import Drawing, draw
from im_stack.preflight.reports.model.classes import DataClass
from im_stack.preflight.reports.model.finding import Finding
from im_stack.preflight.reports.model.report import Report

_MOST_PATHS = 500


@dataclass(frozen=True, slots=True)
class Class:
    """A declared class, drawn."""

    row: DataClass
    bar: Bar | None
    paths: tuple[Path, ...]

    @property
    def left_out(self) -> int:
        return len(self.row.bound.paths) - len(self.paths) if self.row.bound else 0


@dataclass(frozen=True, slots=True)
class Blocker:
    """A blocking verdict, and what its path adds up to."""

    verdict: Finding
    period: timedelta | None
    unknown: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """All rows of one stack."""

    report: Report
    classes: tuple[Class, ...]
    drawing: Drawing | None
    blockers: tuple[Blocker, ...]


def stack_of(report: Report) -> Stack:
    """One stack, drawn."""
    return Stack(
        report=report,
        classes=tuple(_drawn(row) for row in report.classes),
        drawing=draw(report.holdings.nodes, report.holdings.flows),
        blockers=tuple(Blocker(v, sum_of(v.hops), is_unknown(v.hops)) for v in report.blocking),
    )


def _drawn(row: DataClass) -> Class:
    return Class(row, bar(row.bound) if row.bound else None, row.bound.paths[:_MOST_PATHS] if row.bound else ())
