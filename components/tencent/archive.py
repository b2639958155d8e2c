"""Archive: a bucket under a key of its own that takes no deletions, and whose objects end by their age alone."""

from dataclasses import dataclass

import pulumi

from im_stack.components.plan.archive import ArchivePlan
from im_stack.components.service import Service
from im_stack.components.tencent.cos import deny, lifecycle, private_bucket, users
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
        self.keys = Keys(f"{name}-keys", self.child(), of=f"the archive {name}")
        guards = deny((*_DELETES, *_SETTINGS), args), deny(BY_NAME, args, users(args.owner_uin))
        rule = lifecycle("end", args.plan.days)
        self.bucket = private_bucket(self, name, args, self.keys, *guards, rule=rule, force_clean=False)
        self.register_outputs({"bucket": self.bucket.bucket})
