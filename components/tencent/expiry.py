"""What database components take from the limits: floors as arguments, the service's own expiry as a sweep."""

from collections.abc import Sequence
from datetime import timedelta

from facts.tables import limits
from terms.period import format_period, parse_period
from terms.wire import Sweep


def floor(limit: str) -> int:
    """The least the provider takes, in its own unit."""
    row = limits("tencent")[limit]
    if row.least is None:
        raise LookupError(f"limit {limit} has no floor")
    return row.least // row.unit


def expiry(name: str, limit: str, by: str) -> Sweep:
    """A deletion the database runs once the application has set it up: declared, for nothing in the plan shows it.

    `limit` names the row with the time between two turns (its floor) and the longest one turn takes (its lag).
    """
    row = limits("tencent")[limit]
    return Sweep(name=name, period=format_period(row.least), run=format_period(row.lag), repair="P1D", by=by)


def turn(limit: str) -> timedelta:
    """The longest time from a datum's expiry to its removal by the store's own sweep."""
    sweep = expiry(limit, limit, "")
    return parse_period(sweep.period) + parse_period(sweep.run)


def zones_must(numbers: Sequence[int], verified: str) -> str:
    """What an operator must do about zones known by number only: nothing in a plan says where a number is."""
    zones = ", ".join(map(str, numbers))
    if verified:
        return f"keep the zones {zones} as found in the region ({verified})"
    return f"check with an account of the cloud (preflight zones) that the zones {zones} are in the region"
