"""Secrets in wire values: finding, adding and removing the engine's marks.

A bridged provider takes no secrets: the engine sends it plaintext and marks its answer again, member by member inside
a block, and a list as a whole. One secret in a list of rules therefore hides all of them from the policies.
"""

from typing import Any

from im_stack.facts.wire.constants import SECRET, SIGNATURE, is_secret
from im_stack.facts.wire.walk import map_values, walk


def holds_secret(value: Any) -> bool:
    """Whether a wire value is or contains a secret."""
    return any(map(is_secret, walk(value)))


def mark_secrets(value: Any, given: Any) -> Any:
    """`value`, an answer to `given`, with marks where `given` has secrets."""
    if isinstance(value, dict) and isinstance(given, dict) and SIGNATURE not in given:
        return {key: mark_secrets(part, given[key]) if key in given else part for key, part in value.items()}
    return as_secret(value) if holds_secret(given) else value


def as_secret(value: Any) -> Any:
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def plaintext(value: Any) -> Any:
    """A wire value without secret marks."""
    return map_values(value, lambda inner: inner["value"] if is_secret(inner) else inner)


def through_provider(value: Any) -> Any:
    """An input after a provider that changes nothing."""
    return mark_secrets(plaintext(value), value)
