"""Keyring: a bucket of wrapped keys of the sealed classes, and the function that creates and deletes them."""

from dataclasses import dataclass

import pulumi

from im_stack.components.plan.budget import ClassPlan
from im_stack.components.plan.turnover import REPAIR, SCHEDULE, backstop, key_schedule, keyring_declares, turnover_sweep
from im_stack.components.service import Service
from im_stack.components.tencent.cos import deny, lifecycle, private_bucket, users
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.purge import Purge, PurgeArgs

UNCOPIED = (
    "name/cos:PutBucketVersioning",
    "name/cos:PutBucketReplication",
    "name/cos:PutBucketObjectLockConfiguration",
    "name/cos:PutBucketInventory",
    "name/cos:InitiateMultipartUpload",
)
LISTS = ("name/cos:GetBucket", "name/cos:GetBucketObjectVersions")
"""What lists the names of objects: a bucket without versions answers the second as the first."""


@dataclass(frozen=True)
class KeyringArgs:
    """`classes` are the sealed ones, `logs` the class that the function's log topic is declared to hold.

    `bucket` is the full name with the account's application id, `owner_uin` the number of the account itself and
    `bundle` the path of the function's zip.
    """

    bucket: str
    app_id: str
    owner_uin: str
    region: str
    keys: Keys
    classes: tuple[ClassPlan, ...]
    logs: ClassPlan
    bundle: str
    vpc_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    repair: str = REPAIR


class Keyring(Service):
    """A bucket of one object per epoch, and its turnover. The bucket's policy denies versions, copies, locks and lists.

    Raises ValueError where a class's limit leaves no life for its keys.
    """

    def __init__(self, name: str, args: KeyringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        schedules = {of.data_class: key_schedule(of) for of in args.classes}
        declares = keyring_declares(
            name, args.classes, schedules, turnover_sweep(f"{name}-purge", SCHEDULE, args.repair)
        )
        super().__init__("im:tencent:Keyring", name, declares, {"bucket": args.bucket}, opts)
        rule = lifecycle("backstop", backstop(schedules.values()))
        self.bucket = private_bucket(
            self, name, args, args.keys, *_guard(args), rule=rule, policy="guard", force_clean=False, said_off=False
        )
        self.purge = Purge(
            f"{name}-purge",
            PurgeArgs(
                bucket=args.bucket,
                app_id=args.app_id,
                region=args.region,
                keys=args.keys,
                classes=schedules,
                schedule=SCHEDULE,
                bundle=args.bundle,
                logs=args.logs,
                vpc_id=args.vpc_id,
                subnet_id=args.subnet_id,
            ),
            self.child(depends_on=[self.settled(self.bucket)]),
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def _guard(args: KeyringArgs) -> tuple[dict[str, object], ...]:
    """Statements that deny everything that would copy a key, and deny the listing of keys to users; roles are no
    users."""
    return deny(UNCOPIED, args), deny(LISTS, args, users(args.owner_uin))
