"""Chat service on sealed records: send, fan out, page, inbox, profile, edit, recall, erase.

Messages end with the epoch of their birth or with their sender's key, profiles with the epoch of their last write or
with their owner's key, whichever is first. Who is in a conversation is another class of data and given here.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chat.stores import Broker, Cache, Documents, Inboxes, Objects, Row
from im_sealing import (
    EpochKeys,
    Form,
    KeyGoneError,
    KeyService,
    KeyStore,
    Media,
    MediaReader,
    Opened,
    Sealed,
    SealedClass,
    Sealer,
    SubjectKeys,
    new_media,
    partition,
    seal_stream,
)

MESSAGES = SealedClass("messages", Form.BIRTH_AND_SUBJECT, timedelta(hours=1), timedelta(days=6))
PROFILES = SealedClass("user-information", Form.LAST_WRITE_AND_SUBJECT, timedelta(hours=2), timedelta(days=28))
CACHED = timedelta(minutes=15)
_INBOX, _CONVERSATION = "inbox", "conversation"


@dataclass
class Stores:
    """Everything that lies outside the process."""

    messages: Documents = field(default_factory=Documents)
    profiles: Documents = field(default_factory=Documents)
    inboxes: Inboxes = field(default_factory=Inboxes)
    cache: Cache = field(default_factory=Cache)
    objects: Objects = field(default_factory=Objects)
    broker: Broker = field(default_factory=Broker)


class Message(NamedTuple):
    """A message that was opened. `id` and `epoch` are its record's."""

    id: bytes
    epoch: datetime
    conversation: str
    sender: str
    sent: float
    text: str
    media: Media | None


class Page(NamedTuple):
    """Messages of a conversation, the newest first; `next` gives the page of older ones, None where there are none."""

    messages: list[Message]
    next: Message | None


