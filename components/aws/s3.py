"""Object storage: private buckets whose objects expire within the limit, by HTTPS only."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import s3

from im_stack.components.aws.account import Account, allow, document
from im_stack.components.aws.keys import Keys
from im_stack.components.plan.budget import ClassPlan, lifecycle_days
from im_stack.components.plan.holdings import declared, log_declares, objects
from im_stack.components.service import Service
from im_stack.terms.stack.wire import CLIENTS

_BALANCERS = "logdelivery.elasticloadbalancing.amazonaws.com"


@dataclass(frozen=True)
class BucketArgs:
    """One bucket for one class. `bucket` is its name in the cloud, `source` the holding, or `clients`, that objects
    come from. With a `reader`, its policy refuses reading to all but the role of that name."""

    bucket: str
    account: Account
    of: ClassPlan
    keys: Keys
    source: str = CLIENTS
    reader: str = ""


class Bucket(Service):
    """A bucket whose unfinished uploads and (should versioning ever be on) old versions expire in time, and so do
    objects, unless each of them ends with a record that names it."""

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        declares = declared([objects(name, args.of, args.source)])
        super().__init__("im:aws:Bucket", name, declares, {"bucket": args.bucket}, opts)
        rule = forget(lifecycle_days(args.of, "aws", "s3-expiration") if args.of.ages else None)
        only = (_only(args),) if args.reader else ()
        made = private_bucket(self, name, args.bucket, args.account, args.keys, rule, *only, force_destroy=True)
        self.bucket = made
        self.register_outputs({"bucket": self.bucket.bucket})


@dataclass(frozen=True)
class LogBucketArgs:
    """One bucket for the access logs of load balancers. They support encryption under a key of the service only, so no
    key of the stack is used."""

    bucket: str
    account: Account
    of: ClassPlan


class LogBucket(Service):
    """A bucket that load balancers of the account write to, besides roles with the permission."""

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:aws:LogBucket", name, log_declares(args.of, name), {"bucket": args.bucket}, opts)
        objects = f"{args.account.bucket(args.bucket)}/*"
        mine = {"StringEquals": {"aws:SourceAccount": args.account.number}}
        write = allow({"Service": [_BALANCERS]}, "s3:PutObject", resource=objects, Condition=mine)
        rule = forget(lifecycle_days(args.of, "aws", "s3-expiration"))
        self.bucket = private_bucket(self, name, args.bucket, args.account, None, rule, write, force_destroy=True)
        self.register_outputs({"bucket": self.bucket.bucket})


def private_bucket(
    inside: Service,
    name: str,
    bucket: str,
    account: Account,
    keys: Keys | None,
    rule: s3.BucketLifecycleConfigurationRuleArgs | None,
    *more: dict[str, object],
    force_destroy: bool,
) -> s3.Bucket:
    """A bucket and its settings, all inside one component; `name` is the bucket's own resource.

    Without `keys` it is encrypted under a key of the service; without `rule` nothing in it ends by its age. `more` are
    further statements of its policy.
    """
    made = s3.Bucket(name, bucket=bucket, force_destroy=force_destroy, opts=inside.child())
    s3.BucketPublicAccessBlock(
        f"{name}-private",
        bucket=made.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=inside.setting(made),
    )
    s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=made.bucket,
        rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=inside.setting(made),
    )
    s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption", bucket=made.bucket, rules=[_encryption(keys)], opts=inside.setting(made)
    )
    if rule is not None:
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle", bucket=made.bucket, rules=[rule], opts=inside.setting(made)
        )
    s3.BucketPolicy(
        f"{name}-policy",
        bucket=made.bucket,
        policy=https_only(bucket, account, *more),
        opts=inside.setting(made),
    )
    return made


def _only(args: BucketArgs) -> dict[str, object]:
    but_one: dict[str, object] = {"ArnNotEquals": {"aws:PrincipalArn": args.account.role(args.reader)}}
    return refuse(args.bucket, args.account, "s3:GetObject", "s3:GetObjectVersion", condition=but_one)


def _encryption(keys: Keys | None) -> s3.BucketServerSideEncryptionConfigurationRuleArgs:
    by_default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs
    return s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=by_default(sse_algorithm="aws:kms", kms_master_key_id=keys.key.arn)
        if keys
        else by_default(sse_algorithm="AES256"),
        bucket_key_enabled=True if keys else None,
        blocked_encryption_types=["SSE-C"],
    )


def forget(days: int | None) -> s3.BucketLifecycleConfigurationRuleArgs:
    """A rule that deletes objects after whole days, if any, and old versions and unfinished uploads after one."""
    return s3.BucketLifecycleConfigurationRuleArgs(
        id="forget",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        expiration=None if days is None else s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
        noncurrent_version_expiration=s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
            noncurrent_days=1
        ),
        abort_incomplete_multipart_upload=s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=1
        ),
    )


def refuse(
    bucket: str, account: Account, *actions: str, condition: dict[str, object] | None = None
) -> dict[str, object]:
    """A statement that denies all principals some actions on a bucket and its objects."""
    whole = account.bucket(bucket)
    statement = {"Effect": "Deny", "Principal": "*", "Action": list(actions), "Resource": [whole, f"{whole}/*"]}
    return statement | ({"Condition": condition} if condition else {})


def https_only(bucket: str, account: Account, *more: dict[str, object]) -> str:
    """A bucket policy that denies every request that is not HTTPS with TLS 1.2 or later.

    Built from names, so that it is known in a preview. `more` are further statements.
    """
    return document(
        refuse(bucket, account, "s3:*", condition={"Bool": {"aws:SecureTransport": "false"}}),
        refuse(bucket, account, "s3:*", condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        *more,
    )
