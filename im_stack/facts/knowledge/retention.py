"""What the readers of several stores share: periods of the service, lags, and resources that belong to an instance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from im_stack.facts.mechanism.cloud import Link, Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Amount, Evidence, Fact, Grade, Resource, Unresolved


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
        """A period that an argument sets, and its lag. The least the service takes counts where it is told less."""
        row = limits(self.cloud)[limit]
        return view.amount(view.get(argument), argument, row, label), self.lag(view, limit)


def belongs(
    argument: str, types: Iterable[str], read: Callable[[View, Resource, Graph], Iterable[Fact]]
) -> Callable[[View, Graph], Iterable[Fact]]:
    """A reader of a resource whose `argument` names an instance of one of `types`; what names none is unread."""
    wanted = frozenset(types)

    def reader(view: View, graph: Graph) -> Iterable[Fact]:
        instance = graph.link(view.resource, argument, wanted)
        if isinstance(instance, NoLink):
            yield Unresolved(view.urn, instance.why, "link")
        else:
            yield from read(view, instance, graph)

    return reader


def setting(
    argument: str,
    types: Iterable[str],
    read: Callable[[View, Resource, Graph], Iterable[Fact]],
    *,
    also: Iterable[str],
) -> Reader:
    """The reader of a setting of the instance that `argument` names, with all its other arguments."""
    link = Link(argument, frozenset(types))
    return Reader(frozenset({argument, *also}), belongs(argument, types, read), setting_of=link)
