"""Names of Terraform and of Pulumi's bridge to it: the rules by which one is made from the other, exceptions apart."""

import re


def camel(name: str) -> str:
    """`kms_key_id` as `kmsKeyId`."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def snake(name: str) -> str:
    """`kmsKeyId` as `kms_key_id`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def singular(name: str) -> str:
    """`subnet_mappings` as `subnet_mapping`: the bridge puts the name of a repeated block into the plural."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name.removesuffix("es") if name.endswith(("sses", "xes")) else name.removesuffix("s")
