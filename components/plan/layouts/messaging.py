"""Messaging: messages and the profiles of their users.

Messages go from the clients, sealed, into a topic, from there into a collection and an inbox; their media go straight
into a bucket. Profiles go into a table; what changes in them goes on into a topic and a cache; avatars into a bucket.
A class that is not stored has the topic and the cache alone.
"""

from datetime import timedelta

from im_stack.components.plan.budget import LEAST_LIVE, longest_copy, longest_turn, plan, store_expiry
from im_stack.components.plan.holdings import Placed
from im_stack.components.plan.layouts.feature import (
    Feature,
    Parts,
    Services,
    access_logs,
    access_problems,
    missing,
)
from im_stack.components.plan.stream import Topic, bound
from im_stack.terms.problem import Problem
from im_stack.terms.stack.declaration import Declaration
from im_stack.terms.stack.wire import CLIENTS

MESSAGES, PROFILES = "messages", "user-information"
_INBOX = timedelta(days=1)
_CACHE = timedelta(hours=1)


def _problems(declaration: Declaration) -> list[Problem]:
    return [*missing(declaration, MESSAGES, PROFILES), *access_problems(declaration)]


def _parts(name: str, declaration: Declaration, services: Services) -> Parts:
    messages, profiles = plan(declaration, MESSAGES), plan(declaration, PROFILES)
    # The longest that a key of the cache is there after its time.
    turn = longest_turn(store_expiry(services.cloud, "", services.cache_expiry, ""))
    # What is not stored must pass the inbox in its limit, too.
    on_the_way = None if messages.stored else min(messages.limit / 2, messages.limit - turn - LEAST_LIVE)
    origin = "profiles" if profiles.stored else CLIENTS
    topics = {
        "messages": Topic(messages, leaves=on_the_way),
        "profile-changes": Topic(profiles, source=origin, behind=timedelta(hours=1)),
    }
    stays = {key: bound(services.times(topic), services.cloud, services.stream) for key, topic in topics.items()}
    # What the cache keeps of a profile after its deletion from the table, backups included, must fit the limit too.
    cached = _CACHE + turn + longest_copy(services.cloud, services.cache_copies)
    source = services.topic(name, "messages")
    return Parts(
        classes=(messages, profiles),
        tables={"profiles": Placed(profiles, after=max(cached, stays["profile-changes"]))} if profiles.stored else {},
        collections={"chats": Placed(messages, sources=(source,))} if messages.stored else {},
        keyspaces={
            "inbox": Placed(messages, sources=(source,), age=stays["messages"], wanted=_INBOX),
            "profile-cache": Placed(profiles, sources=(origin,), wanted=_CACHE),
        },
        topics=topics,
        buckets={key: of for key, of in (("media", messages), ("avatars", profiles)) if of.stored},
        paths={"api": "/", "websocket": "/ws"},
        access=access_logs(declaration),
    )


MESSAGING = Feature((MESSAGES, PROFILES), _problems, _parts, buckets=("media", "avatars"))
