"""Sealer of one class: content to envelopes and back, lookup tokens, and the way back through the epochs.

The data key of an envelope is new at each write. It is wrapped by the person's key (where the form has one) and that
wrap, with the name of the person's key, by the epoch's key: the earliest dead key ends the record. The name of the
class and the head of the envelope are bound to every layer.
"""

import hmac
import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple

from im_sealing.aead import KEY, NONCE, open_once, seal_once
from im_sealing.classes import Form, SealedClass, date, stamp
from im_sealing.envelope import ID, MOST, NAME, Envelope, head, kept, parse
from im_sealing.errors import AlteredError, KeyGoneError, SwappedError, TokenError
from im_sealing.keys import EpochKeys, Subject, SubjectKeys

_STAMP: Final = 8
_TOKEN: Final = _STAMP + 16


class Sealed(NamedTuple):
    """What a store keeps of a record, all of it in clear but `data`'s content. `epoch` is None in the form SUBJECT."""

    id: bytes
    epoch: datetime | None
    data: bytes


class Opened(NamedTuple):
    """A record's content, authenticated. `subject` is the name of the person's key, empty in the form BIRTH."""

    content: bytes
    id: bytes
    epoch: datetime | None
    subject: bytes


class Sealer:
    """Seals and opens records of one class. Safe in threads. Raises only `SealingError`s, beside wrong arguments."""

    def __init__(self, of: SealedClass, epochs: EpochKeys | None = None, subjects: SubjectKeys | None = None) -> None:
        if (epochs is None) is of.form.has_epoch or (subjects is None) is of.form.has_subject:
            raise ValueError(f"class {of.name}: {of.form.name} says which of `epochs` and `subjects` to give")
        self.of, self._epochs, self._subjects = of, epochs, subjects
        self._class = bytes([len(of.name)]) + of.name.encode()

    # ---- records

    def seal(
        self, content: bytes, subject: str | None = None, *, own: bool = False, replaces: Opened | None = None
    ) -> Sealed:
        """A new record of the person `subject`, or a new content of the one that was opened.

        `own` is the person's one record that is found by the user's id (`own_id`), such as the profile. An edit keeps
        the record's id, its person, and in the forms of birth its epoch; after the end of that epoch's key it raises
        `KeyGoneError`.
        """
        if len(content) > MOST:
            raise ValueError(f"a content of more than {MOST} bytes: seal it as media")
        person = self._person(subject, replaces) if self._subjects or subject else None
        if self._epochs is None:
            start = 0
        elif replaces is None or self.of.form is Form.LAST_WRITE_AND_SUBJECT:
            start = self._current()
        else:
            start = _start(replaces.epoch)
        fresh = os.urandom(KEY + ID + 2 * NONCE)
        record = replaces.id if replaces else person.id if own and person else fresh[KEY : KEY + ID]
        key, first = fresh[:KEY], head(self.of.form, len(content), record, start)
        sealed = seal_once(key, content, self._class + kept(first))
        wrapped = self._wrapped(first, key, start, person, fresh[KEY + ID :])
        return Sealed(record, self._date(start), wrapped + sealed)

    def own_id(self, subject: str) -> bytes:
        """The id of the person's own record. Raises `KeyGoneError` where the person was erased."""
        person = self._person(subject, None)
        if person is None:
            raise ValueError(f"class {self.of.name}: {self.of.form.name} has no subject")
        return person.id

    def open(self, data: bytes, record: bytes | None = None, subject: str | None = None) -> Opened:
        """The content. `record` and `subject` are what the caller looked for: another record or person in its place
        raises `SwappedError`. The form SUBJECT needs `subject`: its envelope does not name the key."""
        envelope = self._parsed(data, record)
        key, person = self._data_key(envelope, subject)
        content = open_once(key, envelope.sealed, self._class + envelope.kept)
        return Opened(content, envelope.id, self._date(envelope.epoch), person)

    def rewrap(self, data: bytes, record: bytes | None = None) -> Sealed:
        """The same content and data key under the current epoch: for a write that leaves the content as it is."""
        if self.of.form is not Form.LAST_WRITE_AND_SUBJECT:
            raise ValueError(f"class {self.of.name}: only LAST_WRITE_AND_SUBJECT is rewrapped")
        envelope = self._parsed(data, record)
        key, name = self._data_key(envelope, None)
        open_once(key, envelope.sealed, self._class + envelope.kept)  # nothing unauthentic gets a new epoch
        assert self._subjects
        person = self._subjects.named(self.of, name)
        start = self._current()
        first = head(envelope.form, len(envelope.sealed) - 16, envelope.id, start)
        wrapped = self._wrapped(first, key, start, person, os.urandom(2 * NONCE))
        return Sealed(envelope.id, date(start), wrapped + envelope.sealed)

    # ---- lookup

    def token(self, field: str, value: str, epoch: datetime) -> bytes:
        """The lookup token of a value in an epoch: the epoch's start (8 bytes) and an HMAC (16 bytes) under a key
        derived from the epoch's. It ends with that key: nobody can compute it again to compare."""
        return self._token(field, value, _start(epoch))

    def check_token(self, token: bytes, field: str, value: str, opened: Opened) -> None:
        """Raise `TokenError` unless the token is the one of this value, as the opened record has it, in its epoch."""
        start = _start(opened.epoch)
        if len(token) != _TOKEN:
            raise TokenError(f"a token of {len(token)} bytes, where {_TOKEN} are expected")
        if (theirs := int.from_bytes(token[:_STAMP], "big")) != start:
            raise TokenError(
                f"a token of another epoch than its record's, which is {stamp(start)}: {theirs - start:+} s"
            )
        if not hmac.compare_digest(token, self._token(field, value, start)):
            raise TokenError("a token of another value than its record's")

    def backwards(self, field: str, value: str, before: datetime | None = None) -> Iterator[list[bytes]]:
        """Tokens of a value for one query after the other (`$in`), from the newest epoch, or the last one before
        `before`, to the oldest that can be alive: 1, 2, 4, ... epochs at a time. Records of an earlier batch are newer
        than those of a later one; within a batch the reader orders after opening. Epochs without a key are left out."""
        batch: list[bytes] = []
        size = 1
        for start in self.of.alive(self._clock()):
            if before is not None and start >= _start(before):
                continue
            try:
                batch.append(self._token(field, value, start))
            except KeyGoneError:
                continue
            if len(batch) == size:
                yield batch
                batch, size = [], 2 * size
        if batch:
            yield batch

    # ---- inside

    def _clock(self) -> float:
        assert self._epochs
        return self._epochs.clock()

    def _current(self) -> int:
        return int(self._clock()) // self.of.length * self.of.length

    def _date(self, start: int) -> datetime | None:
        return date(start) if self._epochs else None

    def _person(self, subject: str | None, replaces: Opened | None) -> Subject | None:
        if self._subjects is None:
            if subject is not None:
                raise ValueError(f"class {self.of.name}: {self.of.form.name} has no subject")
            return None
        if replaces is not None:
            return self._named(replaces.subject, subject)
        if subject is None:
            raise ValueError(f"class {self.of.name}: {self.of.form.name} needs a subject")
        return self._subjects.of(self.of, subject)

    def _wrapped(self, first: bytes, key: bytes, start: int, person: Subject | None, nonces: bytes) -> bytes:
        """The head and the wraps of the data key."""
        bound = self._class + first
        if person is None:
            layer = key
        elif self._epochs is None:
            first += person.id
            layer = person.wraps.wrap(key, bound + person.id, nonces[:NONCE])
        else:
            layer = person.name + person.wraps.wrap(key, bound, nonces[:NONCE])
        if self._epochs:
            layer = self._epochs.at(self.of, start).wraps.wrap(layer, bound, nonces[NONCE:])
        return first + layer

    def _parsed(self, data: bytes, record: bytes | None) -> Envelope:
        envelope = parse(data)
        if envelope.form is not self.of.form:
            raise SwappedError(f"an envelope of the form {envelope.form.name}, where {self.of.form.name} is expected")
        if record is not None and envelope.id != record:
            raise SwappedError("another record's envelope in the place of this one")
        if self.of.length and envelope.epoch % self.of.length:
            raise AlteredError(f"no epoch of {self.of.name} begins at {stamp(envelope.epoch)}")
        return envelope

    def _data_key(self, envelope: Envelope, subject: str | None) -> tuple[bytes, bytes]:
        """The data key, and the name of the person's key."""
        bound, layer = self._class + envelope.head + envelope.subject, envelope.wrap
        if self._epochs:
            layer = self._epochs.at(self.of, envelope.epoch).wraps.unwrap(layer, bound)
        if self._subjects is None:
            if subject is not None:
                raise ValueError(f"class {self.of.name}: {self.of.form.name} has no subject")
            return layer, b""
        if self._epochs:
            person, layer = self._named(layer[:NAME], subject), layer[NAME:]
        elif subject is None:
            raise ValueError(f"class {self.of.name}: to open {self.of.form.name} name the subject")
        else:
            person = self._subjects.of(self.of, subject)
            if person.id != envelope.subject:
                raise SwappedError("another person's record in the place of this one")
        return person.wraps.unwrap(layer, bound), person.name

    def _named(self, name: bytes, subject: str | None) -> Subject:
        """The person's key of this name, which is the key of `subject` where that is given."""
        assert self._subjects
        if subject is None:
            return self._subjects.named(self.of, name)
        person = self._subjects.of(self.of, subject)
        if person.name != name:
            raise SwappedError("another person's record in the place of this one")
        return person

    def _token(self, field: str, value: str, start: int) -> bytes:
        assert self._epochs
        names = self._epochs.at(self.of, start).names
        text = field.encode()
        return (
            start.to_bytes(_STAMP, "big")
            + hmac.digest(names, len(text).to_bytes(2, "big") + text + value.encode(), "sha256")[:16]
        )


def _start(epoch: datetime | None) -> int:
    if epoch is None:
        raise ValueError("a class without epochs has no tokens")
    return int(epoch.timestamp())


def partition(conversation: str, partitions: int) -> int:
    """The partition of a conversation's records on a broker, chosen by the producer so that the record key stays empty.
    The number is in clear: it tells two conversations apart no better than one in `partitions`."""
    return int.from_bytes(sha256(conversation.encode()).digest()[:8], "big") % partitions
