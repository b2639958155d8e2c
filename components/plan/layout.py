"""Layout of the backend, the same on every cloud: in which holding each class rests, and how it gets there.

Messages go from the clients, sealed, into a topic, from there into a collection and an inbox; their media go straight
into a bucket. Profiles go into a table; what changes in them goes on into a topic and a cache; avatars into a bucket.
A class that is not stored has the topic and the cache alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from im_stack.components.plan.budget import LEAST_LIVE, ClassPlan, longest_copy, longest_turn, plan, store_expiry
from im_stack.components.plan.holdings import Placed
from im_stack.components.plan.stream import Topic, bound, topic_name
from im_stack.facts.model import ACCESS_LOGS
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.declaration import Declaration, Network, Zones
from im_stack.terms.stack.wire import CLIENTS

MESSAGES, PROFILES, ACCESS = "messages", "user-information", ACCESS_LOGS
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
        self.access = plan(declaration, ACCESS)
        self.sealed = tuple(of for of in (self.messages, self.profiles) if of.form)
        self.epochs = tuple(of for of in self.sealed if of.epochs)
        self.people = tuple(of for of in self.sealed if of.people)

    @property
    def topics(self) -> dict[str, Topic]:
        source = "profiles" if self.profiles.stored else CLIENTS
        return {
            "messages": Topic(self.messages, leaves=self._on_the_way),
            "profile-changes": Topic(self.profiles, source=source, behind=timedelta(hours=1)),
        }

    @property
    def tables(self) -> dict[str, Placed]:
        """Profiles. What the cache keeps of one after its deletion here, backups included, must fit the limit too."""
        if not self.profiles.stored:
            return {}
        cached = _CACHE + self._turn + longest_copy(self.services.cloud, self.services.cache_copies)
        return {"profiles": Placed(self.profiles, after=max(cached, self._stays("profile-changes")))}

    @property
    def collections(self) -> dict[str, Placed]:
        if not self.messages.stored:
            return {}
        return {"chats": Placed(self.messages, sources=(self._source("messages"),))}

    @property
    def keyspaces(self) -> dict[str, Placed]:
        source, age = self._source("messages"), self._stays("messages")
        profiles = ("profiles" if self.profiles.stored else CLIENTS,)
        inbox = Placed(self.messages, sources=(source,), age=age, wanted=_INBOX)
        return {"inbox": inbox, "profile-cache": Placed(self.profiles, sources=profiles, wanted=_CACHE)}

    @property
    def buckets(self) -> dict[str, ClassPlan]:
        of_class = zip(BUCKETS, (self.messages, self.profiles), strict=True)
        return {bucket: of for bucket, of in of_class if of.stored}

    @property
    def unused(self) -> frozenset[str]:
        """Parts of the catalogue that would hold nothing."""
        databases = {"mysql": self.tables, "mongodb": self.collections}
        return frozenset({part for part, parts in databases.items() if not parts} | (set(BUCKETS) - set(self.buckets)))

    @property
    def _turn(self) -> timedelta:
        """The longest that a key of the cache is there after its time."""
        return longest_turn(store_expiry(self.services.cloud, "", self.services.cache_expiry, ""))

    @property
    def _on_the_way(self) -> timedelta | None:
        """The part of their limit that messages may be in their topic: what is not stored must pass the inbox in it."""
        limit = self.messages.limit
        return None if self.messages.stored else min(limit / 2, limit - self._turn - LEAST_LIVE)

    def _source(self, topic: str) -> str:
        return topic_name(f"{self.name}-{self.services.stream}", topic)

    def _stays(self, topic: str) -> timedelta:
        return bound(self.services.times(self.topics[topic]), self.services.cloud, self.services.stream)


def required_choices(declaration: Declaration, services: Services) -> tuple[Zones, Network]:
    """The choices that a cloud's services need beyond what the texts ask for. Raises `InputError` for missing ones."""
    problems = [
        Problem(f"is missing: the services of this cloud need it for {data_class}", "", f"im:classes.{data_class}")
        for data_class in (MESSAGES, PROFILES, ACCESS)
        if data_class not in declaration.classes
    ]
    if ACCESS in declaration.classes and not declaration.classes[ACCESS].store:
        what = "the services of this cloud write them to a log, where they are stored"
        problems.append(Problem(what, "store: true with a period and a clock", f"im:classes.{ACCESS}.store"))
    if ACCESS in declaration.classes and declaration.classes[ACCESS].form:
        what = "the services of this cloud write them in clear, so nothing seals them"
        problems.append(Problem(what, "counted", f"im:classes.{ACCESS}.backups"))
    chosen_zones, chosen_network = declaration.zones, declaration.network
    if chosen_zones is None or (services.numbered and not chosen_zones.ckafka):
        problems.append(Problem("is missing", services.zones, "im:zones"))
    if chosen_network is None:
        problems.append(Problem("is missing", services.network, "im:network"))
    if problems or chosen_zones is None or chosen_network is None:
        raise InputError(*problems)
    return chosen_zones, chosen_network
