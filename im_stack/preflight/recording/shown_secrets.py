"""Secrets that outputs show: texts that are a secret's, in outputs of the stack or of a component, without its mark."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from im_stack.facts.mechanism.wire_constants import is_secret, is_unknown

_LEAST: Final = 8
"""Letters of the shortest text that is looked for: shorter ones are words that stand anywhere."""


def secret_texts(value: Any, inside: bool = False) -> Iterator[str]:
    """Every text of a wire value that is marked secret."""
    if isinstance(value, str):
        if inside and not is_unknown(value):
            yield value
    elif isinstance(value, dict):
        marked = inside or is_secret(value)
        yield from (
            text for key, part in value.items() for text in secret_texts(part, (marked and key == "value") or inside)
        )
    elif isinstance(value, list):
        yield from (text for part in value for text in secret_texts(part, inside))


def shown(outputs: Mapping[str, dict[str, Any]], secrets: Iterable[str]) -> list[list[str]]:
    """What outputs show of secrets: what, and where as far as that is known (nowhere)."""
    looked_for = sorted({text for text in secrets if len(text) >= _LEAST})
    found = []
    for urn, values in sorted(outputs.items()):
        name = urn.rsplit("::", 1)[-1]
        for key, value in sorted(values.items()):
            if any(secret in text for text in _plain(value) for secret in looked_for):
                found.append([f"the output {key} of {name} shows a secret in clear", ""])
    return found


def _plain(value: Any) -> Iterator[str]:
    """Every text of a wire value outside of secrets, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and not is_secret(value):
        yield from value
        yield from (text for part in value.values() for text in _plain(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _plain(part))
