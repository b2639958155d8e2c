"""Master key of the stack in KMS."""

import pulumi
from tencentcloud_iac_pulumi import kms

from im_stack.components.service import Service
from im_stack.terms.stack.wire import Declares

TAG = "im-key"


class Keys(Service):
    """One KMS key for everything that rests encrypted.

    It is enabled explicitly: the provider disables a key whose argument is absent. Its deletion takes 30 days, the
    longest window, because everything under the key becomes unreadable. `tag` is the value of its tag `im-key`, by
    which a policy names the key before it has an id.
    """

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, *, of: str = "the stack") -> None:
        super().__init__("im:tencent:Keys", name, Declares(), opts=opts)
        self.tag = self.physical_name(name)
        self.key = kms.Key(
            f"{name}-key",
            alias=self.physical_name(name),
            description=f"Everything of {of} that rests encrypted",
            is_enabled=True,
            key_rotation_enabled=True,
            pending_delete_window_in_days=30,
            tags={TAG: self.tag},
            opts=self.child(),
        )
        self.register_outputs({"keyId": self.key.id})
