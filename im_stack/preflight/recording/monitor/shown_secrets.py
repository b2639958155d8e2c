"""Secrets that outputs show: texts that are a secret's, in outputs of the stack or of a component, without its mark."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from im_stack.facts.wire.constants import is_secret, is_unknown
from im_stack.facts.wire.walk import map_values, walk

_LEAST: Final = 8
"""Letters of the shortest text that is looked for: shorter ones are words that stand anywhere."""


def secret_texts(value: Any) -> Iterator[str]:
    """Texts inside the secrets of a wire value."""
    secrets = (inner for inner in walk(value) if is_secret(inner))
    texts = (text for secret in secrets for text in walk(secret.get("value")))
    return (text for text in texts if isinstance(text, str) and not is_unknown(text))


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
    """Texts of a wire value outside of its secrets, keys included."""
    for inner in walk(map_values(value, lambda each: None if is_secret(each) else each)):
        yield from inner if isinstance(inner, dict) else [inner] if isinstance(inner, str) else []
