"""Secrets Manager: where the parts of the backend read their credentials."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import secretsmanager

from im_stack.components.aws.keys import Keys
from im_stack.components.aws.stack import Stack
from im_stack.components.service import Service
from im_stack.terms.wire import Declares


@dataclass(frozen=True)
class SecretsArgs:
    """`values` maps a secret's short name to its value. A value that is no secret yet is made one here."""

    values: Mapping[str, pulumi.Input[str]]
    keys: Keys


class SecretsManager(Service):
    """One secret per credential, under the stack's key, readable by name, gone at once when it is deleted.

    It declares no holding: a credential is no class of personal data. No replica: one would be in another region.
    """

    def __init__(self, name: str, args: SecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:aws:SecretsManager", name, Declares(), {"names": sorted(args.values)}, opts)
        self.names: dict[str, pulumi.Output[str]] = {}
        for short, value in args.values.items():
            secret = secretsmanager.Secret(
                f"{name}-{short}",
                name=self.called(f"{name}-{short}"),
                kms_key_id=args.keys.key.arn,
                recovery_window_in_days=0,
                opts=self.child(),
            )
            secretsmanager.SecretVersion(
                f"{name}-{short}-value",
                secret_id=secret.id,
                # Not the write-only argument: a changed value would be stored only when its version number changes too.
                secret_string=pulumi.Output.secret(value),
                opts=self.child(protect=False),  # a changed value is a new version, and the provider deletes the old
            )
            self.names[short] = secret.name
        self.register_outputs({"names": self.names})


def add_secrets(stack: Stack) -> None:
    """The credentials of every service, stored before anything uses them."""
    made = SecretsManager(f"{stack.name}-secrets", SecretsArgs(stack.secrets.by_name(), stack.keys), stack.inside)
    stack.stored_secrets.update(made.names)
    stack.after(made)
