"""Archive: a bucket under a key of its own that takes no deletions, and whose objects end by their age alone."""

from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import cos

from im_stack.components.plan.archive import ArchivePlan
from im_stack.components.service import Service
from im_stack.components.tencent.cos import deny, https_only, lifecycle, objects, users
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.people_keyring import BY_NAME

_DELETES = ("name/cos:DeleteObject", "name/cos:DeleteMultipleObjects")
_SETTINGS = ("name/cos:PutBucketLifecycle", "name/cos:PutBucketReplication")


@dataclass(frozen=True)
class ArchiveArgs:
    """`bucket` is the full name with the account's application id, `owner_uin` the number of the account itself, `plan`
    what it keeps and how long."""

    bucket: str
    app_id: str
    owner_uin: str
    region: str
    plan: ArchivePlan


class Archive(Service):
    """A bucket and its key. Its policy denies everyone deletions, replication and another lifecycle, and the objects to
    users; roles are no users."""

    def __init__(self, name: str, args: ArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:tencent:Archive", name, args.plan.declares(name), {"bucket": args.bucket}, opts)
        self.keys = Keys(f"{name}-keys", self.child())
        self.bucket = cos.Bucket(
            name,
            bucket=args.bucket,
            acl="private",
            encryption_algorithm="KMS",
            kms_id=self.keys.key.id,
            versioning_enable=False,
            acceleration_enable=False,
            force_clean=False,
            log_enable=False,
            lifecycle_rules=[lifecycle("end", args.plan.days)],
            opts=self.child(),
        )
        whole = objects(args.bucket, args.region, args.app_id)
        guards = (
            deny((*_DELETES, *_SETTINGS), whole),
            deny(BY_NAME, whole, users(args.owner_uin)),
        )
        cos.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket.bucket,
            policy=https_only(args.bucket, args.region, args.app_id, *guards),
            opts=self.setting(self.bucket),
        )
        self.register_outputs({"bucket": self.bucket.bucket})
