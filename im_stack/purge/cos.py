"""Bucket of a keyring on COS, through its S3-compatible interface.

boto3 and not the provider's own SDK: the Python 3.10 runtime of SCF has neither, so either is shipped. boto3 is pure
Python, cos-python-sdk-v5 has two compiled extensions; and boto3 works with any S3 server, so the same code is tested
against a real one.
"""

from typing import TYPE_CHECKING, Any

from im_stack.purge import bucket
from im_stack.purge.bucket import client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["Bucket", "client"]


class Bucket(bucket.Bucket):
    """A bucket of COS. A put has two conditions there: the header of COS, and If-None-Match of S3.

    COS's header has been seen not to be atomic between writers in the same instant, so the condition protects
    every key that exists, and `ahead` keeps a key from being used in the instant of its creation.
    """

    service = "cos"

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        super().__init__(s3, bucket)
        s3.meta.events.register("before-call.s3.PutObject", _forbid_overwrite)


def _forbid_overwrite(params: dict[str, Any], **_: object) -> None:
    params["headers"]["x-cos-forbid-overwrite"] = "true"  # before signing, so the signature covers it
