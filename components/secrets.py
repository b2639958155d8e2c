"""Credentials of the backend's services, and the component that stores them in a secrets manager."""

from collections.abc import Callable

import pulumi

from im_stack.components.service import Service
from im_stack.terms.stack.wire import Declares

Secrets = Callable[[str], pulumi.Input[str]]
"""A password by its name, such as `mysql-root-password`; nothing may print it. A backend asks only for those of the
parts that it has. In a preview they may be placeholders."""


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
