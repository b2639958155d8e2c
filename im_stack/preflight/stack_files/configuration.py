"""Configuration of a stack, merged from its own file and the project's, as the engine merges it.

In: the documents of `Pulumi.yaml` and of `Pulumi.<stack>.yaml`. Out: values by full key. A key without a namespace is
in the project's own. What the project gives (`value`, `default`, or a plain value) counts where the stack says nothing.
Raises `InputError` for what the engine refuses. Source: sdk/go/common/workspace (project.go, config.go) of the engine.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from im_stack.terms.problem import InputError, Problem

_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}
GIVEN: Final = ("value", "default")
"""Where a key of the project's file has its value, if it is a block."""
_KEYS: Final = frozenset({"type", "items", "description", "default", "secret", "value"})


def merged(project: dict[str, Any], stack: dict[str, Any], project_file: Path, stack_file: Path) -> dict[str, Any]:
    """Values of a stack by full key, those of the project's file first."""
    name = str(project["name"])
    own = _by_full_key(name, stack.get("config"), stack_file)
    declared = project.get("config")
    if isinstance(declared, str):  # an old spelling of stackConfigDir
        declared = None
    values: dict[str, Any] = {}
    for key, row in _by_full_key(name, declared, project_file).items():
        ours = key.startswith(f"{name}:")
        given = _given(key, row, ours, project_file)
        if key in own:
            _check_type(key, row, own[key], stack_file)
        elif given:
            values[key] = given[0]
        elif ours:
            raise InputError(
                Problem("is missing: the project declares it without a default", "", key, "", str(stack_file))
            )
    return values | own


def full_key(project: str, key: str) -> str:
    """A key with its namespace: the project's own is left out."""
    return key if ":" in key else f"{project}:{key}"


def _by_full_key(project: str, block: Any, file: Path) -> dict[str, Any]:
    if block is None:
        return {}
    if not isinstance(block, dict):
        raise InputError(Problem("holds no keys", key="config", file=str(file)))
    found: dict[str, Any] = {}
    for key, value in block.items():
        full = full_key(project, key)
        if full in found:
            raise InputError(Problem("stands there twice, once without its namespace", "", full, "", str(file)))
        found[full] = value
    return found


def _given(key: str, row: Any, ours: bool, file: Path) -> list[Any]:
    """The value that a project's file gives a key; none where it gives none."""
    if not isinstance(row, dict):
        return [] if row is None else [row]
    problem = next(_unfit(row, ours), "")
    if problem:
        raise InputError(Problem(problem, f"keys: {', '.join(sorted(_KEYS))}", key, "", str(file)))
    given = [row[name] for name in GIVEN if row.get(name) is not None]
    if given:
        _check_type(key, row, given[0], file)
    if given and row.get("secret") is True:
        return [{"secure": ""}]
    return given


def _unfit(row: dict[str, Any], ours: bool) -> Iterator[str]:
    strange = sorted(row.keys() - _KEYS)
    if strange:
        yield f"{strange[0]!r} is no key of a project's configuration"
    if "value" in row and "default" in row:
        yield "has a value and a default: the engine takes one of them"
    if not ours and "default" in row:
        yield "a default is for keys of the project itself; give another namespace's key a `value`"
    if "type" in row and row["type"] not in _TYPES:
        yield f"type is none of {', '.join(_TYPES)}"


def _check_type(key: str, row: Any, value: Any, file: Path) -> None:
    """Refuse a value of another type than the project declares. A secret's value is not known."""
    declared = row.get("type") if isinstance(row, dict) else None
    kind = _TYPES.get(declared) if isinstance(declared, str) else None
    if kind is None or (isinstance(value, dict) and "secure" in value):
        return
    text = str(value).lower()
    fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    fits |= kind is str and isinstance(value, bool | int | float)  # the engine passes everything on as text
    fits |= kind is bool and text in ("true", "false")
    fits |= kind is int and text.removeprefix("-").isdigit()
    if not fits:
        raise InputError(Problem(f"is no {declared}, as the project declares it", "", key, "", str(file)))
