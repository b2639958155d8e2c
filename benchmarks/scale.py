"""Synthetic stacks of any size: repeated copies of the Jakarta stack's resources, each linked within itself."""

import json
from collections.abc import Iterator, Sequence
from itertools import count as numbers
from itertools import islice

from im_stack.facts.model import Resource
from im_stack.preflight.recording.recording import Registration, to_resources


def resources(recorded: Sequence[Registration], count: int) -> list[Resource]:
    """At least `count` resources from copies of `recorded`; names, buckets and holdings differ between copies."""
    number = -(-count // len(recorded))
    made = [registration for registrations in islice(copies(recorded), number) for registration in registrations]
    return to_resources(made[:count] if number == 1 else made)


def copies(recorded: Sequence[Registration]) -> Iterator[list[Registration]]:
    """Endless copies of `recorded`."""
    names, whole = _names(recorded), json.dumps(list(recorded))
    for number in numbers():
        text = whole
        for word in names:
            for end in ('"', '\\"', "/*"):  # in JSON, in JSON inside JSON, and before a policy's wildcard
                text = text.replace(f"{word}{end}", f"{_numbered(word, number)}{end}")
        yield json.loads(text)


def _numbered(name: str, number: int) -> str:
    """A name with a copy's number, before the account's number if it ends with one."""
    stem, dash, account = name.rpartition("-")
    return f"{stem}-{number}-{account}" if dash and account.isdecimal() and len(account) > 4 else f"{name}-{number}"


def _names(recorded: Sequence[Registration]) -> list[str]:
    """All texts that name a resource or holding, longest first, so that no name is replaced inside another."""
    names = {r["name"] for r in recorded}
    for registration in recorded:
        declares = registration["inputs"].get("imDeclares", {})
        names |= {part["name"] for key in ("holdings", "keyrings") for part in declares.get(key, [])}
        bucket = registration["inputs"].get("bucket")
        names |= {bucket} if isinstance(bucket, str) else set()
    return sorted(names, key=lambda name: (-len(name), name))
