"""Secrets Manager: the credentials of the backend's services, for its applications."""

import pulumi
from tencentcloud_iac_pulumi import ssm

from im_stack.components import secrets
from im_stack.components.tencent.keys import Keys


class SecretsManager(secrets.SecretsManager):
    """Secrets of the stack's region, each with one version."""

    def __init__(
        self, name: str, values: dict[str, pulumi.Input[str]], keys: Keys, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        self._keys = keys
        super().__init__("im:tencent:SecretsManager", name, values, opts)

    def store(self, name: str, value: pulumi.Output[str]) -> pulumi.Output[str]:
        secret = ssm.Secret(
            name,
            secret_name=self.physical_name(name),
            kms_key_id=self._keys.key.id,
            is_enabled=True,
            recovery_window_in_days=0,
            opts=self.child(),
        )
        ssm.SecretVersion(
            f"{name}-value",
            secret_name=secret.secret_name,
            version_id="v1",
            secret_string=value,
            opts=self.child(additional_secret_outputs=["secretString"]),
        )
        stored: pulumi.Output[str] = secret.secret_name
        return stored
