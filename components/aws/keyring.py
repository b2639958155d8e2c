"""Keyring: a bucket of wrapped keys of the sealed classes, and the function that creates and deletes them."""

from dataclasses import dataclass

import pulumi

from im_stack.components.aws.account import Account
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.purge import Purge, PurgeArgs
from im_stack.components.aws.s3 import forget, private_bucket, refuse
from im_stack.components.plan.budget import ClassPlan
from im_stack.components.plan.turnover import REPAIR, SCHEDULE, backstop, key_schedule, keyring_declares, turnover_sweep
from im_stack.components.service import Service

_UNCOPIED = (
    "s3:PutBucketVersioning",
    "s3:PutReplicationConfiguration",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutInventoryConfiguration",
)


@dataclass(frozen=True)
class KeyringArgs:
    """`classes` are the sealed ones, `bucket` its name in the cloud, `logs` the class that the function's log
    group and queue are declared to hold."""

    bucket: str
    account: Account
    keys: Keys
    classes: tuple[ClassPlan, ...]
    logs: ClassPlan
    subnet_ids: list[pulumi.Output[str]]
    group_id: pulumi.Input[str]
    repair: str = REPAIR


class Keyring(Service):
    """A bucket of one object per epoch. Its policy denies versions, copies, locks, and listing to all but one role
    and the one that deploys.

    Raises ValueError where a class's limit leaves no life for its keys.
    """

    def __init__(self, name: str, args: KeyringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        schedules = {of.data_class: key_schedule(of) for of in args.classes}
        purge = f"{name}-purge"
        declares = keyring_declares(name, args.classes, schedules, turnover_sweep(purge, SCHEDULE, args.repair))
        super().__init__("im:aws:Keyring", name, declares, {"bucket": args.bucket}, opts)
        self.bucket = private_bucket(
            self,
            name,
            args.bucket,
            args.account,
            args.keys,
            forget(backstop(schedules.values())),
            *guard(args.bucket, args.account, self.physical_name(purge)),
            force_destroy=False,
        )
        self.purge = Purge(
            purge,
            PurgeArgs(
                bucket=args.bucket,
                account=args.account,
                keys=args.keys,
                classes=schedules,
                schedule=SCHEDULE,
                logs=args.logs,
                subnet_ids=args.subnet_ids,
                group_id=args.group_id,
            ),
            self.child(depends_on=[self.settled(self.bucket)]),
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def guard(bucket: str, account: Account, role: str, *acts: str) -> tuple[dict[str, object], ...]:
    """Statements that deny everything that would copy a key, and deny listing and some acts to all but one role.

    A key is written whole: what starts an upload in parts, or adds one, is no creation of an object. The role that
    deploys, where it is declared, may list: a refresh asks for a bucket by `HeadBucket`, which needs no other right and
    has no condition that tells it from a list without a prefix.
    """
    in_parts: dict[str, object] = {"Bool": {"s3:ObjectCreationOperation": "false"}}

    def but(*roles: str) -> dict[str, object]:
        names = [account.role(each) for each in roles]
        return {"ArnNotEquals": {"aws:PrincipalArn": names if len(names) > 1 else names[0]}}

    lists = (role, account.deploys) if account.deploys else (role,)
    return (
        refuse(bucket, account, *_UNCOPIED),
        refuse(bucket, account, "s3:PutObject", condition=in_parts),
        refuse(bucket, account, "s3:ListBucket", "s3:ListBucketVersions", condition=but(*lists)),
        *([refuse(bucket, account, *acts, condition=but(role))] if acts else ()),
    )
