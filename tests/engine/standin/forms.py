"""Identities of a resource that is made, in the provider's real forms: `facts/<cloud>/identities.yaml` read forwards.

In: a type, its inputs, and a seed. Out: its id and every output that names it. What a service would make up is drawn
from the seed: the same for the same seed, another for another.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from im_stack.facts.mechanism.identities import Part, forms

_SIGNS = {"A-Za-z0-9": "0123456789abcdefghijklmnopqrstuvwxyz", "0-9": "0123456789", "0-9a-f": "0123456789abcdef"}
_MADE = re.compile(r"\[(?P<signs>[^\]]+)\]\{(?P<count>\d+)\}")


def made(type_: str, inputs: Mapping[str, Any], seed: str, place: Mapping[str, str]) -> dict[str, str]:
    """The identities of a new resource by name, `id` among them. `place` says its region, account and partition."""
    found: dict[str, str] = {}
    for name in forms(type_):
        _identity(type_, name, inputs, seed, place, found)
    return found


def _identity(
    type_: str, name: str, inputs: Mapping[str, Any], seed: str, place: Mapping[str, str], found: dict[str, str]
) -> str:
    if name not in found:
        texts = []
        for index, part in enumerate(forms(type_)[name]):
            if part.kind == "identity":
                texts.append(_identity(type_, part.text, inputs, seed, place, found))
            else:
                texts.append(_text(part, inputs, f"{type_} {seed} {name} {index}", place))
        found[name] = "".join(texts)
    return found[name]


def _text(part: Part, inputs: Mapping[str, Any], seed: str, place: Mapping[str, str]) -> str:
    if part.kind == "made":
        return drawn(part.text, seed)
    if part.kind == "place":
        return place[part.text]
    if part.kind == "argument":
        value = inputs.get(part.text)
        return str(part.default or "") if value in (None, "") else str(value)
    return part.text


def drawn(pattern: str, seed: str) -> str:
    """Signs that look random, by a pattern of the table of forms."""
    digest = hashlib.sha256(seed.encode()).digest()
    match = _MADE.fullmatch(pattern)
    if match is None:
        return f"standin-{digest.hex()[:8]}"  # the table says nothing of this type: an id that may be anything
    if match["signs"] not in _SIGNS:
        return str(UUID(bytes=digest[:16], version=4))
    signs, number, text = _SIGNS[match["signs"]], int.from_bytes(digest, "big"), ""
    for _ in range(int(match["count"])):
        number, sign = divmod(number, len(signs))
        text += signs[sign]
    return text
