"""Declaration and secrets of the running stack, from the engine's configuration."""

from pathlib import Path

import pulumi
import pulumi.runtime
from pulumi.runtime.config import CONFIG, get_config_env

from im_stack.terms.duties.resolve import library_for, with_defaults
from im_stack.terms.stack.declaration import Declaration, parse_declaration

SECRETS = "im-secrets"
_PLACEHOLDER = "Placeholder-for-a-preview-1"


def declared() -> Declaration:
    """The declaration, with the periods that an adopted text gives. Raises `InputError`."""
    root = Path(pulumi.runtime.get_root_directory() or ".")  # a unit test of a program has none
    declaration = parse_declaration({**get_config_env(), **CONFIG.get()}, root)
    return with_defaults(declaration, library_for(declaration))


def secret(key: str) -> pulumi.Output[str]:
    """A secret of the stack's configuration, or in a preview a placeholder.

    Raises `RunError` with the command that sets it, in a deployment without it.
    """
    value = pulumi.Config(SECRETS).get_secret(key)
    if value is not None:
        return value
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.secret(_PLACEHOLDER)
    raise pulumi.RunError(
        f"the secret {SECRETS}:{key} is not set; set it with: pulumi config set --secret {SECRETS}:{key}"
    )
