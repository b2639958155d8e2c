"""Layout of the backend, the same on every cloud: in which holding each class rests, and how it gets there.

Messages go from the clients, sealed, into a topic, from there into a collection and an inbox; their media go straight
into a bucket. Profiles go into a table; what changes in them goes on into a topic and a cache; avatars into a bucket.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from im_stack.components.plan.budget import ClassPlan, longest_copy, longest_turn, plan, store_expiry
from im_stack.components.plan.holdings import Placed
from im_stack.components.plan.stream import Topic, bound, topic_name
from im_stack.facts.model import ACCESS_LOGS
from im_stack.terms.declaration import Declaration, Network, Zones
from im_stack.terms.problem import InputError, Problem

MESSAGES, PROFILES, METADATA, ACCESS = "messages", "user-information", "message-metadata", ACCESS_LOGS
PORT = 443
PATHS = {"api": "/", "websocket": "/ws"}
APPLICATION = "the application"
BUCKETS = ("media", "avatars")
_INBOX = timedelta(days=1)
_CACHE = timedelta(hours=1)


@dataclass(frozen=True)
class Services:
    """What the layout needs to know of a cloud's services.

    `stream` is the message queue: the prefix of its rows in the limits, and the ending of its component's name; `times`
    are retention and segment roll of one of its topics. `cache_expiry` is the row of the limits by which keys of the
    cache expire, `cache_copies` those of the copies that the cache keeps. `zones` and `network` say what a declaration
    without them has to choose; `numbered`: some services know zones by number only.
    """

    cloud: str
    stream: str
    times: Callable[[Topic], tuple[timedelta, timedelta]]
    zones: str
    network: str
    cache_expiry: str
    cache_copies: tuple[str, ...] = ()
    numbered: bool = False


class Layout:
    """The holdings of one stack, and the class in each. Raises KeyError for a class that the declaration lacks.

    Of the sealed classes `epochs` are those under epochs' keys, `people` those under people's: some are in both.
    """

    def __init__(self, name: str, declaration: Declaration, services: Services) -> None:
        self.name, self.services = name, services
        self.messages, self.profiles = plan(declaration, MESSAGES), plan(declaration, PROFILES)
        self.metadata, self.access = plan(declaration, METADATA), plan(declaration, ACCESS)
        self.sealed = tuple(of for of in (self.messages, self.profiles) if of.form)
        self.epochs = tuple(of for of in self.sealed if of.epochs)
        self.people = tuple(of for of in self.sealed if of.people)

    @property
    def topics(self) -> dict[str, Topic]:
        return {
            "messages": Topic(self.messages, clear=self.metadata.data_class),
            "profile-changes": Topic(self.profiles, source="profiles", behind=timedelta(hours=1)),
        }

    @property
    def tables(self) -> dict[str, Placed]:
        """Profiles. What the cache keeps of one after its deletion here, backups included, must fit the limit too."""
        services = self.services
        turn = longest_turn(store_expiry(services.cloud, "", services.cache_expiry, ""))
        cached = _CACHE + turn + longest_copy(services.cloud, services.cache_copies)
        return {"profiles": Placed(self.profiles, after=max(cached, self._stays("profile-changes")))}

    @property
    def collections(self) -> dict[str, Placed]:
        return {"chats": Placed(self.messages, clear=self._beside, sources=(self._source("messages"),))}

    @property
    def keyspaces(self) -> dict[str, Placed]:
        source, age = self._source("messages"), self._stays("messages")
        inbox = Placed(self.messages, clear=self._beside, sources=(source,), age=age, wanted=_INBOX)
        return {"inbox": inbox, "profile-cache": Placed(self.profiles, sources=("profiles",), wanted=_CACHE)}

    @property
    def buckets(self) -> dict[str, ClassPlan]:
        return dict(zip(BUCKETS, (self.messages, self.profiles), strict=True))

    @property
    def _beside(self) -> ClassPlan | None:
        return replace(self.metadata, form=None) if self.messages.form else None

    def _source(self, topic: str) -> str:
        return topic_name(f"{self.name}-{self.services.stream}", topic)

    def _stays(self, topic: str) -> timedelta:
        return bound(self.services.times(self.topics[topic]), self.services.cloud, self.services.stream)


def required_choices(declaration: Declaration, services: Services) -> tuple[Zones, Network]:
    """The choices that a cloud's services need beyond what the texts ask for. Raises `InputError` for missing ones."""
    problems = [
        Problem(f"is missing: the services of this cloud need it for {data_class}", "", f"im:classes.{data_class}")
        for data_class in (MESSAGES, PROFILES, METADATA, ACCESS)
        if data_class not in declaration.classes
    ]
    chosen_zones, chosen_network = declaration.zones, declaration.network
    if chosen_zones is None or (services.numbered and not chosen_zones.ckafka):
        problems.append(Problem("is missing", services.zones, "im:zones"))
    if chosen_network is None:
        problems.append(Problem("is missing", services.network, "im:network"))
    if problems or chosen_zones is None or chosen_network is None:
        raise InputError(*problems)
    return chosen_zones, chosen_network
