"""The keyring: wrapped keys of the sealed classes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import pulumi

from components.aws.account import Account
from components.aws.keys import Keys
from components.aws.s3 import private_bucket, refuse
from components.budget import ClassPlan, backstop_days
from components.service import Service
from terms.period import format_period, parse_period
from terms.wire import Declares, Sweep
from terms.wire import Keyring as WireKeyring

_SCHEDULE = timedelta(hours=1)
_RUN = timedelta(minutes=5)
_AHEAD = 24  # epochs: a day of failed runs must not stop messages from being sealed
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
        lives = {of.data_class: _life(of) for of in args.classes}
        super().__init__("im:aws:Keyring", name, _declares(name, args, lives), {"bucket": args.bucket}, opts)
        self.bucket = private_bucket(
            self,
            name,
            args.bucket,
            args.account,
            args.keys,
            _backstop(args.classes, lives),
            *_guard(args),
            force_destroy=False,
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def _life(of: ClassPlan) -> timedelta:
    epoch, cache = parse_period(of.sealing.epoch), parse_period(of.sealing.cache)
    life = of.limit - epoch - _SCHEDULE - _RUN - cache
    if life <= timedelta(0):
        raise ValueError(f"{of.data_class}: no life is left for a key within {format_period(of.limit)}")
    return life


def _sweep(name: str) -> Sweep:
    return Sweep(
        name=f"{name}-turnover",
        period=format_period(_SCHEDULE),
        run=format_period(_RUN),
        repair="P1D",
        by="the operator's turnover job",
    )


def _declares(name: str, args: KeyringArgs, lives: dict[str, timedelta]) -> Declares:
    return Declares(
        keyrings=tuple(
            WireKeyring(
                name=of.ring,
                store=name,
                seals_class=of.data_class,
                epoch=of.sealing.epoch,
                life=format_period(lives[of.data_class]),
                cache=of.sealing.cache,
                sweep=_sweep(name),
            )
            for of in args.classes
        )
    )


def _backstop(classes: Iterable[ClassPlan], lives: dict[str, timedelta]) -> int:
    """What ends a key should its turnover be gone: never earlier than the turnover would."""
    return max(backstop_days(lives[of.data_class], parse_period(of.sealing.epoch), _AHEAD) for of in classes)


def _guard(args: KeyringArgs) -> tuple[dict[str, object], ...]:
    """Refuse everyone what would copy a key, and everyone but one role to list them."""
    but_one: dict[str, object] = {"ArnNotEquals": {"aws:PrincipalArn": args.account.role(args.role)}}
    return (
        refuse(args.bucket, args.account, *_UNCOPIED),
        refuse(args.bucket, args.account, "s3:ListBucket", condition=but_one),
    )
