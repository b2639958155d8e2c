"""Sealed media: an object of any size in authenticated segments, for streams and for ranges.

The key is new for each object and stands nowhere but in the content of the record that shows the media (`Media`), so
the object ends with that record; a record that is written or rewrapped takes the key along, and the object stays
untouched. Whoever has the key seals: a client that uploads by itself, or the application.

Layout: magic `IMM` and version 1, the plain bytes of a segment (4, big-endian), then segments, each with its tag. Nonce
of a segment: 7 zero bytes, its number (4), and 1 for the last one, else 0. So order and end are authenticated; the key
seals nothing else. An empty object is one empty last segment.
"""

import os
import secrets
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from im_sealing.aead import KEY, TAG
from im_sealing.errors import AlteredError, CutShortError, VersionError

_MAGIC: Final = b"IMM\x01"
_HEAD: Final = struct.Struct(">4sI")
HEAD: Final = _HEAD.size
SEGMENT: Final = 1 << 16
_LARGEST = 1 << 24  # of a segment: a reader holds one in memory


class Media(NamedTuple):
    """What a record's content says of its media. `name` is random: the object's name in the store."""

    name: str
    key: bytes


def new_media() -> Media:
    """A new name and a new key, for one object."""
    return Media(secrets.token_hex(16), os.urandom(KEY))


def sealed_size(size: int, segment: int = SEGMENT) -> int:
    """Bytes of the object for `size` plain bytes."""
    return HEAD + size + TAG * max(1, -(-size // segment))


def seal_stream(key: bytes, chunks: Iterable[bytes], segment: int = SEGMENT) -> Iterator[bytes]:
    """The object's bytes, in pieces. `key` must be new: sealing two things under one key would end its secrecy."""
    if not 0 < segment <= _LARGEST:
        raise ValueError(f"a segment has 1 to {_LARGEST} bytes")
    head, cipher = _HEAD.pack(_MAGIC, segment), AESGCM(key)
    yield head
    number, held = 0, bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > segment:  # the last full segment is kept back: it may be the end
            yield cipher.encrypt(_nonce(number, last=False), bytes(held[:segment]), head)
            del held[:segment]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(held), head)


def open_stream(key: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The plain segments in order, each authenticated before it is given out. Raises at the first that is not right,
    and `CutShortError` where the end is missing: keep what came before only when the iterator ends without an error."""
    held = bytearray()
    head, number, source = b"", 0, iter(chunks)
    for chunk in source:
        held += chunk
        if not head:
            if len(held) < HEAD:
                continue
            head, held = bytes(held[:HEAD]), held[HEAD:]
            whole = _segment(head) + TAG
        while len(held) > whole:
            yield _opened(key, head, number, bytes(held[:whole]), last=False)
            del held[:whole]
            number += 1
    if not head:
        _segment(bytes(held))
    yield _opened(key, head, number, bytes(held), last=True)


class MediaReader:
    """Ranges of a sealed object of `size` bytes. `fetch(start, stop)` gives bytes of the object.

    The head and the last segment are read and authenticated at once, so an object that was cut short is refused before
    anything is given out. Raises `CutShortError`, `AlteredError`, `VersionError`.
    """

    def __init__(self, key: bytes, size: int, fetch: Callable[[int, int], bytes]) -> None:
        self._key, self._stored, self._fetch = key, size, fetch
        self._head = self._exactly(0, min(HEAD, size))
        self._plain = _segment(self._head)
        whole = self._plain + TAG
        self._last = max(0, -(-(size - HEAD) // whole) - 1)
        self._end = self._read(self._last, self._last)
        self.size = self._last * self._plain + len(self._end)
        """Plain bytes of the object."""

    def read(self, start: int, stop: int) -> bytes:
        """The plain bytes from `start` up to `stop`, or to the end if that is before; all of them, or an error."""
        if not 0 <= start <= stop:
            raise ValueError("a range starts at 0 or later and does not stop before it")
        stop = min(stop, self.size)
        if start >= stop:
            return b""
        first, last = start // self._plain, (stop - 1) // self._plain
        found = self._read(first, min(last, self._last - 1)) if first < self._last else b""
        if last == self._last:
            found += self._end
        return found[start - first * self._plain : stop - first * self._plain]

    def _read(self, first: int, last: int) -> bytes:
        """Plain bytes of neighbouring segments, by one request."""
        whole = self._plain + TAG
        start = HEAD + first * whole
        sealed = self._exactly(start, min(HEAD + (last + 1) * whole, self._stored))
        return b"".join(
            _opened(self._key, self._head, number, sealed[at : at + whole], last=number == self._last)
            for number, at in zip(range(first, last + 1), range(0, max(len(sealed), 1), whole), strict=True)
        )

    def _exactly(self, start: int, stop: int) -> bytes:
        found = self._fetch(start, stop)
        if len(found) != stop - start:
            raise CutShortError(f"the store gave {len(found)} bytes of a range of {stop - start}")
        return found


def _nonce(number: int, *, last: bool) -> bytes:
    if number >= 1 << 32:
        raise ValueError("an object has at most 2^32 segments: choose larger ones")
    return bytes(7) + number.to_bytes(4, "big") + bytes([last])


def _segment(head: bytes) -> int:
    """Plain bytes of a segment, from the object's head."""
    if not _MAGIC.startswith(head[:4]):
        raise VersionError("the media object is not of a version that this library reads")
    if len(head) < HEAD:
        raise CutShortError(f"a media object of {len(head)} bytes ends within its head")
    segment = _HEAD.unpack(head)[1]
    if not 0 < segment <= _LARGEST:
        raise AlteredError("the head of the media object names a size of segments that none has")
    return int(segment)


def _opened(key: bytes, head: bytes, number: int, sealed: bytes, *, last: bool) -> bytes:
    cipher = AESGCM(key)
    if len(sealed) >= TAG:
        try:
            return cipher.decrypt(_nonce(number, last=last), sealed, head)
        except InvalidTag:
            pass
    if last and _is_whole(cipher, head, number, sealed):
        raise CutShortError(f"the media object ends after segment {number}, which is not its last")
    if last and len(sealed) < _segment(head) + TAG:
        raise CutShortError(f"the media object ends within segment {number}, or its end was changed")
    raise AlteredError(f"segment {number} of the media object is not what was sealed there")


def _is_whole(cipher: AESGCM, head: bytes, number: int, sealed: bytes) -> bool:
    """Whether the bytes are the segment of this number, and not the last."""
    try:
        cipher.decrypt(_nonce(number, last=False), sealed, head)
    except (InvalidTag, ValueError):
        return False
    return True
