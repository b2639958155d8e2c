"""Stacks of any size: the Jakarta stack's resources again and again, each copy linked within itself."""

import json
from collections.abc import Sequence

from facts.model import Resource
from preflight.recording import Registration, to_resources


def resources(recorded: Sequence[Registration], count: int) -> list[Resource]:
    """At least `count` resources made of copies of `recorded`; names, buckets and holdings differ between copies."""
    copies = -(-count // len(recorded))
    made: list[Registration] = []
    for number in range(copies):
        text = json.dumps(list(recorded))
        for word in _names(recorded):
            for end in ('"', '\\"', "/*"):  # in JSON, in JSON inside JSON, and before a policy's wildcard
                text = text.replace(f"{word}{end}", f"{_numbered(word, number)}{end}")
        made += json.loads(text)
    return to_resources(made[:count] if copies == 1 else made)


def _numbered(name: str, number: int) -> str:
    """A name of its own for a copy; an account's number at the end stays there."""
    stem, dash, account = name.rpartition("-")
    return f"{stem}-{number}-{account}" if dash and account.isdecimal() and len(account) > 4 else f"{name}-{number}"


def _names(recorded: Sequence[Registration]) -> list[str]:
    """Every text by which one resource or holding is named, longest first so that none is a part of another."""
    names = {r["name"] for r in recorded}
    for registration in recorded:
        declares = registration["inputs"].get("imDeclares", {})
        names |= {part["name"] for key in ("holdings", "keyrings") for part in declares.get(key, [])}
        bucket = registration["inputs"].get("bucket")
        names |= {bucket} if isinstance(bucket, str) else set()
    return sorted(names, key=lambda name: (-len(name), name))
