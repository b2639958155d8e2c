"""What stays secret when inputs go through a provider that takes no secrets, as bridged ones do not.

The engine opens the secrets for the provider and marks them again afterwards: inside blocks member by member,
a list as a whole. So one secret in a list of rules hides all of them from the policies.
"""

from typing import Any

from im_stack.facts.mechanism.wire_constants import SECRET, SIGNATURE, is_secret


def holds_secret(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(holds_secret, value))
    return isinstance(value, dict) and (is_secret(value) or any(map(holds_secret, value.values())))


def sealed_as(value: Any, given: Any) -> Any:
    """A checked value, secret where the given one holds a secret."""
    if isinstance(value, dict) and isinstance(given, dict) and SIGNATURE not in given:
        return {key: sealed_as(part, given[key]) if key in given else part for key, part in value.items()}
    return sealed(value) if holds_secret(given) else value


def sealed(value: Any) -> Any:
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def opened(value: Any) -> Any:
    """A wire value without its secret marks."""
    if isinstance(value, list):
        return [opened(item) for item in value]
    if not isinstance(value, dict):
        return value
    return opened(value["value"]) if is_secret(value) else {key: opened(item) for key, item in value.items()}


def through_provider(value: Any) -> Any:
    """An input as it comes back from a provider that changes nothing."""
    return sealed_as(opened(value), value)
