"""Table of docs/declaring/two-clouds.md: one declaration on both clouds."""

import re
from collections.abc import Iterator

from im_stack.facts.declarations import Holding
from im_stack.facts.model import Copy
from im_stack.policies.bounds.bound import Retention
from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.period import spell_period, total_of
from tests.harness.recorded import check_ours

TWINS = ("tencent-ap-jakarta", "aws-ap-southeast-3")
_QUEUES = re.compile(r"\b(ckafka|msk)\b")
_HEAD = (
    "| class | what holds it | Tencent Cloud | AWS | copies that outlive it: Tencent Cloud | AWS |",
    "|---|---|---|---|---|---|",
)


def table() -> str:
    """A row for each class and holding on both clouds: time and path of its end, and the copies that outlive it."""
    first, second = (check_ours(name) for name in TWINS)
    rows = []
    others = {_same(row): row for row in second.judgement.retention}
    for row in first.judgement.retention:
        other = others.get(_same(row))
        if other:
            cells = (_end(first, row), _end(second, other), _copies(first, row), _copies(second, other))
            rows.append(
                f"| {' | '.join((row.data_class, f'{row.holding} ({row.service}, {other.service})', *cells))} |"
            )
    limits = ", ".join(f"{bound.data_class} {spell_period(limit)}" for bound, limit in first.judgement.bounds)
    return "\n".join((f"Limits: {limits}.", "", *_HEAD, *sorted(rows)))


def _same(row: Retention) -> tuple[str, str]:
    """Key of a holding that is equal on both clouds: its class, and its name without the name of the service."""
    return row.data_class, _QUEUES.sub("queue", row.holding)


def _end(check: Check, row: Retention) -> str:
    """Time until the last copy of a class in one store is gone, and the path that decides it, or its key if sealed."""
    bound = next(bound for bound, _ in check.judgement.bounds if bound.data_class == row.data_class)
    if row.ages:
        keys = [path for path in bound.paths if path.what == "its key"]
        return f"{spell_period(keys[0].total)}, with its key" if keys else "unbounded"
    path = next(path for path in bound.paths if path.place == row.place)
    return f"{spell_period(path.total)}, {path.what}"


def _copies(check: Check, row: Retention) -> str:
    store = next(h.store for h in check.judgement.facts.of(Holding) if h.name == row.holding)
    return ", ".join(sorted(set(_kinds(check, store)))) or "none"


def _kinds(check: Check, store: str) -> Iterator[str]:
    copies = [copy for copy in check.judgement.facts.of(Copy) if copy.store == store]
    chosen = {copy.kind for copy in copies if not copy.default}
    for copy in copies:
        if not copy.default or copy.kind not in chosen:
            yield f"{copy.kind} {spell_period(total_of(amount.period for amount in copy.amounts))}"
