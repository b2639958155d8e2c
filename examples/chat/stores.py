"""Stores of the chat, in memory: what a document store, an inbox, a cache, an object store and a broker do for it.

Each counts its statements. None of them can read what it stores: they see ids, epochs, tokens and sizes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Row:
    """A document. Indexes: `id`, `token` (which begins with the epoch), and a TTL index on `epoch`."""

    id: bytes
    epoch: datetime
    data: bytes
    token: bytes = b""


@dataclass
class Documents:
    """Collection of a document store, or a table."""

    rows: dict[bytes, Row] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    def put(self, row: Row) -> None:
        """Insert, or replace the row of this id: one statement for content, wraps and epoch."""
        self.calls["put"] += 1
        self.rows[row.id] = row

    def get(self, record: bytes) -> Row | None:
        self.calls["get"] += 1
        return self.rows.get(record)

    def find(self, tokens: Iterable[bytes]) -> list[Row]:
        """`find({token: {$in: [...]}})`, in no order."""
        self.calls["find"] += 1
        wanted = set(tokens)
        return [row for row in self.rows.values() if row.token in wanted]

    def delete(self, record: bytes) -> None:
        self.calls["delete"] += 1
        self.rows.pop(record, None)


@dataclass
class Inboxes:
    """Hashes of Redis, named by a token, with a field for each record; `commands` are pipelined, so each call is one
    round trip."""

    hashes: dict[bytes, dict[bytes, bytes]] = field(default_factory=lambda: defaultdict(dict))
    ends: dict[bytes, datetime] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    def put(self, names: Iterable[bytes], record: bytes, data: bytes, end: datetime) -> None:
        """HSET and EXPIREAT of each name."""
        self.calls["put"] += 1
        for name in names:
            self.hashes[name][record] = data
            self.ends[name] = end

    def read(self, names: Iterable[bytes]) -> list[bytes]:
        """HVALS of each name."""
        self.calls["read"] += 1
        return [data for name in names for data in self.hashes.get(name, {}).values()]

    def remove(self, names: Iterable[bytes], record: bytes) -> None:
        """HDEL of each name."""
        self.calls["remove"] += 1
        for name in names:
            self.hashes.get(name, {}).pop(record, None)

    def drop(self, names: Iterable[bytes]) -> None:
        """DEL of the names."""
        self.calls["drop"] += 1
        for name in names:
            self.hashes.pop(name, None)


@dataclass
class Cache:
    """Strings of Redis."""

    held: dict[bytes, bytes] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    def get(self, record: bytes) -> bytes | None:
        self.calls["get"] += 1
        return self.held.get(record)

    def put(self, record: bytes, data: bytes) -> None:
        self.calls["put"] += 1
        self.held[record] = data

    def delete(self, record: bytes) -> None:
        self.calls["delete"] += 1
        self.held.pop(record, None)


@dataclass
class Objects:
    """Bucket for media."""

    held: dict[str, bytes] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    def put(self, name: str, body: bytes) -> None:
        self.calls["put"] += 1
        self.held[name] = body

    def size(self, name: str) -> int:
        self.calls["head"] += 1
        return len(self.held[name])

    def fetch(self, name: str, start: int, stop: int) -> bytes:
        """GET with a range."""
        self.calls["get"] += 1
        return self.held[name][start:stop]

    def delete(self, name: str) -> None:
        self.calls["delete"] += 1
        self.held.pop(name, None)


@dataclass
class Broker:
    """Topic of Kafka. The record key is empty: only the partition was chosen from the conversation."""

    partitions: int = 8
    waiting: list[tuple[int, bytes]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)

    def produce(self, partition: int, value: bytes) -> None:
        self.calls["produce"] += 1
        self.waiting.append((partition, value))

    def consume(self) -> list[bytes]:
        """One poll: what waits, in the order of each partition."""
        self.calls["poll"] += 1
        values = [value for _, value in sorted(self.waiting, key=lambda each: each[0])]
        self.waiting.clear()
        return values
