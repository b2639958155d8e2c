"""Keyring of people: a bucket of one wrapped key for each person, made, read and ended by the application, by name."""

from dataclasses import dataclass

import pulumi

from im_stack.components.aws.account import Account
from im_stack.components.aws.keyring import guard
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.s3 import private_bucket, refuse
from im_stack.components.plan.budget import ClassPlan
from im_stack.components.plan.turnover import people_declare
from im_stack.components.service import Service

_BY_NAME = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion")
"""What one role may do beside listing. It names every key; the right to list is there because S3 answers 403 for an
absent key without it, which is no end."""


@dataclass(frozen=True)
class PeopleKeyringArgs:
    """`classes` are those whose form has a subject, `bucket` its name in the cloud, `role` that of the application."""

    bucket: str
    account: Account
    keys: Keys
    classes: tuple[ClassPlan, ...]
    role: str


class PeopleKeyring(Service):
    """A bucket in which nothing ends by its age. Its policy denies versions, copies, locks and lifecycles, and every
    key to all but one role."""

    def __init__(self, name: str, args: PeopleKeyringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "im:aws:PeopleKeyring", name, people_declare(name, args.classes), {"bucket": args.bucket}, opts
        )
        self.bucket = private_bucket(
            self,
            name,
            args.bucket,
            args.account,
            args.keys,
            None,
            *guard(args.bucket, args.account, args.role, *_BY_NAME),
            refuse(args.bucket, args.account, "s3:PutLifecycleConfiguration"),
            force_destroy=False,
        )
        self.register_outputs({"bucket": self.bucket.bucket})
