"""Object storage: private buckets whose objects expire within the limit, by HTTPS only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import cos

from im_stack.components.plan.budget import ClassPlan, lifecycle_days
from im_stack.components.plan.holdings import declared
from im_stack.components.plan.holdings import objects as held
from im_stack.components.service import Service
from im_stack.components.tencent.keys import Keys
from im_stack.terms.stack.wire import CLIENTS, Hop

ANYONE = "qcs::cam::anyone:anyone"


@dataclass(frozen=True)
class BucketArgs:
    """One bucket for one class.

    `bucket` is the full name with the account's application id, as COS wants it. `source` is the holding, or
    `clients`, that objects come from. With a `reader`, the role of that name alone reads them: users, of the account
    with the number `owner_uin`, are refused it, and of other roles it is declared.
    """

    bucket: str
    app_id: str
    region: str
    of: ClassPlan
    keys: Keys
    source: str = CLIENTS
    reader: str = ""
    owner_uin: str = ""


class Bucket(Service):
    """A bucket whose unfinished uploads and (should versioning ever be on) old versions expire in time, and so do
    objects, unless each of them ends with a record that names it."""

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        hops = [_read_by(name, args.reader)] if args.reader else []
        declares = declared([held(name, args.of, args.source)], hops)
        super().__init__("im:tencent:Bucket", name, declares, {"bucket": args.bucket}, opts)
        days = lifecycle_days(args.of, "tencent", "cos-expiration") if args.of.ages else None
        self.bucket = cos.Bucket(
            name,
            bucket=args.bucket,
            acl="private",
            encryption_algorithm="KMS",
            kms_id=args.keys.key.id,
            versioning_enable=False,
            acceleration_enable=False,
            force_clean=True,
            log_enable=False,
            lifecycle_rules=[lifecycle("forget", days)],
            opts=self.child(),
        )
        self.policy = cos.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket.bucket,
            policy=https_only(args.bucket, args.region, args.app_id, *_readers(args)),
            opts=self.setting(self.bucket),
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def _readers(args: BucketArgs) -> list[dict[str, object]]:
    """A statement that refuses reading to users, where one role alone reads; no condition spares a role."""
    if not args.reader:
        return []
    return [deny(["name/cos:GetObject"], objects(args.bucket, args.region, args.app_id), users(args.owner_uin))]


def _read_by(name: str, reader: str) -> Hop:
    must = f"give no role but {reader} a right to read it: its policy refuses users alone"
    return Hop(resource=name, what="left to the account", who="the operator", must=must)


def users(owner_uin: str) -> str:
    """All users of an account, as a principal; roles are no users."""
    return f"qcs::cam::uin/{owner_uin}:uin/*"


def lifecycle(name: str, days: int | None) -> cos.BucketLifecycleRuleArgs:
    """A rule that deletes objects after whole days, if any, and old versions and unfinished uploads after one."""
    return cos.BucketLifecycleRuleArgs(
        id=name,
        filter_prefix="",
        expiration=None if days is None else cos.BucketLifecycleRuleExpirationArgs(days=days),
        non_current_expiration=cos.BucketLifecycleRuleNonCurrentExpirationArgs(non_current_days=1),
        abort_incomplete_multipart_upload=cos.BucketLifecycleRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=1
        ),
    )


def deny(actions: Sequence[str], resource: str, principal: str = ANYONE, **more: object) -> dict[str, object]:
    """A statement of a bucket policy that denies a principal some actions."""
    return {
        "effect": "deny",
        "principal": {"qcs": [principal]},
        "action": list(actions),
        "resource": [resource],
        **more,
    }


def objects(bucket: str, region: str, app_id: str) -> str:
    """All objects of a bucket, as policies name them."""
    return f"qcs::cos:{region}:uid/{app_id}:{bucket}/*"


def https_only(bucket: str, region: str, app_id: str, *more: dict[str, object]) -> str:
    """A bucket policy that denies every request that is not HTTPS with TLS 1.2 or later.

    Built from names, so that it is known in a preview. `more` are further statements.
    """
    conditions = ({"bool_equal": {"cos:secure-transport": "false"}}, {"numeric_less_than": {"cos:tls-version": 1.2}})
    resource = objects(bucket, region, app_id)
    statements = [*(deny(["name/cos:*"], resource, condition=each) for each in conditions), *more]
    return json.dumps({"version": "2.0", "statement": statements}, sort_keys=True)
