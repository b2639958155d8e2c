"""Keys of epochs and of people, read from a keyring: what the deployed function made, and what an application makes.

An epoch's key is the object `epochs/<class>/<start>` of the keyring, wrapped by the key service under the context
class, epoch and region; the keyring's function creates and deletes it. A person's key is the object
`subjects/<class>/<HMAC of the user id>` of a bucket of its own; the application creates it when the account is made
and deletes it by name. It is wrapped by the class's key, the object `classes/<class>` of the same bucket, which the key
service unwraps once in `max_age` and process, not once for each person.
"""

import hmac
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final, Protocol

from im_sealing.aead import KEY, NONCE, WRAP, WrapKey, derive
from im_sealing.cache import KeyCache
from im_sealing.classes import SKEW, SealedClass, key_name, stamp
from im_sealing.envelope import ID
from im_sealing.errors import ClockError, CutShortError, KeyGoneError, VersionError

_MAGIC: Final = b"IMK\x01"
_OBJECT: Final = len(_MAGIC) + WRAP + KEY + ID


class KeyStore(Protocol):
    """A bucket. Every method raises `UnavailableError` where the answer is neither a yes nor a no."""

    def get(self, name: str) -> tuple[bytes | None, float]:
        """The object, or None if there is none; and the store's own time in seconds since 1970."""

    def create(self, name: str, body: bytes) -> bool:
        """Store a new object. Returns False, and writes nothing, if the name exists."""

    def delete(self, name: str) -> None:
        """Delete an object. An absent one is no failure."""


class KeyService(Protocol):
    """A KMS with one master key. Raises `UnavailableError`, or `AlteredError` where it says that the wrapped key is
    not what it wrapped in this context."""

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """The data key that was wrapped in this context."""

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """A new data key, wrapped."""


class _Root:
    """A key of the service with what is derived from it."""

    def __init__(self, key: bytes) -> None:
        self.wraps = WrapKey(key)

    @cached_property
    def names(self) -> bytes:
        """The key of lookup tokens or of names of people's keys."""
        return derive(self.wraps.root, None, b"names")


@dataclass(frozen=True, slots=True)
class Subject:
    """A person's key. `name` names its object, `id` is the random id of the person's own record."""

    name: bytes
    id: bytes
    wraps: WrapKey


def _read(store: KeyStore, name: str, now: float) -> bytes | None:
    body, theirs = store.get(name)
    if abs(theirs - now) > SKEW:
        raise ClockError("this clock and the key store's differ by more than five minutes: set this one right")
    return body


