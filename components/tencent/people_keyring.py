"""Keyring of people: a bucket of one wrapped key for each person, made, read and ended by the application, by name."""

from dataclasses import dataclass

import pulumi

from im_stack.components.plan.budget import ClassPlan
from im_stack.components.plan.turnover import people_declare
from im_stack.components.service import Service
from im_stack.components.tencent.cos import deny, private_bucket, users
from im_stack.components.tencent.keyring import LISTS, UNCOPIED
from im_stack.components.tencent.keys import Keys

BY_NAME = tuple(
    f"name/cos:{act}"
    for act in ("GetObject", "PutObject", "PostObject", "AppendObject", "DeleteObject", "DeleteMultipleObjects")
)


@dataclass(frozen=True)
class PeopleKeyringArgs:
    """`classes` are those whose form has a subject. `bucket` is the full name with the account's application id,
    `owner_uin` the number of the account itself."""

    bucket: str
    app_id: str
    owner_uin: str
    region: str
    keys: Keys
    classes: tuple[ClassPlan, ...]


class PeopleKeyring(Service):
    """A bucket in which nothing ends by its age. Its policy denies versions, copies, locks, lifecycles and lists, and
    every key to users; roles are no users."""

    def __init__(self, name: str, args: PeopleKeyringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "im:tencent:PeopleKeyring", name, people_declare(name, args.classes), {"bucket": args.bucket}, opts
        )
        self.bucket = private_bucket(
            self, name, args, args.keys, *_guard(args), policy="guard", force_clean=False, said_off=False
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def _guard(args: PeopleKeyringArgs) -> tuple[dict[str, object], ...]:
    to_all = (*UNCOPIED, "name/cos:PutBucketLifecycle", *LISTS)
    return deny(to_all, args), deny(BY_NAME, args, users(args.owner_uin))
