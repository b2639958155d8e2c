"""Sealed records for chat applications: ciphertext that ends with the key of its epoch or of its person."""

from im_sealing.cache import KeyCache
from im_sealing.classes import Form, SealedClass
from im_sealing.errors import (
    AlteredError,
    ClockError,
    CutShortError,
    KeyGoneError,
    SealingError,
    SwappedError,
    TokenError,
    UnavailableError,
    VersionError,
)
from im_sealing.keys import EpochKeys, KeyService, KeyStore, Subject, SubjectKeys
from im_sealing.media import Media, MediaReader, new_media, open_stream, seal_stream
from im_sealing.sealer import Opened, Sealed, Sealer, partition

__all__ = [
    "AlteredError",
    "ClockError",
    "CutShortError",
    "EpochKeys",
    "Form",
    "KeyCache",
    "KeyGoneError",
    "KeyService",
    "KeyStore",
    "Media",
    "MediaReader",
    "Opened",
    "Sealed",
    "SealedClass",
    "Sealer",
    "SealingError",
    "Subject",
    "SubjectKeys",
    "SwappedError",
    "TokenError",
    "UnavailableError",
    "VersionError",
    "new_media",
    "open_stream",
    "partition",
    "seal_stream",
]
