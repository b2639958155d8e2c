"""The keyring's bucket, through the S3-compatible interface of COS.

Why boto3 and not the provider's own SDK: the Python 3.10 runtime of SCF carries neither (from 3.7 on it has
no built-in libraries), so either is shipped; boto3 is pure Python where cos-python-sdk-v5 brings two compiled
extensions, and it speaks to any S3-like server, so that the same code is tested against a real one.

What differs from S3, and is set here: no path-style addresses, no checksum trailers, listing in version 1,
one DELETE per key (the multi-object form wants a header that boto3 no longer sends).
"""

import logging
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from purge.config import Keyring
from purge.ports import Failure

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

_PAGES = 100  # of 1000 names; a keyring has hundreds of keys, so more is not a keyring
_TAKEN = frozenset({"PreconditionFailed", "FileAlreadyExists", "ConditionalRequestConflict"})
# Seconds per attempt; three attempts with the SDK's own backoff: at most about 45 s for one call.
_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


def client(keyring: Keyring, key_id: str, key: str, token: str | None) -> "S3Client":
    """A client for the keyring's endpoint with the credentials of the function's role."""
    logging.getLogger("botocore").setLevel(logging.WARNING)  # at DEBUG it writes requests, with the session token
    session = Session(key_id, key, token, region_name=keyring.region)
    return session.client("s3", endpoint_url=keyring.cos_endpoint, config=_CONFIG)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _call(do: Callable[[], T]) -> T:
    try:
        return do()
    except Failure:
        raise
    except ClientError as error:
        code = _code(error)
    except Exception as error:  # not only BotoCoreError: an answer that cannot be parsed raises outside that family
        code = type(error).__name__
    raise Failure("cos", code)


class Bucket:
    """A `purge.ports.Store` over one bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3, self._bucket = s3, bucket
        s3.meta.events.register("before-call.s3.PutObject", _forbid_overwrite)

    def clock(self) -> datetime:
        """The time in the store's answer, to the second."""
        answer = _call(lambda: self._s3.head_bucket(Bucket=self._bucket))
        time = _call(lambda: parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]))
        if time.tzinfo is None:
            raise Failure("cos", "NoTimeZone")
        return time

    def breaches(self) -> tuple[str, ...]:
        """`versioned` if versions were ever enabled (Suspended keeps the old ones), `replicated` if a rule exists."""
        versioned = _call(lambda: self._s3.get_bucket_versioning(Bucket=self._bucket)).get("Status")
        return ("versioned",) * bool(versioned) + ("replicated",) * _call(self._replicated)

    def _replicated(self) -> bool:
        try:
            self._s3.get_bucket_replication(Bucket=self._bucket)
        except ClientError as error:
            # COS and S3 spell the code with different capitals.
            if _code(error).lower() == "replicationconfigurationnotfounderror":
                return False
            raise
        return True  # a disabled rule is one switch away from copying, so it counts

    def names(self) -> list[str]:
        """All names, over as many pages as it takes; `Failure` beyond 100 000 objects."""
        pages = self._s3.get_paginator("list_objects").paginate(Bucket=self._bucket)

        def read() -> list[str]:
            names: list[str] = []
            for number, page in enumerate(pages):
                if number == _PAGES:
                    raise Failure("cos", "TooManyObjects")
                names += [entry["Key"] for entry in page.get("Contents", [])]
            return names

        return _call(read)

    def create(self, name: str, body: bytes) -> bool:
        """Conditional put, twice conditional: COS documents its own header, S3 documents If-None-Match.

        COS's header has been seen not to be atomic between writers in the same instant, so the condition protects
        every key that exists, and `ahead` keeps a key from being used in the instant of its creation.
        """
        try:
            _call(lambda: self._s3.put_object(Bucket=self._bucket, Key=name, Body=body, IfNoneMatch="*"))
        except Failure as failure:
            if failure.code in _TAKEN:
                return False
            if failure.code != "NotImplemented":  # the answer of stores that do not know If-None-Match on a put
                raise
            return self._create_without_etag(name, body)
        return True

    def _create_without_etag(self, name: str, body: bytes) -> bool:
        try:
            _call(lambda: self._s3.put_object(Bucket=self._bucket, Key=name, Body=body))
        except Failure as failure:
            if failure.code in _TAKEN:
                return False
            raise
        return True

    def delete(self, name: str) -> None:
        """Delete the object; in a bucket without versions nothing of it is left."""
        _call(lambda: self._s3.delete_object(Bucket=self._bucket, Key=name))


def _forbid_overwrite(params: dict[str, Any], **_: object) -> None:
    params["headers"]["x-cos-forbid-overwrite"] = "true"  # before signing, so the signature covers it
