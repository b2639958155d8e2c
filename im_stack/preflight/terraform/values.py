"""Arguments of one resource, translated between Pulumi's wire form and the values of a Terraform plan.

Pulumi has one tree in which unknown and secret values are marked; a plan has three: values, and what of them is unknown
or sensitive. Names and shapes are translated on the one tree (by a `Row` of the table); `split` and `joined` change
between the two forms and know no names. Secrets and credentials never come along.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from im_stack.facts.wire.constants import (
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
from im_stack.facts.wire.walk import walk
from im_stack.preflight.terraform.table import Row

REDACTED: Final = "Redacted-1"
_DEEPEST: Final = 64
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})


@dataclass
class PlanValue:
    """A value as a plan shows it: what is known of it, where it is unknown, and where it is sensitive."""

    value: Any = None
    unknown: Any = False
    secret: Any = False


@dataclass
class Given:
    """One resource of a plan: values, where they are unknown or secret, and what its configuration sets.

    `set_by` is None where there is no configuration: then what is unknown counts as set.
    """

    values: Mapping[str, Any]
    unknown: Any = field(default_factory=dict)
    secret: Any = field(default_factory=dict)
    set_by: Mapping[str, Any] | None = None


def to_terraform(row: Row, inputs: Mapping[str, Any], credentials: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A resource's inputs in wire form, with Terraform's names and shapes."""
    shown = {key: _veiled(value) if key in credentials else value for key, value in inputs.items()}
    return _renamed(row, shown, "", 0)


def _veiled(value: Any) -> Any:
    """A credential without its value, which stays distinguishable from a secret."""
    return value if value is None or is_unknown(value) or is_secret(value) else REDACTED


def _renamed(row: Row, block: Mapping[str, Any], below: str, depth: int) -> dict[str, Any]:
    made = {}
    for key in sorted(block):
        if key.startswith("__") or block[key] is None:
            continue
        path, value = f"{below}{key}", block[key]
        there = _plain(row, value, path, depth + 1)
        wrapped = row.is_single(path) and not (is_unknown(value) or isinstance(value, list))
        made[row.terraform_name(path)] = [there] if wrapped else there
    return made


def _plain(row: Row, value: Any, path: str, depth: int) -> Any:
    """A value of the argument at a path: what stands for something else is replaced by it, blocks are renamed."""
    if depth > _DEEPEST:
        return UNKNOWN
    if isinstance(value, list):
        return [
            _renamed(row, item, f"{path}.", depth)
            if isinstance(item, Mapping) and SIGNATURE not in item
            else _plain(row, item, path, depth + 1)
            for item in value
        ]
    if not isinstance(value, Mapping) or is_secret(value):
        return value
    signature = value.get(SIGNATURE)
    if signature == OUTPUT:
        if value.get("secret"):
            return {SIGNATURE: SECRET, "value": REDACTED}
        return _plain(row, value["value"], path, depth + 1) if "value" in value else UNKNOWN
    if signature == RESOURCE:
        return _plain(row, value.get("id") or value.get("urn"), path, depth + 1)
    if signature in (ASSET, ARCHIVE):
        return str(value.get("path") or value.get("uri") or REDACTED)
    if signature is not None:
        return UNKNOWN
    if row.is_single(path):
        return _renamed(row, value, f"{path}.", depth)
    return {
        key: _plain(row, part, f"{path}.{key}", depth + 1) for key, part in sorted(value.items()) if part is not None
    }


def split(value: Any) -> PlanValue:
    """A wire value as the three trees of a plan."""
    if is_unknown(value):
        return PlanValue(unknown=True)
    if is_secret(value):
        return PlanValue(_stand_in(value.get("value")), secret=True)
    if isinstance(value, Mapping):
        parts = {key: split(part) for key, part in value.items()}
        return PlanValue(
            {key: part.value for key, part in parts.items() if part.unknown is not True},
            {key: part.unknown for key, part in parts.items() if marks_any(part.unknown)},
            {key: part.secret for key, part in parts.items() if marks_any(part.secret)},
        )
    if isinstance(value, list):
        items = [split(item) for item in value]
        return PlanValue(
            [item.value for item in items], [item.unknown for item in items], [item.secret for item in items]
        )
    return PlanValue(int(value) if isinstance(value, float) and value.is_integer() else value)


