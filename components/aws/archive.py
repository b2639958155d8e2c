"""Archive: a bucket under a key of its own that takes no deletions, and whose objects end by their age alone."""

from dataclasses import dataclass

import pulumi

from im_stack.components.aws.account import Account
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.s3 import forget, private_bucket, refuse
from im_stack.components.plan.archive import ArchivePlan
from im_stack.components.service import Service


@dataclass(frozen=True)
class ArchiveArgs:
    """`bucket` is its name in the cloud, `plan` what it keeps and how long."""

    bucket: str
    account: Account
    plan: ArchivePlan


class Archive(Service):
    """A bucket and its key. Policies deny everyone deletions, replication and another lifecycle, and the deletion of
    the key; and the objects to all but one role."""

    def __init__(self, name: str, args: ArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:aws:Archive", name, args.plan.declares(name), {"bucket": args.bucket}, opts)
        but_one: dict[str, object] = {"ArnNotEquals": {"aws:PrincipalArn": args.account.role(args.plan.role)}}
        settings = ("s3:PutLifecycleConfiguration", "s3:PutReplicationConfiguration")
        content = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
        self.keys = Keys(f"{name}-keys", args.account, self.child(), of=f"the archive {name}", kept=True)
        self.bucket = private_bucket(
            self,
            name,
            args.bucket,
            args.account,
            self.keys,
            forget(args.plan.days),
            refuse(args.bucket, args.account, "s3:DeleteObject", "s3:DeleteObjectVersion", *settings),
            refuse(args.bucket, args.account, *content, condition=but_one),
            force_destroy=False,
        )
        self.register_outputs({"bucket": self.bucket.bucket})
