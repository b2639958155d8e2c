"""What components of stores take from the limits: floors as arguments, the service's own expiry as a sweep."""

from dataclasses import dataclass
from datetime import timedelta

from im_stack.facts.mechanism.tables import limits
from im_stack.terms.period import format_period, parse_period
from im_stack.terms.wire import Sweep


@dataclass(frozen=True)
class Expiry:
    """The limits of one cloud, as its components use them."""

    cloud: str

    def floor(self, limit: str) -> int:
        """The least the provider takes, in its own unit."""
        row = limits(self.cloud)[limit]
        if row.least is None:
            raise LookupError(f"limit {limit} has no floor")
        return row.least // row.unit

    def expiry(self, name: str, limit: str, by: str) -> Sweep:
        """A deletion the store runs once the application has set it up: declared, for nothing in the plan shows it.

        `limit` names the row with the time between two turns (its floor) and the longest one turn takes (its lag).
        """
        row = limits(self.cloud)[limit]
        return Sweep(name=name, period=format_period(row.least), run=format_period(row.lag), repair="P1D", by=by)

    def turn(self, limit: str) -> timedelta:
        """The longest time from a datum's expiry to its removal by the store's own sweep."""
        sweep = self.expiry(limit, limit, "")
        return parse_period(sweep.period) + parse_period(sweep.run)
