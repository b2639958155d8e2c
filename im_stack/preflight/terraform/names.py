"""The rule by which a bridged provider renames what Terraform has, where no table says otherwise."""

import re


def camel(name: str) -> str:
    """`kms_key_id` as `kmsKeyId`."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def snake(name: str) -> str:
    """`kmsKeyId` as `kms_key_id`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
