"""Secrets in wire values: finding, adding and removing the engine's marks.

A bridged provider takes no secrets: the engine sends it plaintext and marks its answer again, member by member inside
a block, and a list as a whole. One secret in a list of rules therefore hides all of them from the policies.
"""

from typing import Any

from im_stack.facts.mechanism.wire_constants import SECRET, SIGNATURE, is_secret


def holds_secret(value: Any) -> bool:
    """Whether a wire value is or contains a secret."""
    if isinstance(value, list):
        return any(map(holds_secret, value))
    return isinstance(value, dict) and (is_secret(value) or any(map(holds_secret, value.values())))


def mark_secrets(value: Any, given: Any) -> Any:
    """`value`, an answer to `given`, with marks where `given` has secrets."""
    if isinstance(value, dict) and isinstance(given, dict) and SIGNATURE not in given:
        return {key: mark_secrets(part, given[key]) if key in given else part for key, part in value.items()}
    return as_secret(value) if holds_secret(given) else value


def as_secret(value: Any) -> Any:
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def plaintext(value: Any) -> Any:
    """A wire value without secret marks."""
    if isinstance(value, list):
        return [plaintext(item) for item in value]
    if not isinstance(value, dict):
        return value
    return plaintext(value["value"]) if is_secret(value) else {key: plaintext(item) for key, item in value.items()}


def through_provider(value: Any) -> Any:
    """An input after a provider that changes nothing."""
    return mark_secrets(plaintext(value), value)
