"""Requirement of a package, by its name: the version that this distribution asks for, for a message that names it."""

import re
from importlib.metadata import requires, version

DISTRIBUTION = "im-compliance-stack"
HOME = f"urn:{DISTRIBUTION}"
"""Names the project where a format wants a URI: a URN, as long as it is published at no address."""


def own_version() -> str:
    """The version that is installed."""
    return version(DISTRIBUTION)


def install_command(package: str) -> str:
    """The command that installs an optional package (`pulumi_aws` and `pulumi-aws` are one)."""
    name = package.replace("_", "-").lower()
    found = [text.partition(";")[0].strip() for text in requires(DISTRIBUTION) or ()]
    wanted = next((text for text in found if re.split(r"[^\w.-]", text)[0].lower() == name), name)
    return f"pip install '{wanted}'"
