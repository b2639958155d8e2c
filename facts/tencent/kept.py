"""What the readers of several databases share: fixed periods, lags, and resources that belong to an instance."""

from collections.abc import Callable, Iterable

from facts.graph import Graph, NoLink
from facts.model import Amount, Channel, Evidence, Fact, Grade, Resource, Unknown, Unread, Value
from facts.tables import limits
from facts.view import View, as_number


def lag(view: View, limit: str) -> Amount:
    """What may pass between the end of a period and the actual removal."""
    row = limits("tencent")[limit]
    return Amount(row.lag, "slack of the expiry", Evidence(view.urn, "", Grade.ASSUMED, row.source, row.note))


def beside_tls(view: View, instance: Resource) -> Channel:
    """Plain connections to a database that answers TLS: no document says that it then refuses them."""
    why = "no document says that the service refuses plain connections once TLS is on"
    return Channel(
        instance.urn, "plain connections beside TLS", False, view.evidence("", why), declared="nobody uses them"
    )


def fixed(view: View, limit: str, label: str) -> tuple[Amount, Amount]:
    """A period of the service's own that no argument changes, and its lag."""
    row = limits("tencent")[limit]
    evidence = Evidence(view.urn, "", Grade.ASSUMED, row.source, row.note)
    return Amount(row.default, label, evidence, row.least), lag(view, limit)


def chosen(view: View, argument: str, limit: str, label: str) -> tuple[Amount, Amount]:
    """A period that an argument sets, and its lag.

    A number below the floor is refused or raised by the service, so the floor counts; a negative one stands for
    something else in some calls, so it is not known what it does.
    """
    row = limits("tencent")[limit]
    value: Value = view.get(argument)
    number = as_number(value)
    floor = row.least // row.unit if row.least is not None else 0
    if number is not None and number < 0:
        value = Unknown(argument)
    elif number is not None and number < floor:
        value, label = floor, f"{label} (the least the service takes)"
    return view.amount(value, argument, row, label), lag(view, limit)


def belongs(
    argument: str, types: Iterable[str], read: Callable[[View, Resource, Graph], Iterable[Fact]]
) -> Callable[[View, Graph], Iterable[Fact]]:
    """A reader of a resource whose `argument` names an instance of one of `types`; what names none is unread."""
    wanted = frozenset(types)

    def reader(view: View, graph: Graph) -> Iterable[Fact]:
        instance = graph.link(view.resource, argument, wanted)
        if isinstance(instance, NoLink):
            yield Unread(view.urn, instance.why, "link")
        else:
            yield from read(view, instance, graph)

    return reader