def _stand_in(value: Any) -> Any:
    """Placeholder of a secret, of the same type, so that a provider accepts it."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return 0
    return [REDACTED] if isinstance(value, list) else REDACTED


def marks_any(marks: Any) -> bool:
    """Whether anything is marked in a tree of marks."""
    return any(mark is True for mark in walk(marks))


def joined(value: Any, unknown: Any = False, secret: Any = False, depth: int = 0) -> Any:
    """The three trees of a plan as a wire value. Of a secret only its kind remains, and whether it is empty."""
    if unknown is True or depth > _DEEPEST:
        return UNKNOWN
    if secret is True and value is not None:
        return {SIGNATURE: SECRET, "value": value if value in _EMPTY else None}
    if isinstance(value, Mapping):
        keys = [*value, *(key for key in (unknown if isinstance(unknown, Mapping) else ()) if key not in value)]
        return {key: joined(value.get(key), _at(unknown, key), _at(secret, key), depth + 1) for key in keys}
    if isinstance(value, list):
        return [joined(item, _at(unknown, n), _at(secret, n), depth + 1) for n, item in enumerate(value)]
    return value


def _at(marks: Any, key: str | int) -> Any:
    """The marks of a member or item."""
    if isinstance(marks, list):
        return marks[key] if isinstance(key, int) and key < len(marks) else False
    return marks.get(key, False) if isinstance(marks, Mapping) else marks is True


def from_terraform(row: Row, given: Given) -> dict[str, Any]:
    """The arguments of one resource of a plan in wire form, with Pulumi's names and shapes.

    What its configuration does not set is absent where it is empty, and where only the provider will fill it in.
    """
    return dict(_members(row, joined(given.values, given.unknown, given.secret), given.set_by, ""))


def _members(
    row: Row, block: Mapping[str, Any], set_by: Mapping[str, Any] | None, below: str
) -> Iterator[tuple[str, Any]]:
    for name in sorted(block):
        path, value = row.pulumi_path(below, name), block[name]
        is_set = set_by is None or name in set_by
        # blocks that are made by a rule stand in no configuration, and no provider makes any
        filled = is_unknown(value) and path not in row.blocks
        if not is_set and (filled or _is_empty(value)):
            continue
        wire = _from(row, value, set_by.get(name) if set_by is not None else None, path)
        if wire is not None:
            yield path.rsplit(".", 1)[-1], wire


def _is_empty(value: Any) -> bool:
    return value in _EMPTY or (is_secret(value) and value["value"] is not None)


def _from(row: Row, value: Any, set_by: Any, path: str) -> Any:
    if isinstance(value, list):
        inside = None if _by_a_rule(value, set_by) else _keys(set_by)
        items = [
            dict(_members(row, item, inside, f"{path}."))
            if isinstance(item, Mapping) and not is_secret(item)
            else _from(row, item, None, path)
            for item in value
        ]
        return items if len(items) > 1 or not row.is_single(path) else items[0] if items else None
    if not isinstance(value, Mapping) or is_secret(value):
        return value
    if row.is_single(path):
        return dict(_members(row, value, _keys(set_by), f"{path}."))
    parts = {key: _from(row, part, None, f"{path}.{key}") for key, part in value.items()}
    return {key: part for key, part in parts.items() if part is not None}


def _by_a_rule(value: list[Any], set_by: Any) -> bool:
    """Whether there are more blocks than the configuration has: a `dynamic` block makes the others, and stands nowhere
    in a plan, so that whatever is not known of any of them counts as set."""
    return isinstance(set_by, list) and len(value) > len(set_by)


def _keys(set_by: Any) -> Mapping[str, Any] | None:
    """Arguments set in any block of a list: a set has no order by which blocks and values could be matched."""
    if isinstance(set_by, list):
        found: dict[str, Any] = {}
        for block in set_by:
            for key, inner in (block if isinstance(block, Mapping) else {}).items():
                both = isinstance(inner, list) and isinstance(found.get(key), list)
                found[key] = [*found[key], *inner] if both else inner
        return found
    if isinstance(set_by, Mapping) and not {"constant_value", "references"} & set_by.keys():
        return set_by
    return None


def paths_set(row: Row, set_by: Mapping[str, Any], deepest: int, below: str = "") -> Iterator[str]:
    """Pulumi's path of everything that the configuration of a resource sets, in blocks within at most `deepest`."""
    for name, inner in set_by.items():
        path = row.pulumi_path(below, name)
        yield path
        if deepest:
            yield from paths_set(row, _keys(inner) or {}, deepest - 1, f"{path}.")


def paths_in_blocks(row: Row, values: Mapping[str, Any], deepest: int, below: str = "") -> Iterator[str]:
    """Pulumi's path of everything that is set inside the blocks of a plan's values, those of `dynamic` blocks too."""
    for name, inner in values.items():
        path = row.pulumi_path(below, name)
        if below and inner not in _EMPTY:
            yield path
        blocks = [item for item in inner if isinstance(item, Mapping)] if isinstance(inner, list) else []
        for block in blocks if deepest else ():
            yield from paths_in_blocks(row, block, deepest - 1, f"{path}.")
