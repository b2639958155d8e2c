"""Object storage: private buckets whose objects expire within the limit, by HTTPS only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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
        rule = lifecycle("forget", days)
        self.bucket = private_bucket(self, name, args, args.keys, *_readers(args), rule=rule, force_clean=True)
        self.register_outputs({"bucket": self.bucket.bucket})


class Named(Protocol):
    """The arguments of a component with one bucket: its full name, its region, the account's application id."""

    @property
    def bucket(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def app_id(self) -> str: ...


def private_bucket(
    inside: Service,
    name: str,
    args: Named,
    keys: Keys,
    *more: dict[str, object],
    force_clean: bool,
    rule: cos.BucketLifecycleRuleArgs | None = None,
    policy: str = "policy",
    said_off: bool = True,
) -> cos.Bucket:
    """A bucket and its policy, both inside one component; `name` is the bucket's own resource, `policy` the end of its
    policy's name, and `more` are further statements of that. Without a `rule` nothing in it ends by its age. With
    `said_off` acceleration and logs are said to be off, as they are by default.
    """
    off = False if said_off else None
    made = cos.Bucket(
        name,
        bucket=args.bucket,
        acl="private",
        encryption_algorithm="KMS",
        kms_id=keys.key.id,
        versioning_enable=False,
        acceleration_enable=off,
        force_clean=force_clean,
        log_enable=off,
        lifecycle_rules=None if rule is None else [rule],
        opts=inside.child(),
    )
    cos.BucketPolicy(
        f"{name}-{policy}",
        bucket=made.bucket,
        policy=https_only(args.bucket, args.region, args.app_id, *more),
        opts=inside.setting(made),
    )
    return made


def _readers(args: BucketArgs) -> list[dict[str, object]]:
    """A statement that refuses reading to users, where one role alone reads; no condition spares a role."""
    return [deny(["name/cos:GetObject"], args, users(args.owner_uin))] if args.reader else []


def _read_by(name: str, reader: str) -> Hop:
    must = f"give no user and no role but {reader} a right to read it"
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


def deny(actions: Sequence[str], args: Named, principal: str = ANYONE) -> dict[str, object]:
    """A statement of a bucket policy that denies a principal some actions."""
    return _deny(actions, objects(args.bucket, args.region, args.app_id), principal)


def _deny(actions: Sequence[str], resource: str, principal: str, **more: object) -> dict[str, object]:
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
    statements = [*(_deny(["name/cos:*"], resource, ANYONE, condition=each) for each in conditions), *more]
    return json.dumps({"version": "2.0", "statement": statements}, sort_keys=True)
