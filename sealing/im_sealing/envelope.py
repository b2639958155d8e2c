"""Envelope, version 1: a sealed record as bytes. This module knows the layout; it holds no keys and reads no clock.

magic `IMS`, version 1      4 bytes
form                        1        (`Form`)
length of the content       8        big-endian
record id                  16        random
epoch                       8        its start in seconds since 1970, big-endian; 0 without an epoch
subject's random name      16        only in the form SUBJECT
wrap of the data key       76, 76 + 108 around it with epoch and subject (table `_WRAPS`)
content, sealed             n + 16
"""

import struct
from typing import Final, NamedTuple

from im_sealing.aead import KEY, TAG, WRAP
from im_sealing.classes import Form, within_calendar
from im_sealing.errors import AlteredError, CutShortError, VersionError

MAGIC: Final = b"IMS\x01"
ID: Final = 16
NAME: Final = 32
"""Bytes of a subject's name inside an epoch's layer: an HMAC of the user's id, which names the key's object."""
_HEAD = struct.Struct(">4sBQ16sQ")
_KEPT = _HEAD.size - 8
_INNER = KEY + WRAP
_WRAPS: Final = {
    Form.BIRTH: _INNER,
    Form.BIRTH_AND_SUBJECT: NAME + _INNER + WRAP,
    Form.LAST_WRITE_AND_SUBJECT: NAME + _INNER + WRAP,
    Form.SUBJECT: ID + _INNER,
}
OVERHEAD: Final = {form: _HEAD.size + wraps + TAG for form, wraps in _WRAPS.items()}
"""Bytes by which an envelope is longer than its content."""
MOST: Final = 1 << 30
"""The most bytes of a content. Larger things are media."""


class Envelope(NamedTuple):
    """Parts of an envelope, none of them authenticated yet. `subject` is the random name in clear, or empty."""

    form: Form
    id: bytes
    epoch: int
    subject: bytes
    head: bytes
    wrap: bytes
    sealed: memoryview

    @property
    def kept(self) -> bytes:
        """The head without the epoch: a rewrap changes the epoch and not the content."""
        return self.head[:_KEPT]


def head(form: Form, length: int, record: bytes, epoch: int) -> bytes:
    """The clear beginning of an envelope."""
    return _HEAD.pack(MAGIC, form, length, record, epoch)


def kept(head: bytes) -> bytes:
    """What of a head is bound to the content."""
    return head[:_KEPT]


def parse(data: bytes) -> Envelope:
    """The parts. Raises `CutShortError`, `VersionError`, or `AlteredError` where the head contradicts itself."""
    if not MAGIC.startswith(data[:4]) and data[:3] == MAGIC[:3]:
        raise VersionError(f"an envelope of version {data[3]}; this library reads version {MAGIC[3]}")
    if not MAGIC.startswith(data[:4]):
        raise VersionError("no envelope: the first bytes are others")
    if len(data) < _HEAD.size:
        raise CutShortError(f"an envelope of {len(data)} bytes ends within its head")
    _, number, length, record, epoch = _HEAD.unpack_from(data)
    try:
        form = Form(number)
    except ValueError:
        raise VersionError(f"an envelope of the unknown form {number}") from None
    if length > MOST or not within_calendar(epoch) or (epoch and not form.has_epoch):
        raise AlteredError("the head of the envelope names a length or an epoch that none has")
    whole = OVERHEAD[form] + length
    if len(data) < whole:
        raise CutShortError(f"an envelope of {len(data)} bytes says that it has {whole}")
    if len(data) > whole:
        raise AlteredError(f"an envelope of {whole} bytes is followed by {len(data) - whole} others")
    start, end = _HEAD.size, _HEAD.size + _WRAPS[form]
    named = start + (ID if form is Form.SUBJECT else 0)
    return Envelope(form, record, epoch, data[start:named], data[:start], data[named:end], memoryview(data)[end:])
