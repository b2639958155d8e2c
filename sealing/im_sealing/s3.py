"""Key store on an S3-compatible bucket: Amazon S3, and COS by its S3 interface. Needs boto3 (extra `aws` or `tencent`).

A role that reads people's keys needs the right to list their bucket (S3: `s3:ListBucket`): without it S3 answers 403
instead of 404 for a key that was deleted, which is not taken for an end.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from im_sealing.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT = frozenset({"NoSuchKey", "404"})
_TAKEN = frozenset({"PreconditionFailed", "FileAlreadyExists", "ConditionalRequestConflict"})


def s3_client(region: str, endpoint: str | None = None) -> "S3Client":
    """A client with the credentials that boto3 finds, whose calls end within about 45 s. `endpoint` is needed on COS:
    `https://cos.<region>.myqcloud.com`."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=3,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
        s3={"addressing_style": "virtual"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.client("s3", region_name=region, endpoint_url=endpoint, config=config)


class S3Store:
    """A `KeyStore` over one bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._s3, self._bucket = client, bucket
        # COS has a condition of its own; S3 ignores the header.
        client.meta.events.register("before-call.s3.PutObject", _forbid_overwrite)

    def get(self, name: str) -> tuple[bytes | None, float]:
        """The object, or None where the store says that there is none; and the time of its answer."""
        answer, refused = self._called(lambda: self._s3.get_object(Bucket=self._bucket, Key=name), _ABSENT)
        if answer is None:
            return None, _time(refused)
        try:
            return answer["Body"].read(), _time(answer["ResponseMetadata"])
        except UnavailableError:
            raise
        except Exception as error:  # the connection may end within the body
            code = type(error).__name__
        raise UnavailableError("key store", code)

    def create(self, name: str, body: bytes) -> bool:
        """Put under the condition that there is none. False if the name exists."""
        given: Any = {"Bucket": self._bucket, "Key": name, "Body": body}
        try:
            answer, _ = self._called(lambda: self._s3.put_object(**given, IfNoneMatch="*"), _TAKEN)
        except UnavailableError as error:
            if error.code != "NotImplemented":
                raise
            answer, _ = self._called(lambda: self._s3.put_object(**given), _TAKEN)
        return answer is not None

    def delete(self, name: str) -> None:
        """Delete an object."""
        self._called(lambda: self._s3.delete_object(Bucket=self._bucket, Key=name), frozenset())

    def _called(self, do: Callable[[], Any], expected: frozenset[str]) -> tuple[Any, Mapping[str, Any]]:
        """The answer; or None with the metadata of a refusal whose code is expected."""
        from botocore.exceptions import ClientError

        metadata: Mapping[str, Any]
        try:
            return do(), {}
        except ClientError as error:
            code, metadata = error_code(error), error.response["ResponseMetadata"]
        except Exception as error:  # an answer that cannot be parsed raises others than botocore's
            code, metadata = type(error).__name__, {}
        if code in expected:
            return None, metadata
        raise UnavailableError("key store", code)


def _forbid_overwrite(params: dict[str, Any], **_: object) -> None:
    params["headers"]["x-cos-forbid-overwrite"] = "true"  # before signing, so the signature covers it


def error_code(error: Any) -> str:
    """The provider's code of a `ClientError`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _time(metadata: Mapping[str, Any]) -> float:
    headers = metadata.get("HTTPHeaders", {})
    try:
        time: datetime = parsedate_to_datetime(headers["date"])
    except (KeyError, TypeError, ValueError):
        raise UnavailableError("key store", "NoTime") from None
    return time.timestamp()
