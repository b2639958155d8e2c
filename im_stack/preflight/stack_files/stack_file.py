"""Stack file `stacks/Pulumi.<stack>.yaml` and the project file: configuration values, and the line of each key.

Out: `StackFile`. Raises `InputError` with file, line and key.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError

from im_stack.facts.wire.walk import map_values
from im_stack.preflight.stack_files.configuration import merged
from im_stack.preflight.stack_files.yaml_limits import check_plain, read_config
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.waiver import engine_day

PLACEHOLDER = "placeholder-for-a-secret"
"""What a preview sees in place of a secret: a dry run needs none."""


class _Twice(Exception):
    """A key that stands twice in one block, and in which lines."""

    def __init__(self, key: str, first: int, second: int) -> None:
        super().__init__(key)
        self.key, self.first, self.second = key, first, second


class _Plain(SafeConstructor):
    """Values as Python has them. A day that no calendar has is text, as it is to the engine."""

    def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:  # noqa: ARG002
        if key not in mapping:
            return True
        first = next((each for each, _ in node.value if each.value == key_node.value), key_node)
        raise _Twice(str(key), first.start_mark.line + 1, key_node.start_mark.line + 1)

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
    elsewhere: bool = False  # values come from an environment that only the engine can open (Pulumi ESC)
    runtime: str = "python"  # the language of the program

    def lines(self) -> dict[str, int]:
        """The line of every key below `im:`, for messages. Reads the file again: only on the way to an error."""
        found: dict[str, int] = {}
        with suppress(Exception):  # a line is a courtesy: what has none (a merged key) is said without
            document = _yaml(_Lines).load(read_config(self.path))
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


def _placeholder(value: Any) -> Any:
    """A placeholder for an encrypted value, any other value as it is."""
    return PLACEHOLDER if isinstance(value, dict) and value.keys() == {"secure"} else value


def _as_engine(value: Any) -> str:
    """How the engine passes on what YAML reads and JSON does not have: a day without quotes."""
    return engine_day(value) if type(value) is date else str(value)


def read_stack(project_folder: Path, stack: str) -> StackFile:
    """Read `Pulumi.yaml` and the stack's own file. Raises `InputError` where they are missing or do not parse."""
    project, folder = _project(project_folder)
    path = folder / f"Pulumi.{stack}.yaml"
    if not os.path.lexists(path):
        there = ", ".join(_names(folder)) or "none yet"
        raise InputError(Problem(f"there is no stack {stack!r}", f"one of {there}", file=str(path)))
    config: dict[str, str] = {}
    secrets: list[str] = []
    structured: dict[str, Any] = {}
    document = _mapping(path)
    for key, value in merged(project, document, project_folder / "Pulumi.yaml", path).items():
        plain = map_values(value, _placeholder)
        if plain != value:
            secrets.append(key)
        else:
            structured[key] = value
        config[key] = plain if isinstance(plain, str) else json.dumps(plain, default=_as_engine)
    root = project_folder.resolve()
    main = (root / project.get("main", ".")).resolve()
    runtime = project.get("runtime", "python")
    language = str(runtime.get("name") if isinstance(runtime, dict) else runtime)
    elsewhere = "environment" in document
    return StackFile(path, project["name"], stack, root, main, config, secrets, structured, elsewhere, language)


def stack_names(project_folder: Path) -> list[str]:
    """Names of a project's stacks, in order. Raises `InputError` for none."""
    names = _names(_project(project_folder)[1])
    if not names:
        raise InputError(Problem("the project has no stack", file=str(project_folder / "Pulumi.yaml")))
    return names


def _project(folder: Path) -> tuple[dict[str, Any], Path]:
    """The project's own file, and the folder of its stacks' files."""
    path = folder / "Pulumi.yaml"
    project = _mapping(path)
    for key in ("name", "main", "stackConfigDir"):
        if not isinstance(project.get(key, "."), str):
            raise InputError(Problem("is no text", key=key, file=str(path)))
    if not project.get("name"):
        raise InputError(Problem("is missing", key="name", file=str(path)))
    return project, folder / project.get("stackConfigDir", ".")


def _names(folder: Path) -> list[str]:
    return sorted(p.name.removeprefix("Pulumi.").removesuffix(".yaml") for p in folder.glob("Pulumi.*.yaml"))


def _mapping(path: Path) -> dict[str, Any]:
    file = read_config(path)
    try:
        document = _yaml(_Plain).load(file)
    except _Twice as error:
        what, second = f"the key stands twice, in lines {error.first} and {error.second}", error.second
        raise InputError(Problem(what, "one of the two", error.key, file=str(path), line=second)) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError(Problem(f"this is not YAML: {error.problem}", file=str(path), line=line)) from None
    except Exception as error:  # the parser's own faults, such as a day that no calendar has, are of many kinds
        said = (str(error).splitlines() or [""])[0]
        raise InputError(Problem(f"this is not YAML ({type(error).__name__}): {said}", file=str(path))) from None
    if not isinstance(document, dict):
        raise InputError(Problem("the file holds no keys", file=str(path)))
    check_plain(document, path)
    return document
