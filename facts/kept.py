"""What the readers of several stores share: periods of the service, lags, and resources that belong to an instance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from facts.graph import Graph, NoLink
from facts.model import Amount, Evidence, Fact, Grade, Resource, Unknown, Unread, Value
from facts.tables import limits
from facts.view import View, as_number


@dataclass(frozen=True)
class Periods:
    """Rows of one cloud's `limits.yaml`, as amounts of a resource."""

    cloud: str

    def lag(self, view: View, limit: str) -> Amount:
        """What may pass between the end of a period and the actual removal."""
        row = limits(self.cloud)[limit]
        return Amount(row.lag, "slack of the expiry", Evidence(view.urn, "", Grade.ASSUMED, row.source, row.note))

    def fixed(self, view: View, limit: str, label: str) -> tuple[Amount, Amount]:
        """A period of the service's own that no argument changes, and its lag."""
        row = limits(self.cloud)[limit]
        evidence = Evidence(view.urn, "", Grade.ASSUMED, row.source, row.note)
        return Amount(row.default, label, evidence, row.least), self.lag(view, limit)

    def chosen(self, view: View, argument: str, limit: str, label: str) -> tuple[Amount, Amount]:
        """A period that an argument sets, and its lag.

        A number below the floor is refused or raised by the service, so the floor counts; a negative one stands for
        something else in some calls, so it is not known what it does.
        """
        row = limits(self.cloud)[limit]
        value: Value = view.get(argument)
        number = as_number(value)
        floor = row.least // row.unit if row.least is not None else 0
        if number is not None and number < 0:
            value = Unknown(argument)
        elif number is not None and number < floor:
            value, label = floor, f"{label} (the least the service takes)"
        return view.amount(value, argument, row, label), self.lag(view, limit)


def belongs(
    argument: str, types: Iterable[str], read: Callable[[View, Resource, Graph], Iterable[Fact]], named_by: str = ""
) -> Callable[[View, Graph], Iterable[Fact]]:
    """A reader of a resource whose `argument` names an instance of one of `types`; what names none is unread."""
    wanted = frozenset(types)

    def reader(view: View, graph: Graph) -> Iterable[Fact]:
        instance = graph.link(view.resource, argument, wanted, named_by)
        if isinstance(instance, NoLink):
            yield Unread(view.urn, instance.why, "link")
        else:
            yield from read(view, instance, graph)

    return reader