class Chat:
    """One process of the service. `members` maps a conversation to who is in it, `clock` gives seconds since 1970."""

    def __init__(
        self,
        stores: Stores,
        ring: KeyStore,
        people: KeyStore,
        service: KeyService,
        region: str,
        members: Mapping[str, Iterable[str]],
        clock: Callable[[], float],
    ) -> None:
        epochs = EpochKeys(ring, service, region, CACHED, clock)
        self.subjects = SubjectKeys(people, service, region, CACHED, clock)
        self.messages = Sealer(MESSAGES, epochs, self.subjects)
        self.profiles = Sealer(PROFILES, epochs, self.subjects)
        self._stores, self._members, self._clock = stores, members, clock

    # ---- people

    def register(self, user: str, profile: Mapping[str, str]) -> None:
        """Make the person's keys, and the profile. Nothing else makes a key."""
        self.subjects.create(MESSAGES, user)
        self.subjects.create(PROFILES, user)
        self._store_profile(self.profiles.seal(_packed(dict(profile)), user, own=True))

    def profile(self, user: str) -> dict[str, Any]:
        """The profile by the user's id. Raises `KeyGoneError` for an erased person."""
        return _unpacked(self._profile(user).content)

    def write_profile(self, user: str, changes: Mapping[str, str], avatar: bytes | None = None) -> None:
        """Change the profile: a new content and a new period, for the avatar's key too, whose object stays as it is."""
        old = self._profile(user)
        content = _unpacked(old.content) | dict(changes)
        replaced = content.get("avatar")
        if avatar is not None:
            content["avatar"] = self._upload(avatar)
        self._store_profile(self.profiles.seal(_packed(content), user, replaces=old))
        if avatar is not None and replaced:
            self._stores.objects.delete(_media(replaced).name)

    def avatar(self, user: str) -> bytes | None:
        """The avatar's bytes."""
        found = self.profile(user).get("avatar")
        return self.read_media(_media(found), 0, 1 << 40) if found else None

    def erase(self, user: str) -> None:
        """Erase the person: from here on every record of the person is unreadable, wherever its copies are. The rest
        deletes what would only take up room."""
        profile = self._profile(user)
        for each in (MESSAGES, PROFILES):
            self.subjects.end(each, user)
        avatar = _unpacked(profile.content).get("avatar")
        if avatar:
            self._stores.objects.delete(_media(avatar).name)
        self._stores.profiles.delete(profile.id)
        self._stores.cache.delete(profile.id)
        tokens = [token for batch in self.messages.backwards(_INBOX, user) for token in batch]
        self._stores.inboxes.drop(tokens)

    # ---- messages

    def send(self, sender: str, conversation: str, text: str, media: bytes | None = None) -> bytes:
        """Seal the message and hand it to the broker. Returns its id."""
        content: dict[str, Any] = {
            "conversation": conversation,
            "sender": sender,
            "sent": self._clock(),
            "text": text,
            "media": self._upload(media) if media is not None else None,
        }
        return self._produce(conversation, self.messages.seal(_packed(content), sender))

    def fan_out(self) -> int:
        """The worker: open what waits, store it and give it to every recipient, unchanged. Returns how many."""
        values = self._stores.broker.consume()
        for data in values:
            opened = self.messages.open(data)
            message = _message(opened)
            token = self.messages.token(_CONVERSATION, message.conversation, message.epoch)
            self._stores.messages.put(Row(message.id, message.epoch, data, token))
            end = message.epoch + timedelta(seconds=MESSAGES.until_end)
            self._stores.inboxes.put(self._inboxes(message), message.id, data, end)
        return len(values)

    def page(self, conversation: str, size: int, after: Message | None = None) -> Page:
        """Messages of a conversation from the newest, or from the one that `after` ends a page with, back through the
        epochs. What cannot be read any more (an erased sender) is left out."""
        found: list[Message] = []
        beyond = after.epoch + timedelta(seconds=MESSAGES.length) if after else None  # its own epoch is read again
        for tokens in self.messages.backwards(_CONVERSATION, conversation, beyond):
            batch = []
            for row in self._stores.messages.find(tokens):
                try:
                    opened = self.messages.open(row.data, row.id)
                except KeyGoneError:
                    continue
                self.messages.check_token(row.token, _CONVERSATION, conversation, opened)
                batch.append(_message(opened))
            batch.sort(key=_order, reverse=True)
            found += [message for message in batch if after is None or _order(message) < _order(after)]
            if len(found) >= size:
                return Page(found[:size], found[size - 1])
        return Page(found, None)

    def inbox(self, user: str, since: timedelta = timedelta(hours=1)) -> list[Message]:
        """What came for the user in the last `since` (and the epoch before it), the oldest first."""
        names: list[bytes] = []
        for tokens in self.messages.backwards(_INBOX, user):
            names += tokens
            if int.from_bytes(tokens[-1][:8], "big") < self._clock() - since.total_seconds():
                break
        messages = []
        for data in self._stores.inboxes.read(names):
            try:
                messages.append(_message(self.messages.open(data)))
            except KeyGoneError:
                continue
        return sorted(messages, key=_order)

    def edit(self, editor: str, record: bytes, text: str) -> None:
        """A new text: a new data key, in the epoch of birth, so that it ends no later than the first one would have."""
        opened, message = self._own_message(editor, record)
        content = _unpacked(opened.content) | {"text": text}
        self._produce(message.conversation, self.messages.seal(_packed(content), editor, replaces=opened))

    def recall(self, editor: str, record: bytes) -> None:
        """Delete a message and its media. Copies in backups end with their keys."""
        _, message = self._own_message(editor, record)
        self._stores.messages.delete(record)
        self._stores.inboxes.remove(self._inboxes(message), record)
        if message.media:
            self._stores.objects.delete(message.media.name)

    def read_media(self, media: Media, start: int, stop: int) -> bytes:
        """A range of the plain bytes of a message's media."""
        objects = self._stores.objects
        reader = MediaReader(media.key, objects.size(media.name), lambda *of: objects.fetch(media.name, *of))
        return reader.read(start, stop)

    # ---- inside

    def _produce(self, conversation: str, sealed: Sealed) -> bytes:
        broker = self._stores.broker
        broker.produce(partition(conversation, broker.partitions), sealed.data)
        return sealed.id

    def _inboxes(self, message: Message) -> list[bytes]:
        members = sorted(self._members[message.conversation])
        return [self.messages.token(_INBOX, user, message.epoch) for user in members]

    def _own_message(self, editor: str, record: bytes) -> tuple[Opened, Message]:
        row = self._stores.messages.get(record)
        if row is None:
            raise LookupError("there is no such message")
        opened = self.messages.open(row.data, record, editor)  # another sender's message is a `SwappedError`
        return opened, _message(opened)

    def _profile(self, user: str) -> Opened:
        record = self.profiles.own_id(user)
        data = self._stores.cache.get(record)
        if data is None:
            row = self._stores.profiles.get(record)
            if row is None:
                raise LookupError("there is no such profile")
            data = row.data
            self._stores.cache.put(record, data)
        return self.profiles.open(data, record, user)

    def _store_profile(self, sealed: Sealed) -> None:
        assert sealed.epoch is not None
        self._stores.profiles.put(Row(sealed.id, sealed.epoch, sealed.data))
        self._stores.cache.put(sealed.id, sealed.data)

    def _upload(self, plain: bytes) -> list[str]:
        media = new_media()
        self._stores.objects.put(media.name, b"".join(seal_stream(media.key, [plain])))
        return [media.name, media.key.hex()]


def _packed(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode()


def _unpacked(content: bytes) -> dict[str, Any]:
    found = json.loads(content)
    assert isinstance(found, dict)
    return found


def _media(stored: list[str]) -> Media:
    return Media(stored[0], bytes.fromhex(stored[1]))


def _message(opened: Opened) -> Message:
    content = _unpacked(opened.content)
    media = _media(content["media"]) if content["media"] else None
    assert opened.epoch is not None
    said = {name: content[name] for name in ("conversation", "sender", "sent", "text")}
    return Message(id=opened.id, epoch=opened.epoch, media=media, **said)


def _order(message: Message) -> tuple[datetime, float, bytes]:
    """An epoch after the other, and within it by the time of sending: a clock that jumps moves no message between
    pages."""
    return message.epoch, message.sent, message.id
