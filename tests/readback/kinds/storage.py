"""Buckets: S3."""

from tests.readback.table import Call, Kind, Read

_OF = {"Bucket": "id"}
_ASKED = {"bucket": "the question is asked of that bucket"}
_ENCRYPTION = "ServerSideEncryptionConfiguration"


def _setting(
    operation: str, at: dict[str, str], root: str, back: dict[str, str], lost: dict[str, str] | None = None
) -> Kind:
    """A resource that is one setting of a bucket."""
    return Kind(
        calls=(Call("s3", f"put_{operation}", at=at),),
        reads=(Read("s3", f"get_{operation}", _OF, root),),
        outputs={"id": "inputs.bucket"},
        back=back,
        unread={**_ASKED, **(lost or {})},
    )


def _none(what: str, error: str = "") -> Read:
    """A setting that a new bucket does not have."""
    return Read("s3", f"get_{what}", _OF, absent=error, under=what)


KINDS = {
    "aws:s3/bucket:Bucket": Kind(
        calls=(
            Call(
                "s3",
                "create_bucket",
                of={"CreateBucketConfiguration.LocationConstraint": "region"},
                named="Bucket",
            ),
        ),
        reads=(
            Read("s3", "list_buckets", {}, "Buckets[?Name=='$id'] | [0]"),
            Read("s3", "get_bucket_location", _OF, under="location"),
            _none("bucket_versioning"),
            _none("bucket_logging"),
            _none("bucket_replication", "ReplicationConfigurationNotFoundError"),
            _none("object_lock_configuration", "ObjectLockConfigurationNotFoundError"),
            _none("bucket_website", "NoSuchWebsiteConfiguration"),
            _none("bucket_acl"),
        ),
        outputs={"id": "inputs.bucket", "arn": "join('', ['arn:aws:s3:::', inputs.bucket])"},
        back={"bucket": "Name"},
        besides={
            "location.LocationConstraint": "$region",
            "bucket_versioning.Status": None,
            "bucket_logging.LoggingEnabled": None,
            "bucket_replication": None,
            "object_lock_configuration": None,
            "bucket_website": None,
            "bucket_acl.Grants[?Grantee.URI]": [],
        },
        own={"forceDestroy": "what the provider does before it deletes"},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _setting(
        "bucket_ownership_controls",
        {"rule": "OwnershipControls.Rules"},
        "OwnershipControls",
        {"rule": "Rules"},
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _setting(
        "public_access_block",
        {
            name[0].lower() + name[1:]: f"PublicAccessBlockConfiguration.{name}"
            for name in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        },
        "PublicAccessBlockConfiguration",
        {},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _setting(
        "bucket_encryption",
        {"rules": f"{_ENCRYPTION}.Rules"},
        _ENCRYPTION,
        {"rules.blockedEncryptionTypes": "BlockedEncryptionTypes.EncryptionType"},
        {"rules.blockedEncryptionTypes": "moto drops it"},
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _setting(
        "bucket_lifecycle_configuration",
        {"rules": "LifecycleConfiguration.Rules"},
        "@",
        {},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _setting("bucket_policy", {}, "@", {}),
}
