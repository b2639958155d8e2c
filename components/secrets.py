"""Credentials of the backend's services, and the component that stores them in a secrets manager."""

from dataclasses import dataclass, field, fields

import pulumi

from im_stack.components.service import Service
from im_stack.terms.stack.wire import Declares


@dataclass(frozen=True)
class Secrets:
    """Passwords that the services are made with; nothing may print them. In a preview they may be placeholders."""

    mysql_root_password: pulumi.Input[str] = field(repr=False)
    mongodb_password: pulumi.Input[str] = field(repr=False)
    redis_password: pulumi.Input[str] = field(repr=False)
    producer_password: pulumi.Input[str] = field(repr=False)
    consumer_password: pulumi.Input[str] = field(repr=False)

    def by_name(self) -> dict[str, pulumi.Input[str]]:
        """Each value by the short name under which it is stored: `mysql-root-password`."""
        return {each.name.replace("_", "-"): getattr(self, each.name) for each in fields(self)}


class SecretsManager(Service):
    """One secret per credential, under the stack's key, readable by name, deleted without a recovery window.

    It declares no holding: a credential is no class of personal data. `names` maps a credential's short name to the
    name of its secret.
    """

    def __init__(
        self, kind: str, name: str, values: dict[str, pulumi.Input[str]], opts: pulumi.ResourceOptions | None
    ) -> None:
        super().__init__(kind, name, Declares(), {"names": sorted(values)}, opts)
        self.names = {
            short: self.store(f"{name}-{short}", pulumi.Output.secret(value)) for short, value in values.items()
        }
        self.register_outputs({"names": self.names})

    def store(self, name: str, value: pulumi.Output[str]) -> pulumi.Output[str]:
        """Make the resources of one secret, and return the secret's name."""
        raise NotImplementedError
