"""Bounded cache of unwrapped keys with a maximum age: what a process remembers of keys that may have ended.

The age is part of every bound on the data (`im:classes.<class>.sealing.cache`), so it is counted from before a key was
read, it is never extended by use, and only the configured age or less can pass between a key's end and the last use.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import Generic, TypeVar

V = TypeVar("V")


class KeyCache(Generic[V]):
    """At most `most` values, the least recently used dropped first, each for at most `max_age`. Safe in threads."""

    def __init__(self, max_age: timedelta, most: int = 4096, clock: Callable[[], float] = time.monotonic) -> None:
        if max_age < timedelta(0) or most < 1:
            raise ValueError("a cache needs an age that is not negative and room for at least one key")
        self._age, self._most, self._clock = max_age.total_seconds(), most, clock
        self._held: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()

    def held(self, name: Hashable) -> V | None:
        """The value, if one is held that is young enough."""
        now = self._clock()
        with self._lock:
            held = self._held.get(name)
            if held is None:
                return None
            if 0 <= now - held[0] < self._age:
                self._held.move_to_end(name)
                return held[1]
            del self._held[name]
            return None

    def load(self, name: Hashable, read: Callable[[], V]) -> V:
        """A value read anew, and held from now on. What `read` raises is not remembered."""
        now = self._clock()
        value = read()
        with self._lock:
            self._held[name] = now, value
            self._held.move_to_end(name)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return value

    def drop(self, name: Hashable) -> None:
        """Forget one value."""
        with self._lock:
            self._held.pop(name, None)

    def expire(self) -> int:
        """Forget everything that is too old, and return how many values are left. For a timer of the application:
        without it an old key stays in memory, unused, until it is asked for or room is needed."""
        now = self._clock()
        with self._lock:
            for name in [name for name, (since, _) in self._held.items() if not 0 <= now - since < self._age]:
                del self._held[name]
            return len(self._held)
