"""Role that alone reads one bucket, and what is under the key of that bucket."""

from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import cam

from im_stack.components.service import Service
from im_stack.components.tencent.cos import objects
from im_stack.components.tencent.keys import TAG
from im_stack.components.tencent.purge import document, trust
from im_stack.terms.stack.wire import Declares


@dataclass(frozen=True, kw_only=True)
class ReaderArgs:
    """`bucket` is the full name with the account's application id, `key_tag` the value of its key's tag."""

    bucket: str
    app_id: str
    region: str
    key_tag: str


class Reader(Service):
    """A role of functions. It lists and reads one bucket and unwraps what is under one key; it writes nothing."""

    def __init__(self, name: str, args: ReaderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:tencent:Reader", name, Declares(), {"bucket": args.bucket}, opts)
        self.physical = self.physical_name(name)
        self.role = cam.Role(name, name=self.physical, document=trust(), console_login=False, opts=self.child())
        policy = cam.Policy(f"{name}-policy", name=self.physical, document=_permissions(args), opts=self.child())
        cam.RolePolicyAttachment(f"{name}-attachment", role_id=self.role.id, policy_id=policy.id, opts=self.child())
        self.register_outputs({"role": self.role.name})


def _permissions(args: ReaderArgs) -> str:
    """Permissions of the role, built from names: the key is named by its tag."""
    return document(
        {
            "action": ["name/cos:HeadBucket", "name/cos:GetBucket", "name/cos:HeadObject", "name/cos:GetObject"],
            "resource": [objects(args.bucket, args.region, args.app_id)],
        },
        {
            "action": ["kms:Decrypt"],
            "resource": [f"qcs::kms:{args.region}::key/*"],
            "condition": {"for_any_value:string_equal": {"qcs:resource_tag": [f"{TAG}&{args.key_tag}"]}},
        },
    )
