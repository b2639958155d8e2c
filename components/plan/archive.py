"""Archive of what a law keeps longer: the classes in it, from where they come, and when they end.

In: the declaration's `im:archive` and the obligation that it is for. Out: days of a lifecycle, and `Declares` for the
component. Nothing in it ends before the minimum; a purge puts into it what it is about to delete elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from im_stack.components.plan.budget import DAY
from im_stack.terms.stack.wire import Declares, Flow, Holding


@dataclass(frozen=True)
class ArchivePlan:
    """`classes` maps a class to the holding that it comes from. `keeps` is the minimum, `role` the one that writes and
    reads it."""

    classes: Mapping[str, str]
    keeps: timedelta
    role: str

    @property
    def days(self) -> int:
        """Days after which a lifecycle may delete: the least that is no shorter than the minimum."""
        return -(-self.keeps // DAY)

    def declares(self, store: str) -> Declares:
        """What the component of an archive in `store` declares."""
        names = {of: f"{store}-{of}" for of in self.classes}
        return Declares(
            holdings=tuple(
                Holding(name=name, store=store, data_class=of, clock="arrival", rests="archived")
                for of, name in names.items()
            ),
            flows=tuple(Flow(source=self.classes[of], target=name) for of, name in names.items()),
        )