class EpochKeys:
    """Keys of the epochs of every class of one keyring, read only. `cached` is the longest time for which a key is
    remembered, `clock` gives seconds since 1970."""

    def __init__(
        self,
        store: KeyStore,
        service: KeyService,
        region: str,
        cached: timedelta,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._service, self._region, self.clock = store, service, region, clock
        self._cache: KeyCache[_Root] = KeyCache(cached, most=2048)
        self._absent: KeyCache[bool] = KeyCache(cached, most=2048)

    def at(self, of: SealedClass, start: int) -> _Root:
        """The key of an epoch. Raises `KeyGoneError` from the second on in which its life is over, whether or not it
        was deleted or is still cached; `ClockError` for an epoch that has not begun, or where the store's clock does
        not agree: a clock that is ahead is not taken for an end."""
        now = self.clock()
        if start + of.until_end <= now:
            self._confirm_clock(of, start)
            raise KeyGoneError(f"the key of {of.name}, epoch {stamp(start)}, has ended")
        if start > now + SKEW:
            raise ClockError(f"{of.name}, epoch {stamp(start)}, has not begun: the writer's clock or this one is wrong")
        name = of.name, start
        return self._cache.held(name) or self._cache.load(name, lambda: self._load(of, start))

    def _confirm_clock(self, of: SealedClass, start: int) -> None:
        if not self._absent.held("clock"):
            _read(self._store, key_name(of.name, start), self.clock())
            self._absent.load("clock", lambda: True)

    def _load(self, of: SealedClass, start: int) -> _Root:
        name = of.name, start
        if not self._absent.held(name):
            body = _read(self._store, key_name(of.name, start), self.clock())
            if body is not None:
                context = {"class": of.name, "epoch": stamp(start), "region": self._region}
                return _Root(self._service.unwrap(body, context))
            if start + of.length <= self.clock():  # a key is created before its epoch or never
                self._absent.load(name, lambda: True)
        raise KeyGoneError(f"there is no key of {of.name}, epoch {stamp(start)}: it was deleted, or never created")


class SubjectKeys:
    """Keys of the people of every class of one bucket: created, found and ended by the application.

    At most `most` are remembered, each for at most `cached`."""

    def __init__(
        self,
        store: KeyStore,
        service: KeyService,
        region: str,
        cached: timedelta,
        clock: Callable[[], float] = time.time,
        most: int = 65_536,
    ) -> None:
        self._store, self._service, self._region, self._clock = store, service, region, clock
        self._cache: KeyCache[Subject] = KeyCache(cached, most)
        self._roots: KeyCache[_Root] = KeyCache(cached)

    def create_class(self, of: SealedClass) -> bool:
        """Make the class's key, once, before the first account. False if it exists. Its loss ends every person's data
        of the class."""
        return self._store.create(f"classes/{of.name}", self._service.wrapped_key(self._context(of)))

    def create(self, of: SealedClass, user: str) -> Subject:
        """The person's key, new where there is none: at registration, never at a write. An erased person's late
        writes are refused because nothing else creates a key."""
        root, name = self._root(of), self._name(of, user)
        content = os.urandom(KEY + ID)
        body = _MAGIC + root.wraps.wrap(content, _bound(of, name), os.urandom(NONCE))
        self._store.create(_object(of, name), body)
        self._forget(of, user, name)
        return self.named(of, name)  # what stands there, in case two were made at once

    def of(self, of: SealedClass, user: str) -> Subject:
        """The person's key by the user's id. Raises `KeyGoneError`."""
        name = of.name, user
        return self._cache.held(name) or self._cache.load(name, lambda: self._load(of, self._name(of, user)))

    def named(self, of: SealedClass, name: bytes) -> Subject:
        """The person's key by the name inside an envelope. Raises `KeyGoneError`."""
        held = self._cache.held((of.name, name))
        return held or self._cache.load((of.name, name), lambda: self._load(of, name))

    def end(self, of: SealedClass, user: str) -> None:
        """Erase the person from the class: delete the key, by name. Other processes keep it for their cache's age."""
        name = self._name(of, user)
        self._store.delete(_object(of, name))
        self._forget(of, user, name)

    def _forget(self, of: SealedClass, user: str, name: bytes) -> None:
        self._cache.drop((of.name, user))
        self._cache.drop((of.name, name))

    def _context(self, of: SealedClass) -> dict[str, str]:
        return {"class": of.name, "region": self._region, "use": "subjects"}

    def _root(self, of: SealedClass) -> _Root:
        return self._roots.held(of.name) or self._roots.load(of.name, lambda: self._class(of))

    def _class(self, of: SealedClass) -> _Root:
        body = _read(self._store, f"classes/{of.name}", self._clock())
        if body is None:
            raise KeyGoneError(f"there is no class key of {of.name}: `create_class` makes it, once")
        return _Root(self._service.unwrap(body, self._context(of)))

    def _name(self, of: SealedClass, user: str) -> bytes:
        return hmac.digest(self._root(of).names, user.encode(), "sha256")

    def _load(self, of: SealedClass, name: bytes) -> Subject:
        body = _read(self._store, _object(of, name), self._clock())
        if body is None:
            raise KeyGoneError(f"the person's key of {of.name} has ended, or was never created")
        if not _MAGIC.startswith(body[:4]):
            raise VersionError("a person's key is not of a version that this library reads")
        if len(body) < _OBJECT:
            raise CutShortError(f"a person's key of {len(body)} bytes, where {_OBJECT} are expected")
        content = self._root(of).wraps.unwrap(body[len(_MAGIC) :], _bound(of, name))
        return Subject(name, content[KEY:], WrapKey(content[:KEY]))


def _object(of: SealedClass, name: bytes) -> str:
    return f"subjects/{of.name}/{name.hex()}"


def _bound(of: SealedClass, name: bytes) -> bytes:
    return _MAGIC + of.name.encode() + name
