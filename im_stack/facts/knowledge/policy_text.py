"""JSON documents that say who may do what: what reading one of any cloud has in common."""

import json
from collections.abc import Mapping
from typing import Any


def read_object(text: str) -> dict[str, Any] | None:
    """A JSON object, or None where the text is none, or leaves open which of two equal keys counts."""
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def statements_of(document: Mapping[str, Any], key: str) -> list[dict[str, Any]] | None:
    """The statements of a document, a single one as a list of one; None where they are none."""
    statements = document.get(key)
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not all(isinstance(s, dict) for s in statements):
        return None
    return statements


def texts(value: Any) -> list[str]:
    """A text or a list of texts; whatever else is in it is left out."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def lower(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block with its keys in lower case."""
    return {key.lower(): value for key, value in block.items()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object as it stands. Two keys that differ in case at most leave open which one counts."""
    if len({key.lower() for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)
