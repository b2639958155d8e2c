"""A stack's configuration file: `stacks/Pulumi.<stack>.yaml`, and the project it belongs to."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError

from terms.problem import InputError, Problem
from terms.waiver import engine_day

PLACEHOLDER = "placeholder-for-a-secret"
"""What a preview sees in place of a secret: a dry run needs none."""


class _Plain(SafeConstructor):
    """Values as Python has them. A day that no calendar has is text, as it is to the engine."""

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:
            return self.construct_scalar(node)


class _Lines(RoundTripConstructor):
    """Only the place of everything counts: what looks like a day stays text."""

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:  # noqa: ARG002
        return self.construct_scalar(node)


for _class in (_Plain, _Lines):
    _class.add_constructor("tag:yaml.org,2002:timestamp", _class.construct_yaml_timestamp)


def _yaml(constructor: type[SafeConstructor | RoundTripConstructor]) -> YAML:
    yaml = YAML(typ="rt" if constructor is _Lines else "safe")
    yaml.Constructor = constructor
    return yaml


@dataclass(frozen=True)
class StackFile:
    """One stack: where its program is, and its configuration as the engine would pass it (text, JSON for blocks)."""

    path: Path
    project: str
    stack: str
    root: Path
    main: Path
    config: dict[str, str]
    secrets: list[str]
    structured: dict[str, Any]

    def lines(self) -> dict[str, int]:
        """The line of every key below `im:`, for messages. Reads the file again: only on the way to an error."""
        with self.path.open(encoding="utf-8") as file:
            document = _yaml(_Lines).load(file)
        found: dict[str, int] = {}
        for key in document.get("config") or {}:
            _collect(document["config"], key, str(key).removeprefix("im:"), found)
        return found


def _collect(block: Any, key: Any, path: str, found: dict[str, int]) -> None:
    found[path] = block.lc.key(key)[0] + 1
    _collect_below(block[key], path, found)


def _collect_below(inner: Any, path: str, found: dict[str, int]) -> None:
    lc = getattr(inner, "lc", None)
    if lc and isinstance(inner, dict):
        for child in inner:
            _collect(inner, child, f"{path}.{child}", found)
    elif lc and isinstance(inner, list):
        for index, item in enumerate(inner):
            found[f"{path}.{index}"] = lc.item(index)[0] + 1
            _collect_below(item, f"{path}.{index}", found)


def _as_engine(value: Any) -> str:
    """How the engine passes on what YAML reads and JSON does not have: a day without quotes."""
    return engine_day(value) if type(value) is date else str(value)


def read_stack(project_folder: Path, stack: str) -> StackFile:
    """Read `Pulumi.yaml` and the stack's own file. Raises `InputError` where they are missing or do not parse."""
    project_file = project_folder / "Pulumi.yaml"
    project = _mapping(project_file, "the project")
    folder = project_folder / project.get("stackConfigDir", ".")
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.exists():
        there = sorted(p.name.removeprefix("Pulumi.").removesuffix(".yaml") for p in folder.glob("Pulumi.*.yaml"))
        raise InputError(
            Problem(f"there is no stack {stack!r}", f"one of {', '.join(there) or 'none yet'}", file=str(path))
        )
    config: dict[str, str] = {}
    secrets: list[str] = []
    structured: dict[str, Any] = {}
    for key, value in (_mapping(path, "the stack").get("config") or {}).items():
        if isinstance(value, dict) and "secure" in value:
            secrets.append(key)
            config[key] = PLACEHOLDER
        else:
            structured[key] = value
            config[key] = value if isinstance(value, str) else json.dumps(value, default=_as_engine)
    root = project_folder.resolve()
    main = (root / project.get("main", ".")).resolve()
    return StackFile(path, project["name"], stack, root, main, config, secrets, structured)


def _mapping(path: Path, what: str) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8") as file:
            document = _yaml(_Plain).load(file)
    except FileNotFoundError:
        raise InputError(
            Problem(f"{what}'s file is not there", "run this in the folder of Pulumi.yaml", file=str(path))
        ) from None
    except UnicodeDecodeError:
        raise InputError(Problem("the file is not UTF-8 text", file=str(path))) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(Problem(f"this is not YAML: {error.problem}", file=str(path), line=line)) from None
    if not isinstance(document, dict):
        raise InputError(Problem("the file holds no keys", file=str(path)))
    return document
