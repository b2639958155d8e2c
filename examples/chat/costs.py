"""Costs of the chat's operations: statements of each store, and reads of keys, counted in a process without any key in
its cache and again when it has them. `python -m chat` prints the table.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from chat.service import MESSAGES, PROFILES, Chat, Stores
from im_sealing.memory import MemoryService, MemoryStore

START = datetime.fromisoformat("2026-11-23T05:20:00+00:00").timestamp()
REGION = "memory"


class World:
    """A day or a week of a small chat: ada, bob and eve in one conversation, ada and bob in another. A clock, stores, a
    keyring that turns over, and processes."""

    def __init__(self, users: Iterable[str] = ("ada", "bob", "eve")) -> None:
        self.seconds = START
        self.stores, self.service = Stores(), MemoryService(REGION)
        self.ring, self.people = MemoryStore(self.clock), MemoryStore(self.clock)
        self.members = {"all": tuple(users), "two": ("ada", "bob")}
        self.pass_time(0)
        first = self.process()
        for of in (MESSAGES, PROFILES):
            first.subjects.create_class(of)
        for user in users:
            first.register(user, {"name": user.title()})

    def clock(self) -> float:
        return self.seconds

    def process(self) -> Chat:
        """A process of the service with nothing in its cache."""
        return Chat(self.stores, self.ring, self.people, self.service, REGION, self.members, self.clock)

    def pass_time(self, hours: int) -> None:
        """Hours of the keyring's function at work: it makes the keys of all of them, and ends those that are due."""
        for of in (MESSAGES, PROFILES):
            self.service.turn_over(self.ring, of, ahead=hours * 3600 // of.length + 2)
        self.seconds += hours * 3600
        for of in (MESSAGES, PROFILES):
            self.service.turn_over(self.ring, of)

    def counts(self) -> Counter[str]:
        """All statements and calls up to now."""
        stores = self.stores
        calls = {
            "documents": stores.messages.calls + stores.profiles.calls,
            "inbox, cache": stores.inboxes.calls + stores.cache.calls,
            "objects": stores.objects.calls,
            "broker": stores.broker.calls,
            "keys": self.ring.calls + self.people.calls,
            "key service": self.service.calls,
        }
        return Counter({name: each.total() for name, each in calls.items()})


def _conversation() -> tuple[World, bytes]:
    """A week in which something is said every hour in `all`, with a message of ada's with media; in `two` the last word
    was five days ago."""
    world = World()
    chat = world.process()
    chat.write_profile("ada", {}, avatar=bytes(100_000))
    for hour in range(144):
        for user in ("bob", "eve"):
            chat.send(user, "all", f"{user}, hour {hour}")
        if hour < 24:
            chat.send("ada", "two", f"hour {hour}")
        chat.fan_out()
        world.pass_time(1)
    last = chat.send("ada", "all", "the last word", media=bytes(1_000_000))
    chat.fan_out()
    return world, last


COLUMNS = ("documents", "inbox, cache", "objects", "broker", "keys", "key service")


def costs() -> list[tuple[str, Counter[str], Counter[str]]]:
    """Each operation with its counts in a new process and in one that has the keys."""
    world, last = _conversation()

    def media(chat: Chat) -> object:
        (message,) = [each for each in chat.inbox("bob") if each.id == last]
        assert message.media
        before = world.counts()
        chat.read_media(message.media, 500_000, 600_000)
        return before

    def send(chat: Chat) -> None:
        chat.send("bob", "all", "hello")

    def waiting(chat: Chat) -> object:
        send(world.process())
        before = world.counts()
        chat.fan_out()
        return before

    operations: dict[str, Callable[[Chat], object]] = {
        "send": send,
        "fan out one message to three": waiting,
        "a page of 20, two messages an hour": lambda chat: chat.page("all", 20) and None,
        "a page of 20, silent for five days": lambda chat: chat.page("two", 20) and None,
        "inbox of the last hour": lambda chat: chat.inbox("eve") and None,
        "profile by user id": lambda chat: chat.profile("bob") and None,
        "write a profile": lambda chat: chat.write_profile("bob", {"name": "Bob"}),
        "avatar": lambda chat: chat.avatar("ada") and None,
        "a range of 100 kB of media": media,
        "edit": lambda chat: chat.edit("ada", last, "the very last word"),
        "recall": lambda chat: chat.recall("ada", last),
        "erase one person": lambda chat: chat.erase("ada"),
    }
    found = []
    for name, operation in operations.items():
        world.process().fan_out()
        chat = world.process()
        counted = []
        for _ in range(1 if name in _ONCE else 2):
            before = world.counts()
            other = operation(chat)
            counted.append(world.counts() - (other if isinstance(other, Counter) else before))
        found.append((name, counted[0], counted[-1]))
    return found


_ONCE = frozenset({"recall", "erase one person"})


def table() -> str:
    """The costs as a Markdown table: statements of the stores, then reads of keys and of the key service in a new
    process, and in one that has the keys."""
    rows = [
        "| operation | documents | inbox, cache | objects | broker | keys read | unwrapped | the same, cached |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, cold, warm in costs():
        stores = [str(cold[column] or "") for column in COLUMNS[:4]]
        again = "" if name in _ONCE else f"{warm['keys']}, {warm['key service']}"
        rows.append(" | ".join(["| " + name, *stores, str(cold["keys"]), str(cold["key service"]), again + " |"]))
    return "\n".join(rows)
