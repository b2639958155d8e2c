"""One resource's arguments from one bridge to the other: wire values of the engine, and values of a Terraform plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from im_stack.facts.mechanism.wire_constants import (
    ARCHIVE,
    ASSET,
    OUTPUT,
    RESOURCE,
    SECRET,
    SIGNATURE,
    UNKNOWN,
    is_secret,
    is_unknown,
)
from im_stack.preflight.terraform.table import Row

REDACTED: Final = "Redacted-1"
_DEEPEST: Final = 64
_NOTHING: Final[tuple[Any, ...]] = ("", [], {})
_SECRET: Final = {SIGNATURE: SECRET, "value": None}


@dataclass
class There:
    """A value as a plan shows it: what is known of it, where it is not known, and where it is secret."""

    value: Any = None
    unknown: Any = False
    secret: Any = False


def to_terraform(row: Row, inputs: Mapping[str, Any], credentials: frozenset[str] = frozenset()) -> There:
    """A resource's inputs in wire form as Terraform would show them; secrets and credentials do not come along."""
    return _block(row, {key: _veiled(value) if key in credentials else value for key, value in inputs.items()}, "", 0)


def _veiled(value: Any) -> Any:
    """A credential without its value, which is still told from a secret."""
    return value if value is None or is_unknown(value) or is_secret(value) else REDACTED


def _block(row: Row, block: Mapping[str, Any], below: str, depth: int) -> There:
    made = There({}, {}, {})
    for key in sorted(block):
        if key.startswith("__") or block[key] is None:
            continue
        path = f"{below}{key}"
        there = _value(row, block[key], path, depth + 1)
        if path in row.single and not _is_open(block[key]):
            there = There([there.value], [there.unknown], [there.secret])
        name = row.there(path)
        if there.unknown is not True:
            made.value[name] = there.value
        for of, part in ((made.unknown, there.unknown), (made.secret, there.secret)):
            if _any(part):
                of[name] = part
    return made


def _is_open(value: Any) -> bool:
    """Whether a whole argument is not known, or a list where a single member was to be expected."""
    return is_unknown(value) or isinstance(value, list)


def _value(row: Row, value: Any, path: str, depth: int) -> There:
    if is_unknown(value) or depth > _DEEPEST:
        return There(unknown=True)
    if is_secret(value):
        return There(_redacted(value.get("value")), secret=True)
    if isinstance(value, Mapping):
        return _mapping(row, value, path, depth)
    if isinstance(value, list):
        items = [
            _value(row, item, path, depth + 1) if not _plain_block(item) else _block(row, item, f"{path}.", depth)
            for item in value
        ]
        return There([item.value for item in items], [item.unknown for item in items], [item.secret for item in items])
    return There(int(value) if isinstance(value, float) and value.is_integer() else value)


def _mapping(row: Row, value: Mapping[str, Any], path: str, depth: int) -> There:
    signature = value.get(SIGNATURE)
    if signature == OUTPUT:
        if value.get("secret"):
            return There(REDACTED, secret=True)
        return _value(row, value["value"], path, depth + 1) if "value" in value else There(unknown=True)
    if signature == RESOURCE:
        return _value(row, value.get("id") or value.get("urn"), path, depth + 1)
    if signature in (ASSET, ARCHIVE):
        return There(str(value.get("path") or value.get("uri") or REDACTED))
    if signature is not None:
        return There(unknown=True)
    if path in row.single or path in row.objects:
        return _block(row, value, f"{path}.", depth)
    parts = {
        key: _value(row, part, f"{path}.{key}", depth + 1) for key, part in sorted(value.items()) if part is not None
    }
    return There(
        {key: part.value for key, part in parts.items() if part.unknown is not True},
        {key: part.unknown for key, part in parts.items() if _any(part.unknown)},
        {key: part.secret for key, part in parts.items() if _any(part.secret)},
    )


def _plain_block(value: Any) -> bool:
    return isinstance(value, Mapping) and SIGNATURE not in value


