"""The keyring: wrapped keys of the sealed classes."""

from dataclasses import dataclass

import pulumi

from components.aws.account import Account
from components.aws.keys import Keys
from components.aws.s3 import private_bucket, refuse
from components.budget import ClassPlan
from components.service import Service
from components.turnover import RUN, SCHEDULE, backstop, rings, turn
from terms.period import format_period
from terms.wire import Sweep

_UNCOPIED = (
    "s3:PutBucketVersioning",
    "s3:PutReplicationConfiguration",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutInventoryConfiguration",
)


@dataclass(frozen=True)
class KeyringArgs:
    """`classes` are the sealed ones, `bucket` the name in the whole cloud, `role` the one that turns the keys over."""

    bucket: str
    account: Account
    keys: Keys
    classes: tuple[ClassPlan, ...]
    role: str


class Keyring(Service):
    """A bucket of one object per epoch, which nothing may version, copy or lock, and only one role may list.

    Raises ValueError where a class's limit leaves no life for its keys.
    """

    def __init__(self, name: str, args: KeyringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        turns = {of.data_class: turn(of) for of in args.classes}
        declares = rings(name, args.classes, turns, _sweep(name))
        super().__init__("im:aws:Keyring", name, declares, {"bucket": args.bucket}, opts)
        self.bucket = private_bucket(
            self,
            name,
            args.bucket,
            args.account,
            args.keys,
            backstop(turns.values()),
            *_guard(args),
            force_destroy=False,
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def _sweep(name: str) -> Sweep:
    return Sweep(
        name=f"{name}-turnover",
        period=format_period(SCHEDULE),
        run=format_period(RUN),
        repair="P1D",
        by="the operator's turnover job",
    )


def _guard(args: KeyringArgs) -> tuple[dict[str, object], ...]:
    """Refuse everyone what would copy a key, and everyone but one role to list them."""
    but_one: dict[str, object] = {"ArnNotEquals": {"aws:PrincipalArn": args.account.role(args.role)}}
    return (
        refuse(args.bucket, args.account, *_UNCOPIED),
        refuse(args.bucket, args.account, "s3:ListBucket", condition=but_one),
    )
