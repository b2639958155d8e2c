"""Secrets Manager: the credentials of the backend's services, for its applications."""

import pulumi
from pulumi_aws import secretsmanager

from im_stack.components import secrets
from im_stack.components.aws.keys import Keys


class SecretsManager(secrets.SecretsManager):
    """Secrets without replicas: one would be in another region."""

    def __init__(
        self, name: str, values: dict[str, pulumi.Input[str]], keys: Keys, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        self._keys = keys
        super().__init__("im:aws:SecretsManager", name, values, opts)

    def store(self, name: str, value: pulumi.Output[str]) -> pulumi.Output[str]:
        secret = secretsmanager.Secret(
            name,
            name=self.physical_name(name),
            kms_key_id=self._keys.key.arn,
            recovery_window_in_days=0,
            opts=self.child(),
        )
        secretsmanager.SecretVersion(
            f"{name}-value",
            secret_id=secret.id,
            # Not the write-only argument: a changed value would be stored only when its version number changes too.
            secret_string=value,
            opts=self.child(protect=False),  # a changed value is a new version, and the provider deletes the old
        )
        stored: pulumi.Output[str] = secret.name
        return stored
