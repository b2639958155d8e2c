"""Key service of Tencent Cloud KMS: Decrypt, and GenerateDataKey for a class's key. Needs the extra `tencent`.

The SDK logs whole answers at DEBUG and puts whole bodies into its exceptions, so its logger is off and none of its
exceptions leaves this module, not even as context.
"""

import base64
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from im_sealing.errors import AlteredError, UnavailableError

_NOT_WRAPPED = frozenset({"InvalidParameterValue.InvalidCiphertext", "FailedOperation.DecryptError"})
_TIMEOUT = 5  # seconds, per attempt; three attempts


def kms_client(region: str, credential: Any, endpoint: str | None = None) -> Any:
    """A client of the region. `credential` is the SDK's, for example of the machine's role. Never another region: the
    plain key would travel there."""
    from tencentcloud.common.profile.client_profile import ClientProfile  # type: ignore[import-untyped]
    from tencentcloud.common.profile.http_profile import HttpProfile  # type: ignore[import-untyped]
    from tencentcloud.common.retry import StandardRetryer  # type: ignore[import-untyped]
    from tencentcloud.kms.v20190118.kms_client import KmsClient  # type: ignore[import-untyped]

    logging.getLogger("tencentcloud_sdk_common").disabled = True
    address = urlsplit(endpoint or f"https://kms.{region}.tencentcloudapi.com")
    http = HttpProfile(protocol=address.scheme, endpoint=address.netloc, reqTimeout=_TIMEOUT)
    retryer = StandardRetryer(max_attempts=3, backoff_fn=lambda attempt: 0.2 * 2**attempt)
    return KmsClient(credential, region, ClientProfile(httpProfile=http, retryer=retryer, disable_region_breaker=True))


class TencentKms:
    """A `KeyService` over one customer master key."""

    def __init__(self, client: Any, key_id: str) -> None:
        self._kms, self._key_id = client, key_id

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Decrypt under the context's text."""
        from tencentcloud.kms.v20190118 import models  # type: ignore[import-untyped]

        request = models.DecryptRequest()
        try:
            request.CiphertextBlob = wrapped.decode("ascii")
        except UnicodeDecodeError:
            raise AlteredError("the key's object is no text, so the key service did not wrap it") from None
        request.EncryptionContext = _text(context)
        return _called(lambda: base64.b64decode(self._kms.Decrypt(request).Plaintext, validate=True))

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """A new AES-256 key, wrapped. The service sends the plaintext too, which is dropped."""
        from tencentcloud.kms.v20190118 import models

        request = models.GenerateDataKeyRequest()
        request.KeyId, request.KeySpec, request.EncryptionContext = self._key_id, "AES_256", _text(context)
        return _called(lambda: str(self._kms.GenerateDataKey(request).CiphertextBlob).encode("ascii"))


def _text(context: Mapping[str, str]) -> str:
    return json.dumps(dict(context), sort_keys=True, separators=(",", ":"))


def _called(do: Callable[[], bytes]) -> bytes:
    from tencentcloud.common.exception import TencentCloudSDKException  # type: ignore[import-untyped]

    try:
        return do()
    except TencentCloudSDKException as error:
        code = str(error.get_code())
    except Exception as error:
        code = type(error).__name__
    if code in _NOT_WRAPPED:
        raise AlteredError("the key service did not wrap this key's object under this class, epoch and region")
    raise UnavailableError("key service", code)
