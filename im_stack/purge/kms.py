"""Data keys from Tencent KMS, by GenerateDataKey; only the wrapped key is kept.

The answer holds the plaintext key too. It is in the memory of this process until the interpreter frees it, and nowhere
else: the SDK logs whole answers at DEBUG and puts whole bodies into its exceptions, so its logger is off and no
exception of the SDK leaves this module, not even as context.
"""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tencentcloud.common.credential import Credential  # type: ignore[import-untyped]
from tencentcloud.common.exception import TencentCloudSDKException  # type: ignore[import-untyped]
from tencentcloud.common.profile.client_profile import ClientProfile  # type: ignore[import-untyped]
from tencentcloud.common.profile.http_profile import HttpProfile  # type: ignore[import-untyped]
from tencentcloud.common.retry import StandardRetryer  # type: ignore[import-untyped]
from tencentcloud.kms.v20190118 import models  # type: ignore[import-untyped]
from tencentcloud.kms.v20190118.kms_client import KmsClient  # type: ignore[import-untyped]

from im_stack.purge.config import Keyring
from im_stack.purge.ports import Failure

_BLOB = re.compile(r"[\x21-\x7e]{16,4096}")  # Tencent's blob is base64 parts joined by "-k-": text, stored as it is
_TIMEOUT = 5  # seconds to connect and between bytes, per attempt; three attempts: at most about 30 s for one key


def client(keyring: Keyring, key_id: str, key: str, token: str | None) -> Any:
    """A KMS client for the keyring's endpoint and region, with the credentials of the function's role."""
    logging.getLogger("tencentcloud_sdk_common").disabled = True
    endpoint = urlsplit(keyring.kms_endpoint)
    http = HttpProfile(protocol=endpoint.scheme, endpoint=endpoint.netloc, reqTimeout=_TIMEOUT)
    retryer = StandardRetryer(max_attempts=3, backoff_fn=lambda attempt: 0.2 * 2**attempt)
    # No region breaker: it would ask another region, and the plaintext key would travel there.
    profile = ClientProfile(httpProfile=http, retryer=retryer, disable_region_breaker=True)
    return KmsClient(Credential(key_id, key, token), keyring.region, profile)


def context_text(context: Mapping[str, str]) -> str:
    """The encryption context as sent. Decrypt needs the same text, so applications build it the same way."""
    return json.dumps(dict(context), sort_keys=True, separators=(",", ":"))


class KeyService:
    """A `Wrapper` over one customer master key."""

    def __init__(self, kms: Any, kms_key_id: str) -> None:
        self._kms, self._kms_key_id = kms, kms_key_id

    def wrapped_key(self, context: Mapping[str, str]) -> bytes:
        """The wrapped key of a new AES-256 key; raises `Failure` with a code."""
        request = models.GenerateDataKeyRequest()
        request.KeyId = self._kms_key_id
        request.KeySpec = "AES_256"
        request.EncryptionContext = context_text(context)
        try:
            return _blob(self._kms.GenerateDataKey(request))
        except TencentCloudSDKException as error:
            code = error.get_code()
        except Exception as error:
            code = type(error).__name__
        # Raised outside the handler: inside it, the SDK's exception would stay as this one's context.
        raise Failure("kms", code)


def _blob(answer: Any) -> bytes:
    blob, plaintext = answer.CiphertextBlob, answer.Plaintext
    answer.Plaintext = None
    if not isinstance(blob, str) or not _BLOB.fullmatch(blob) or (plaintext and plaintext in blob):
        raise TencentCloudSDKException("UnusableBlob", "")
    return blob.encode("ascii")
