"""Secrets Manager: where the parts of the backend read their credentials."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import ssm

from im_stack.components.service import Service
from im_stack.components.tencent.keys import Keys
from im_stack.terms.wire import Declares


@dataclass(frozen=True)
class SecretsArgs:
    """`values` maps a secret's short name to its value. A value that is no secret yet is made one here."""

    values: Mapping[str, pulumi.Input[str]]
    keys: Keys


class SecretsManager(Service):
    """One secret per credential, under the stack's key, readable by name, gone at once when it is deleted.

    It declares no holding: a credential is no class of personal data.
    """

    def __init__(self, name: str, args: SecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:tencent:SecretsManager", name, Declares(), {"names": sorted(args.values)}, opts)
        self.names: dict[str, pulumi.Output[str]] = {}
        for short, value in args.values.items():
            secret = ssm.Secret(
                f"{name}-{short}",
                secret_name=self.called(f"{name}-{short}"),
                kms_key_id=args.keys.key.id,
                is_enabled=True,
                recovery_window_in_days=0,
                opts=self.child(),
            )
            ssm.SecretVersion(
                f"{name}-{short}-value",
                secret_name=secret.secret_name,
                version_id="v1",
                secret_string=pulumi.Output.secret(value),
                opts=self.child(additional_secret_outputs=["secretString"]),
            )
            self.names[short] = secret.secret_name
        self.register_outputs({"names": self.names})
