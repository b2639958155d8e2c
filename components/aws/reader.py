"""Role that alone reads one bucket, and what is under the key of that bucket."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from im_stack.components.aws.account import Account, document
from im_stack.components.aws.purge import may, trust
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Declares

_FUNCTIONS = "lambda.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class ReaderArgs:
    """`bucket` is its name in the cloud, `key` the alias of its key."""

    bucket: str
    account: Account
    key: str


class Reader(Service):
    """A role of functions. It lists and reads one bucket and unwraps what is under one key; it writes nothing."""

    def __init__(self, name: str, args: ReaderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:aws:Reader", name, Declares(), {"bucket": args.bucket}, opts)
        self.physical = self.physical_name(name)
        self.role = iam.Role(name, name=self.physical, assume_role_policy=trust(_FUNCTIONS), opts=self.child())
        iam.RolePolicy(
            f"{name}-may", name=self.physical, role=self.role.name, policy=_permissions(args), opts=self.child()
        )
        self.register_outputs({"role": self.role.name})


def _permissions(args: ReaderArgs) -> str:
    """Permissions of the role, built from names: the key is named by its alias."""
    bucket = args.account.bucket(args.bucket)
    by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [args.key]}}
    return document(
        may(["s3:ListBucket"], bucket),
        may(["s3:GetObject"], f"{bucket}/*"),
        may(["kms:Decrypt"], args.account.arn("kms", "key/*"), Condition=by_alias),
    )
