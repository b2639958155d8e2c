"""Decoding: values of the engine's protocol as plain values, limited to the arguments that anything here looks at.

In: inputs or outputs of one resource as the protocol writes them, with its type. Out: `Value`s: null is absent, a
sentinel `Unknown`, a secret `SECRET`. This is the boundary: no proxy, secret or sentinel goes further.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from im_stack.facts.mechanism.cloud import PROVIDER, Cloud, cloud_of, credential_arguments, judged_arguments
from im_stack.facts.mechanism.identities import arguments, forms
from im_stack.facts.mechanism.references import Leaf, leaves, open_argument
from im_stack.facts.model import ABSENT, SECRET, Unknown, Value
from im_stack.facts.values.changes import kept_for_changes
from im_stack.facts.wire.constants import ARCHIVE, OUTPUT, RESOURCE, SIGNATURE, UNKNOWNS
from im_stack.facts.wire.constants import SECRET as SECRET_MARK
from im_stack.facts.wire.walk import walk
from im_stack.terms.stack.wire import INPUT

BACKEND: Final = "im:index:Backend"
DECLARATION: Final = "declaration"
"""The component that carries the whole declaration of its stack, and the input it is in."""
_DEEPEST: Final = 64
PLAIN: Final = "plain text"
"""Stands in for a credential that is no secret: its value goes no further either."""


def kept_arguments(type_: str, custom: bool) -> frozenset[str]:
    """The inputs of a type that may pass the boundary: what is judged, compared or names it, or what a component
    declares."""
    if custom:
        return judged_arguments(type_) | kept_for_changes(type_) | arguments(type_)
    return frozenset({INPUT, DECLARATION}) if type_ == BACKEND else frozenset({INPUT})


def decode_inputs(inputs: Mapping[str, Any], type_: str, custom: bool) -> dict[str, Value]:
    """Wire inputs of one resource as plain values, limited to the arguments that anything here looks at."""
    cloud = cloud_of(type_) if custom and not type_.startswith(PROVIDER) else None
    if cloud and not cloud.knows(type_):
        return _places(inputs, cloud)
    kept, credentials = kept_arguments(type_, custom), credential_arguments(type_) if custom else frozenset()
    lifted = {key: decode(value, key) for key, value in inputs.items() if key in kept}
    for key in credentials & lifted.keys():
        if lifted[key] is not ABSENT and lifted[key] is not SECRET and not isinstance(lifted[key], Unknown):
            lifted[key] = PLAIN
    return {key: value for key, value in lifted.items() if value is not ABSENT}


def decode_mentions(inputs: Mapping[str, Any], type_: str, custom: bool) -> dict[str, tuple[Leaf, ...]]:
    """The texts, and what is not known, in wire inputs of one resource that nothing reads; secrets are left out."""
    found = {}
    for key, value in inputs.items():
        if custom and not isinstance(value, bool | int | float) and open_argument(type_, key):
            texts = tuple(leaves(decode(value, key), key))
            if texts:
                found[key] = texts
    return found


def _places(inputs: Mapping[str, Any], cloud: Cloud) -> dict[str, Value]:
    """Of a type that nothing is known of, the places that its arguments name, and nothing else."""
    found: dict[str, Value] = {}
    for key, value in inputs.items():
        plain = decode(value, key)
        texts = tuple(text for text in walk(plain) if isinstance(text, str) and cloud.region_in(text))
        if texts or (key == "region" and isinstance(plain, Unknown)):
            found[key] = texts[0] if key == "region" and texts else texts or plain
    return found


def decode_outputs(outputs: Mapping[str, Any], type_: str) -> dict[str, Value]:
    """Of a resource's outputs those by which others may name it: a known text, or not known."""
    lifted = {key: decode(outputs[key], key) for key in forms(type_) if key in outputs}
    return {key: value for key, value in lifted.items() if isinstance(value, str | Unknown)}


def decode(value: Any, path: str, depth: int = 0) -> Value:
    """One wire value: null is ABSENT, a sentinel `Unknown(path)`, a secret SECRET, a whole float an int.

    What is nested deeper than any provider's arguments are is not known.
    """
    if depth > _DEEPEST:
        return Unknown(path)
    if value is None:
        return ABSENT
    if isinstance(value, str):
        return Unknown(path) if value in UNKNOWNS else value
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return _decode_mapping(value, path, depth)
    if isinstance(value, Iterable):
        return tuple(decode(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value))
    return Unknown(path)


def _decode_mapping(value: Mapping[str, Any], path: str, depth: int) -> Value:
    signature = value.get(SIGNATURE)
    if signature == SECRET_MARK:
        return SECRET
    if signature == OUTPUT:
        if value.get("secret"):
            return SECRET
        return decode(value["value"], path, depth + 1) if "value" in value else Unknown(path)
    if signature == RESOURCE:
        return decode(value.get("id") or value.get("urn"), path, depth + 1)
    if signature == ARCHIVE and isinstance(value.get("assets"), Mapping):
        return {name: _digest(asset, f"{path}.{name}") for name, asset in value["assets"].items()}
    if signature is not None:
        return Unknown(path)  # a file, whose content is not looked at
    members = {key: decode(item, f"{path}.{key}", depth + 1) for key, item in value.items() if not key.startswith("__")}
    return {key: item for key, item in members.items() if item is not ABSENT}


def _digest(asset: Any, path: str) -> Value:
    """The SHA-256 of a file in an archive, where the wire has its text or says it; the text goes no further."""
    text, said = (asset.get(key) for key in ("text", "hash")) if isinstance(asset, Mapping) else (None, None)
    if isinstance(text, str):
        return hashlib.sha256(text.encode()).hexdigest()
    return said if isinstance(said, str) and said else Unknown(path)
