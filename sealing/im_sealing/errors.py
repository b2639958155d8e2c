"""Errors of sealing: one type for each reason why there is no plaintext.

No message contains content, keys, user ids or whole names of records, so each can be logged as it is.
"""


class SealingError(Exception):
    """Any failure of this library except wrong arguments (`TypeError`, `ValueError`)."""


class CutShortError(SealingError):
    """The bytes end before their own end: of an envelope, a key's object or a media object."""


class VersionError(SealingError):
    """The bytes are not of a version that this library reads, or no envelope at all."""


class SwappedError(SealingError):
    """A whole, authentic envelope in another's place: another record, person or form than expected."""


class AlteredError(SealingError):
    """The bytes are not those that were sealed: changed, put together from two envelopes, or of another class."""


class KeyGoneError(SealingError):
    """A key has ended, or never was: the record is unreadable for good, or nothing can be sealed under the key."""


class ClockError(SealingError):
    """This clock and the key store's differ by more than `SKEW`, or a record's epoch has not begun yet."""


class TokenError(SealingError):
    """A lookup token that is not its record's: of another epoch, or of another value."""


class UnavailableError(SealingError):
    """The key store or the key service gave no answer, or refused; the key may well exist. Try again."""

    def __init__(self, service: str, code: str) -> None:
        super().__init__(f"{service}: {code}")
        self.service, self.code = service, code
