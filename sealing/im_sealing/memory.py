"""Key store and key service in memory, for tests and examples. They count what they are asked for."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping

from im_sealing.aead import KEY, NONCE, WrapKey
from im_sealing.classes import SealedClass, key_name, stamp


class MemoryStore:
    """A `KeyStore` whose objects are a dictionary."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.objects: dict[str, bytes] = {}
        self.calls: Counter[str] = Counter()
        self.clock = clock

    def get(self, name: str) -> tuple[bytes | None, float]:
        """The object, or None; and the time."""
        self.calls["get"] += 1
        return self.objects.get(name), self.clock()

    def create(self, name: str, body: bytes) -> bool:
        """Store a new object; False if the name exists."""
        self.calls["create"] += 1
        return self.objects.setdefault(name, body) is body

    def delete(self, name: str) -> None:
        """Delete an object."""
        self.calls["delete"] += 1
        self.objects.pop(name, None)


class MemoryService:
    """A `KeyService` whose master key is in this process. `rings` are the classes whose epochs `turn_over` makes."""

    def __init__(self, region: str = "memory") -> None:
        self._master, self.region = WrapKey(os.urandom(KEY)), region
        self.calls: Counter[str] = Counter()

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """The data key of this context."""
        self.calls["unwrap"] += 1
        return self._master.unwrap(wrapped, _text(context))

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """A new data key, wrapped."""
        self.calls["wrapped_key"] += 1
        return self._master.wrap(os.urandom(KEY), _text(context), os.urandom(NONCE))

    def turn_over(self, store: MemoryStore, of: SealedClass, ahead: int = 2) -> None:
        """What the keyring's function does in the cloud: create the keys of this and the next epochs, delete those
        whose life is over."""
        now = store.clock()
        current = int(now) // of.length * of.length
        for start in (current + step * of.length for step in range(ahead + 1)):
            if key_name(of.name, start) not in store.objects:
                context = {"class": of.name, "epoch": stamp(start), "region": self.region}
                store.objects[key_name(of.name, start)] = self.wrapped_key(context)
        alive = {key_name(of.name, start) for start in of.alive(now)}
        begun = key_name(of.name, current)
        for name in [name for name in store.objects if name.startswith(f"epochs/{of.name}/")]:
            if name < begun and name not in alive:
                del store.objects[name]


def _text(context: Mapping[str, str]) -> bytes:
    return json.dumps(dict(context), sort_keys=True).encode()
