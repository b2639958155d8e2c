"""Authenticated encryption of the format: AES-256-GCM of `cryptography`, in two uses that cannot repeat a nonce.

`seal_once` uses a key for one message, so its nonce is constant. A `WrapKey` seals many small things under keys that it
derives (HKDF-SHA-256) with a fresh random salt of 128 bits for each process and 65,536 uses, with random nonces: a
collision has a probability below 2^-65 for each salt. A stored or shared counter is not needed, and a process that was
forked or restored from a snapshot does not repeat one.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from im_sealing.errors import AlteredError

KEY: Final = 32
TAG: Final = 16
SALT: Final = 16
NONCE: Final = 12
WRAP: Final = SALT + NONCE + TAG
"""Bytes that a wrap is longer than what it wraps."""
_USES = 1 << 16
_KNOWN = 256  # salts whose derived keys are kept
_ZERO = bytes(NONCE)


def derive(key: bytes, salt: bytes | None, purpose: bytes) -> bytes:
    """A key of 256 bits derived from another one for one purpose."""
    return HKDF(SHA256(), KEY, salt, b"im-sealing 1 " + purpose).derive(key)


def seal_once(key: bytes, content: bytes, bound: bytes) -> bytes:
    """Ciphertext and tag of `content` under a key that seals nothing else. `bound` is authenticated with it."""
    return AESGCM(key).encrypt(_ZERO, content, bound)


def open_once(key: bytes, sealed: bytes | memoryview, bound: bytes) -> bytes:
    """The content that `seal_once` sealed. Raises `AlteredError`."""
    try:
        return AESGCM(key).decrypt(_ZERO, sealed, bound)
    except InvalidTag:
        pass
    raise AlteredError("the content is not what was sealed under this record's key")


class WrapKey:
    """A key that wraps other keys. `root` is never used directly."""

    __slots__ = ("_current", "_known", "_uses", "root")

    def __init__(self, root: bytes) -> None:
        if len(root) != KEY:
            raise AlteredError(f"a key of {len(root)} bytes, where {KEY} are expected")
        self.root = root
        self._known: dict[bytes, AESGCM] = {}
        self._uses = 0
        self._current: tuple[bytes, AESGCM] | None = None

    def wrap(self, content: bytes, bound: bytes, nonce: bytes) -> bytes:
        """Salt, nonce, ciphertext and tag. `nonce` is random."""
        current = self._current  # one read: another thread may replace it
        if current is None or self._uses >= _USES:
            salt = os.urandom(SALT)
            current = self._current = salt, self._derived(salt)
            self._uses = 0
        self._uses += 1
        salt, key = current
        return salt + nonce + key.encrypt(nonce, content, bound)

    def unwrap(self, wrap: bytes, bound: bytes) -> bytes:
        """The wrapped content. Raises `AlteredError`."""
        nonce = wrap[SALT : SALT + NONCE]
        try:
            return self._derived(wrap[:SALT]).decrypt(nonce, wrap[SALT + NONCE :], bound)
        except InvalidTag:
            pass
        raise AlteredError("a wrapped key is not what was sealed: changed, of another record, or of another class")

    def _derived(self, salt: bytes) -> AESGCM:
        known = self._known.get(salt)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = self._known[salt] = AESGCM(derive(self.root, salt, b"wrap"))
        return known