def _redacted(value: Any) -> Any:
    """What stands in for a secret: of its kind, so that a plan takes it."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return 0
    return [REDACTED] if isinstance(value, list) else REDACTED


def parted(value: Any) -> tuple[Any, Any]:
    """What is known of a wire value in which nothing is renamed, and where it is not known."""
    if is_unknown(value):
        return None, True
    if isinstance(value, Mapping):
        parts = {key: parted(part) for key, part in sorted(value.items())}
        known = {key: part for key, (part, mark) in parts.items() if mark is not True}
        return known, {key: mark for key, (_, mark) in parts.items() if _any(mark)}
    if isinstance(value, list):
        items = [parted(item) for item in value]
        return [item for item, _ in items], [mark for _, mark in items]
    return int(value) if isinstance(value, float) and value.is_integer() else value, False


def _any(mark: Any) -> bool:
    """Whether a tree of marks marks anything."""
    if isinstance(mark, Mapping):
        return any(map(_any, mark.values()))
    return any(map(_any, mark)) if isinstance(mark, list) else bool(mark)


@dataclass
class Given:
    """What a plan says of one resource: values, where they are unknown or secret, and what its configuration sets.

    `set_by` is None where there is no configuration to ask: then what is not known counts as set.
    """

    values: Mapping[str, Any]
    unknown: Any = field(default_factory=dict)
    secret: Any = field(default_factory=dict)
    set_by: Mapping[str, Any] | None = None


def from_terraform(row: Row, given: Given) -> dict[str, Any]:
    """The arguments of one resource of a plan in wire form: unknown ones as the engine's text, secrets as marks.

    What its configuration does not set is an argument of nobody's: absent where it is empty, and where only the
    provider will fill it.
    """
    return dict(_members(row, given, "", 0))


def _members(row: Row, given: Given, below: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name in sorted({*given.values, *(given.unknown if isinstance(given.unknown, Mapping) else ())}):
        path = row.here(below, name)
        value, unknown, secret = given.values.get(name), _at(given.unknown, name), _at(given.secret, name)
        is_set = given.set_by is None or name in given.set_by
        # blocks that are made by a rule stand in no configuration, and no provider makes any
        filled = unknown is True and path not in row.blocks
        if not is_set and (filled or (unknown is not True and value in (None, *_NOTHING))):
            continue
        inner = given.set_by.get(name) if given.set_by is not None else None
        wire = _from(row, value, unknown, secret, inner, path, depth + 1)
        if wire is not None:
            yield path.rsplit(".", 1)[-1], wire


def paths_set(row: Row, set_by: Mapping[str, Any], deepest: int, below: str = "") -> Iterator[str]:
    """The path here of everything that the configuration of a resource sets, of blocks within at most `deepest`."""
    for name, inner in set_by.items():
        path = row.here(below, name)
        yield path
        if deepest:
            yield from paths_set(row, _keys(inner) or {}, deepest - 1, f"{path}.")


def _at(tree: Any, key: str) -> Any:
    return tree.get(key, False) if isinstance(tree, Mapping) else bool(tree)


def _from(row: Row, value: Any, unknown: Any, secret: Any, set_by: Any, path: str, depth: int) -> Any:
    if unknown is True or depth > _DEEPEST:
        return UNKNOWN
    if value is None:
        return None
    if secret is True:
        return _SECRET
    if isinstance(value, Mapping):
        if path in row.single or path in row.objects:
            given = Given(value, unknown or {}, secret or {}, _keys(set_by))
            return dict(_members(row, given, f"{path}.", depth))
        parts = {
            key: _from(row, part, _at(unknown, key), _at(secret, key), None, f"{path}.{key}", depth + 1)
            for key, part in value.items()
        }
        unknowns = {key: UNKNOWN for key in unknown if unknown[key] is True} if isinstance(unknown, Mapping) else {}
        return {key: part for key, part in parts.items() if part is not None} | unknowns
    if isinstance(value, list):
        return _items(row, value, unknown, secret, set_by, path, depth)
    return value


def _items(row: Row, value: list[Any], unknown: Any, secret: Any, set_by: Any, path: str, depth: int) -> Any:
    items = []
    for index, item in enumerate(value):
        marks = [
            tree[index] if isinstance(tree, list) and index < len(tree) else bool(tree is True)
            for tree in (unknown, secret)
        ]
        if isinstance(item, Mapping):
            given = Given(item, marks[0] or {}, marks[1] or {}, _keys(set_by))
            items.append(_SECRET if marks[1] is True else dict(_members(row, given, f"{path}.", depth)))
        else:
            items.append(_from(row, item, marks[0], marks[1], None, path, depth + 1))
    if path in row.single and len(items) <= 1:
        return items[0] if items else None
    return items


def _keys(set_by: Any) -> Mapping[str, Any] | None:
    """What the blocks of a list set, all together: sets have no order in which they would match their values."""
    if isinstance(set_by, list):
        found: dict[str, Any] = {}
        for block in set_by:
            for key, inner in (block if isinstance(block, Mapping) else {}).items():
                found[key] = (
                    [*found[key], *inner] if isinstance(inner, list) and isinstance(found.get(key), list) else inner
                )
        return found
    if isinstance(set_by, Mapping) and not {"constant_value", "references"} & set_by.keys():
        return set_by
    return None
