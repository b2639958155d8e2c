"""Faults that an application could have with the format, each of them noticed by what the format promises."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import timedelta

import pytest

from chat.costs import REGION, World
from chat.service import MESSAGES, PROFILES, Chat
from im_sealing import KeyGoneError, Media, Sealed

PERIOD = int(timedelta(seconds=PROFILES.until_end) / timedelta(hours=1))
FACE = bytes(range(256)) * 600


class PartialWrite(Chat):
    """A process that ends between the two statements of a write: the table has the old record."""

    def _store_profile(self, sealed: Sealed) -> None:
        if sealed.id in self._stores.profiles.rows:
            self._stores.cache.put(sealed.id, sealed.data)
        else:
            super()._store_profile(sealed)


class StaleCache(Chat):
    """A write that leaves the cache as it was."""

    def _store_profile(self, sealed: Sealed) -> None:
        before = self._stores.cache.held.get(sealed.id)
        super()._store_profile(sealed)
        if before is not None:
            self._stores.cache.put(sealed.id, before)


class AvatarLeftBehind(Chat):
    """An avatar's key in a record of its own, which no write of the profile rewraps."""

    alone: Mapping[str, Sealed] = {}

    def write_profile(self, user: str, changes: Mapping[str, str], avatar: bytes | None = None) -> None:
        if avatar is not None:
            media = self._upload(avatar)
            type(self).alone = {user: self.profiles.seal(" ".join(media).encode(), user)}
        super().write_profile(user, changes)

    def avatar(self, user: str) -> bytes | None:
        name, key = self.profiles.open(self.alone[user].data, subject=user).content.decode().split()
        return self.read_media(Media(name, bytes.fromhex(key)), 0, 1 << 40)


class AvatarInClear(Chat):
    """An avatar's key that the application remembers."""

    known: Mapping[str, Media] = {}

    def write_profile(self, user: str, changes: Mapping[str, str], avatar: bytes | None = None) -> None:
        super().write_profile(user, changes, avatar)
        if avatar is not None:
            name, key = self.profile(user)["avatar"]
            type(self).known = {user: Media(name, bytes.fromhex(key))}

    def avatar(self, user: str) -> bytes | None:
        return self.read_media(self.known[user], 0, 1 << 40)


class SubjectKeyKept(Chat):
    """An erasure that ends the person's key of one class alone."""

    def erase(self, user: str) -> None:
        self.subjects.end(MESSAGES, user)


class WrapKept(Chat):
    """An erasure whose keys are put back, from a copy of their bucket."""

    def erase(self, user: str) -> None:
        kept = dict(self.subjects._store.objects)  # type: ignore[attr-defined]
        super().erase(user)
        self.subjects._store.objects.update(kept)  # type: ignore[attr-defined]


class OfKind(World):
    """The world of the chat with processes of another kind."""

    def __init__(self, kind: type[Chat]) -> None:
        self.kind = kind
        super().__init__()

    def process(self) -> Chat:
        return self.kind(self.stores, self.ring, self.people, self.service, REGION, self.members, self.clock)


def a_write_is_whole(world: OfKind) -> bool:
    world.process().write_profile("ada", {"city": "Jakarta"})
    cached = world.process().profile("ada")
    world.stores.cache.held.clear()
    return cached.get("city") == world.process().profile("ada").get("city") == "Jakarta"


def an_avatar_lives_as_its_profile(world: OfKind) -> bool:
    world.process().write_profile("ada", {}, avatar=FACE)
    for _ in range(2):
        world.pass_time(PERIOD - 24)
        world.process().write_profile("ada", {"city": "Jakarta"})
    return world.process().avatar("ada") == FACE


def an_avatar_ends_with_its_profile(world: OfKind) -> bool:
    world.process().write_profile("ada", {}, avatar=FACE)
    world.pass_time(PERIOD)
    return _gone(lambda: world.process().avatar("ada"))


def an_erased_person_is_gone_from_a_copy(world: OfKind) -> bool:
    world.process().write_profile("ada", {}, avatar=FACE)
    kept = deepcopy(world.stores)
    world.process().erase("ada")
    world.stores = kept
    return _gone(lambda: world.process().profile("ada")) and _gone(lambda: world.process().avatar("ada"))


PROMISES = (
    a_write_is_whole,
    an_avatar_lives_as_its_profile,
    an_avatar_ends_with_its_profile,
    an_erased_person_is_gone_from_a_copy,
)
BROKEN: dict[type[Chat], set[Callable[[OfKind], bool]]] = {
    Chat: set(),
    PartialWrite: {a_write_is_whole},
    StaleCache: {a_write_is_whole},
    AvatarLeftBehind: {an_avatar_lives_as_its_profile},
    AvatarInClear: {an_avatar_ends_with_its_profile, an_erased_person_is_gone_from_a_copy},
    SubjectKeyKept: {an_erased_person_is_gone_from_a_copy},
    WrapKept: {an_erased_person_is_gone_from_a_copy},
}


def _kept(promise: Callable[[OfKind], bool], kind: type[Chat]) -> bool:
    """Whether a chat of a kind keeps a promise; a key that is gone too early is none kept."""
    try:
        return promise(OfKind(kind))
    except KeyGoneError:
        return False


def _gone(read: Callable[[], object]) -> bool:
    try:
        read()
    except KeyGoneError:
        return True
    return False


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.__name__)
def test_a_fault_of_an_application_breaks_a_promise(kind: type[Chat]) -> None:
    broken = {promise for promise in PROMISES if not _kept(promise, kind)}
    assert broken >= BROKEN[kind]
    assert bool(broken) == bool(BROKEN[kind])
