"""Bucket of a keyring on an S3-compatible store: Amazon S3, and COS (`im_stack/purge/cos.py`).

Only requests that every such store supports: virtual-hosted addresses, no checksum trailers, listing in version 1, one
DELETE per key.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from im_stack.purge.config import Keyring
from im_stack.purge.ports import Failure

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

_PAGES = 100  # of 1000 names; a keyring has hundreds of keys, so more is not a keyring
_TAKEN = frozenset({"PreconditionFailed", "FileAlreadyExists", "ConditionalRequestConflict"})
# Seconds per attempt; three attempts with the SDK's own backoff: at most about 45 s for one call.
CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


def session(keyring: Keyring, key_id: str, key: str, token: str | None) -> Session:
    """A session with the credentials of the function's role, in the keyring's region."""
    logging.getLogger("botocore").setLevel(logging.WARNING)  # at DEBUG it writes requests, with the session token
    return Session(key_id, key, token, region_name=keyring.region)


def client(keyring: Keyring, key_id: str, key: str, token: str | None) -> "S3Client":
    """An S3 client for the keyring's endpoint, with the credentials of the function's role."""
    return session(keyring, key_id, key, token).client("s3", endpoint_url=keyring.store_endpoint, config=CONFIG)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def call(service: str, do: Callable[[], T]) -> T:
    """What a call of the SDK returns. Raises `Failure` of `service` for whatever it raises, without its context."""
    try:
        return do()
    except Failure:
        raise
    except ClientError as error:
        code = _code(error)
    except Exception as error:  # not only BotoCoreError: an unparsable answer raises other exceptions
        code = type(error).__name__
    raise Failure(service, code)


class Bucket:
    """A `Store` over one bucket. `service` is the store's name in failures."""

    service = "s3"

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def _call(self, do: Callable[[], T]) -> T:
        return call(self.service, do)

    def clock(self) -> datetime:
        """The time in the store's answer, to the second."""
        answer = self._call(lambda: self._s3.head_bucket(Bucket=self._bucket))
        time = self._call(lambda: parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]))
        if time.tzinfo is None:
            raise Failure(self.service, "NoTimeZone")
        return time

    def breaches(self) -> tuple[str, ...]:
        """`versioned` if versions were ever enabled (Suspended keeps the old ones), `replicated` if a rule exists."""
        versioned = self._call(lambda: self._s3.get_bucket_versioning(Bucket=self._bucket)).get("Status")
        return ("versioned",) * bool(versioned) + ("replicated",) * self._call(self._replicated)

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
        """All names, from every page of the listing. Raises `Failure` beyond 100 000 objects."""
        pages = self._s3.get_paginator("list_objects").paginate(Bucket=self._bucket)

        def read() -> list[str]:
            names: list[str] = []
            for number, page in enumerate(pages):
                if number == _PAGES:
                    raise Failure(self.service, "TooManyObjects")
                names += [entry["Key"] for entry in page.get("Contents", [])]
            return names

        return self._call(read)

    def create(self, name: str, body: bytes) -> bool:
        """Conditional put by If-None-Match, or without it where the store answers that it does not implement the
        header."""
        try:
            self._call(lambda: self._s3.put_object(Bucket=self._bucket, Key=name, Body=body, IfNoneMatch="*"))
        except Failure as failure:
            if failure.code in _TAKEN:
                return False
            if failure.code != "NotImplemented":  # stores without If-None-Match on a put
                raise
            return self._create_without_etag(name, body)
        return True

    def _create_without_etag(self, name: str, body: bytes) -> bool:
        try:
            self._call(lambda: self._s3.put_object(Bucket=self._bucket, Key=name, Body=body))
        except Failure as failure:
            if failure.code in _TAKEN:
                return False
            raise
        return True

    def delete(self, name: str) -> None:
        """Delete the object; in a bucket without versions nothing of it is left."""
        self._call(lambda: self._s3.delete_object(Bucket=self._bucket, Key=name))
