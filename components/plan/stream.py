"""Topics of a message queue: the class in each, its retention and segment roll, and its declaration.

In: plans of classes and the provider's limits. Out: periods as timedelta, `Declares` for the component.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from im_stack.components.plan.budget import DAY, ClassPlan
from im_stack.components.plan.holdings import arrivals, declared
from im_stack.facts.mechanism.tables import limits
from im_stack.terms.stack.wire import CLIENTS, Declares, Hop


@dataclass(frozen=True)
class Topic:
    """One topic for one class.

    `behind` is how far its consumer may fall behind. `leaves` is the part of the class's limit that the topic may use:
    the whole limit unless a holding downstream needs a part of it.
    """

    of: ClassPlan
    source: str = CLIENTS
    behind: timedelta = DAY
    leaves: timedelta | None = None
    largest_record: int = 1_048_576

    @property
    def seals(self) -> tuple[str, ...]:
        return self.of.seals


def topic_name(name: str, key: str) -> str:
    """The name of a topic's holding and resource, for flows out of it."""
    return f"{name}-{key}"


def times(topic: Topic, cloud: str, service: str, roll: timedelta) -> tuple[timedelta, timedelta]:
    """Retention and segment roll of a topic: together with the cleaner's lag they fit the topic's part of the limit.

    `service` names the rows `<service>-retention` and `<service>-segment` of the cloud's limits, `roll` the preferred
    segment roll. Where there is no room for it both are the provider's least, and the ledger names what does not fit.
    Sealed records end with their key, so they need no room: where two minima of a roll are documented, it fits both.
    """
    retention, segment = limits(cloud)[f"{service}-retention"], limits(cloud)[f"{service}-segment"]
    if retention.least is None or segment.least is None:
        raise LookupError(f"the limits of {service} lack a floor")
    if topic.of.epochs and segment.disputed:
        return max(min(topic.behind, topic.of.limit), retention.least), max(roll, segment.disputed)
    room = (topic.of.limit if topic.leaves is None else topic.leaves) - retention.lag
    if room - roll < topic.behind:
        roll = segment.least
    return max(min(topic.behind, room - roll), retention.least), roll


def bound(periods: tuple[timedelta, timedelta], cloud: str, service: str) -> timedelta:
    """The longest that a record stays in a topic: retention, segment roll and the cleaner's lag."""
    return sum(periods, limits(cloud)[f"{service}-retention"].lag)


def declares(name: str, topics: Mapping[str, Topic], service: str, hops: Iterable[Hop] = ()) -> Declares:
    """What a component of `service` declares of its topics: each is a store of its own, fed by its source."""
    stores = (arrivals(topic_name(name, key), t.of, t.source, service) for key, t in topics.items())
    return declared(stores, hops)
