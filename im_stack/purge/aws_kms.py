"""Data keys from AWS KMS, by GenerateDataKeyWithoutPlaintext: its answer holds the wrapped key only.

No plaintext key is ever in this process. An application unwraps a key by Decrypt with the same encryption context.
"""

from collections.abc import Mapping
from typing import Any

from botocore.config import Config

from im_stack.purge.bucket import call, session
from im_stack.purge.config import Keyring
from im_stack.purge.ports import Failure

_SIZE = range(16, 6145)  # bytes of a wrapped key, as the service documents
# Seconds per attempt; three attempts with the SDK's own backoff: at most about 30 s for one key.
_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


def client(keyring: Keyring, key_id: str, key: str, token: str | None) -> Any:
    """A KMS client for the keyring's endpoint and region, with the credentials of the function's role."""
    made: Any = session(keyring, key_id, key, token)
    return made.client("kms", endpoint_url=keyring.kms_endpoint, config=_CONFIG)


class KeyService:
    """A `Wrapper` over one customer master key."""

    def __init__(self, kms: Any, kms_key_id: str) -> None:
        self._kms, self._kms_key_id = kms, kms_key_id

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """The wrapped key of a new AES-256 key; raises `Failure` with a code."""
        answer = call(
            "kms",
            lambda: self._kms.generate_data_key_without_plaintext(
                KeyId=self._kms_key_id, KeySpec="AES_256", EncryptionContext=dict(context)
            ),
        )
        blob = answer.get("CiphertextBlob")
        if not isinstance(blob, bytes) or len(blob) not in _SIZE:
            raise Failure("kms", "UnusableBlob")
        return blob
