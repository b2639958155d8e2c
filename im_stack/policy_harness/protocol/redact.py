"""Redaction of secrets from everything that a pack writes."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from im_stack.policy_harness.protocol.wire import SECRET, SIGNATURE, UNKNOWNS, walk

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
        secrets = (inner for inner in walk(value) if isinstance(inner, Mapping) and inner.get(SIGNATURE) == SECRET)
        self._add(text for each in secrets for leaf in walk(each) for text in _spellings(leaf))

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


def _spellings(value: Any) -> set[str]:
    """The spellings of a text or number; nothing for any other value."""
    if isinstance(value, bool | None | Mapping | list | tuple) or value in UNKNOWNS.values():
        return set()
    return (
        {str(float(value)), f"{value:g}", f"{value:.15g}", str(value)}
        if isinstance(value, int | float)
        else {str(value)}
    )
