"""Data keys from AWS KMS: GenerateDataKeyWithoutPlaintext, whose answer holds the wrapped key and nothing else.

So no key in plaintext is ever in this process. Whoever unseals calls Decrypt with the same encryption context.
"""

from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from im_stack.purge.bucket import session
from im_stack.purge.config import Keyring
from im_stack.purge.ports import Failure

_SIZE = range(16, 6145)  # bytes of a wrapped key, as the service says
# Seconds per attempt; three attempts with the SDK's own backoff: at most about 30 s for one key.
_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


def client(keyring: Keyring, key_id: str, key: str, token: str | None) -> Any:
    """A client for the keyring's endpoint and region with the credentials of the function's role."""
    made: Any = session(keyring, key_id, key, token)
    return made.client("kms", endpoint_url=keyring.kms_endpoint, config=_CONFIG)


class KeyService:
    """A `im_stack.purge.ports.Wrapper` over one customer master key."""

    def __init__(self, kms: Any, kms_key_id: str) -> None:
        self._kms, self._kms_key_id = kms, kms_key_id

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """The wrapped key of a new AES-256 key; `Failure` with a code, whatever went wrong."""
        try:
            answer = self._kms.generate_data_key_without_plaintext(
                KeyId=self._kms_key_id, KeySpec="AES_256", EncryptionContext=dict(context)
            )
            blob = answer["CiphertextBlob"]
            if isinstance(blob, bytes) and len(blob) in _SIZE:
                return blob
            code = "UnusableBlob"
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
        except Exception as error:
            code = type(error).__name__
        # Raised out here, where the SDK's exception is gone: inside, it would hang on as this one's context.
        raise Failure("kms", code)
