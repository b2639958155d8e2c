"""Key service of AWS KMS: Decrypt, and GenerateDataKeyWithoutPlaintext for a class's key. Needs boto3 (extra `aws`)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from im_sealing.errors import AlteredError, UnavailableError
from im_sealing.s3 import error_code

T = TypeVar("T")
_NOT_WRAPPED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


def kms_client(region: str, endpoint: str | None = None) -> Any:
    """A client with the credentials that boto3 finds, whose calls end within about 30 s."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client("kms", region_name=region, endpoint_url=endpoint, config=config)


class AwsKms:
    """A `KeyService` over one customer master key."""

    def __init__(self, client: Any, key_id: str) -> None:
        self._kms, self._key_id = client, key_id

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Decrypt under the context."""
        answer = _called(
            lambda: self._kms.decrypt(CiphertextBlob=wrapped, EncryptionContext=dict(context), KeyId=self._key_id)
        )
        return bytes(answer["Plaintext"])

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """A new AES-256 key, wrapped; its plaintext does not leave the service."""
        answer = _called(
            lambda: self._kms.generate_data_key_without_plaintext(
                KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=dict(context)
            )
        )
        return bytes(answer["CiphertextBlob"])


def _called(do: Callable[[], T]) -> T:
    from botocore.exceptions import ClientError

    try:
        return do()
    except ClientError as error:
        code = error_code(error)
    except Exception as error:
        code = type(error).__name__
    if code in _NOT_WRAPPED:
        raise AlteredError("the key service did not wrap this key's object under this class, epoch and region")
    raise UnavailableError("key service", code)
