"""Redaction of secrets from everything that a pack writes."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from im_stack.policy_harness.wire import SECRET, SIGNATURE, UNKNOWNS

HIDDEN: Final = "[secret]"
_LONG: Final = 4
"""From this length on a text is hidden wherever it occurs; a shorter one only where it stands as a word."""


class Secrets:
    """Secrets that one pack was shown, and their redaction."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, value: Any) -> None:
        """Register every secret inside a wire value."""
        self._add(text for inner in _secrets(value) for text in _leaves(inner))

    def learn_text(self, text: str) -> None:
        """Register a secret of the configuration."""
        self._add([text])

    def _add(self, texts: Any) -> None:
        found = {form for text in texts if text for form in _forms(text)} - self._texts
        if found:
            self._texts |= found
            parts = sorted(self._texts, key=len, reverse=True)
            self._pattern = re.compile("|".join(_part(text) for text in parts))

    def redact(self, text: str) -> str:
        """A text without registered secrets."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text


def _part(text: str) -> str:
    pattern = re.escape(text)
    return pattern if len(text) >= _LONG else rf"(?<!\w){pattern}(?!\w)"


def _forms(text: str) -> set[str]:
    """A text as it is, and as quoted by Python and JSON."""
    return {text, repr(text)[1:-1], json.dumps(text)[1:-1], *(line for line in text.splitlines() if len(line) >= _LONG)}


def _secrets(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET:
            yield value.get("value")
        else:
            for item in value.values():
                yield from _secrets(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secrets(item)


def _leaves(value: Any) -> Iterator[str]:
    """Texts and numbers in a secret, in every spelling; unknowns are left out."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key != SIGNATURE:
                yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, bool) or value is None or value in UNKNOWNS.values():
        return
    elif isinstance(value, int | float):
        yield from {str(float(value)), f"{value:g}", f"{value:.15g}", str(value)}
    else:
        yield str(value)
