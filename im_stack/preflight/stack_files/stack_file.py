"""Stack file `stacks/Pulumi.<stack>.yaml` and the project file: configuration values, and the line of each key.

Out: `StackFile`. Raises `InputError` with file, line and key.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError

from im_stack.facts.wire.walk import map_values
from im_stack.preflight.stack_files.configuration import GIVEN, full_key, merged
from im_stack.terms.files.yaml_limits import check_plain, read_config
from im_stack.terms.problem import InputError, Problem, one_of
from im_stack.terms.stack.waiver import engine_day

PLACEHOLDER = "placeholder-for-a-secret"
"""What a preview sees in place of a secret: a dry run needs none."""
_MOST: Final = 10_000
"""Keys of a file whose lines are looked for."""
PROJECT: Final = "Pulumi.yaml"
CONFIG: Final = "config"


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
    project_file: Path
    project: str
    stack: str
    root: Path
    main: Path
    config: dict[str, str]
    secrets: list[str]
    structured: dict[str, Any]
    elsewhere: bool = False  # values come from an environment that only the engine can open (Pulumi ESC)
    runtime: str = "python"  # the language of the program

    def places(self) -> dict[str, tuple[str, int]]:
        """File and line of every key, of the project's file where the stack says nothing. Reads both files again: only
        on the way to a message."""
        return places_of(self.project, self.project_file, self.path)


def places_of(project: str, *files: Path) -> dict[str, tuple[str, int]]:
    """File and line of every key in files, each before those that it is overridden by. Keys have their namespace, but
    for those of a declaration (`im`)."""
    found: dict[str, tuple[str, int]] = {}
    for file in files:
        lines: dict[str, int] = {}
        with suppress(Exception):  # a line is a courtesy
            document = _yaml(_Lines).load(read_config(file))
            for key in (key for key in document if key != CONFIG):
                _collect(document, key, str(key), lines)
            config = document.get(CONFIG)
            for key in config if isinstance(config, dict) else ():
                full = full_key(project, str(key)).removeprefix("im:")
                _collect(config, key, full, lines)
                for given in GIVEN if file.name == PROJECT and isinstance(config[key], dict) else ():
                    _collect_below(config[key].get(given), full, lines)
                found = {name: place for name, place in found.items() if not f"{name}.".startswith(f"{full}.")}
        found |= {name: (str(file), line) for name, line in lines.items()}
    return found


def lines_of(path: Path) -> dict[str, int]:
    """The line of every key of a file."""
    lines: dict[str, int] = {}
    with suppress(Exception):  # a line is a courtesy
        _collect_below(_yaml(_Lines).load(read_config(path)), "", lines)
    return {key.removeprefix("."): line for key, line in lines.items()}


def _collect(block: Any, key: Any, path: str, found: dict[str, int]) -> None:
    if len(found) > _MOST:  # aliases can multiply a few lines into any number of keys
        return
    line = _line_of(block, key)
    if line is not None:
        found[path] = line
    _collect_below(block[key], path, found)


def _line_of(block: Any, key: Any) -> int | None:
    """The line of a key in a block, or in one that is merged into it (`<<`)."""
    if key in (block.lc.data or {}):
        return int(block.lc.key(key)[0]) + 1
    merged_in = block.merge or ()
    return next((line for other in merged_in if (line := _line_of(other, key)) is not None), None)


def _collect_below(inner: Any, path: str, found: dict[str, int]) -> None:
    lc = getattr(inner, "lc", None)
    if lc and isinstance(inner, dict):
        for child in inner:
            _collect(inner, child, f"{path}.{child}", found)
    elif lc and isinstance(inner, list):
        for index, item in enumerate(inner if len(found) < _MOST else ()):
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
        there = _names(folder)
        raise InputError(Problem(f"there is no stack {stack!r}", one_of(stack, there) if there else "", file=str(path)))
    config: dict[str, str] = {}
    secrets: list[str] = []
    structured: dict[str, Any] = {}
    document, file = read_mapping(path), project_folder / PROJECT
    with _located(project["name"], file, path):
        values = merged(project, document, file, path)
    for key, value in values.items():
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
    return StackFile(path, file, project["name"], stack, root, main, config, secrets, structured, elsewhere, language)


def stack_names(project_folder: Path) -> list[str]:
    """Names of a project's stacks, in order. Raises `InputError` for none."""
    names = _names(_project(project_folder)[1])
    if not names:
        raise InputError(Problem("the project has no stack", file=str(project_folder / PROJECT)))
    return names


def _project(folder: Path) -> tuple[dict[str, Any], Path]:
    """The project's own file, and the folder of its stacks' files."""
    path = folder / PROJECT
    project = read_mapping(path)
    for key in ("name", "main", "stackConfigDir"):
        if not isinstance(project.get(key, "."), str):
            raise InputError(Problem("is no text", key=key).at(places_of("", path), str(path)))
    if not project.get("name"):
        raise InputError(Problem("is missing", key="name", file=str(path)))
    return project, folder / project.get("stackConfigDir", ".")


def _names(folder: Path) -> list[str]:
    return sorted(p.name.removeprefix("Pulumi.").removesuffix(".yaml") for p in folder.glob("Pulumi.*.yaml"))


def read_mapping(path: Path) -> dict[str, Any]:
    """The keys of a YAML file. Raises `InputError` with the line."""
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
    with _located("", path):
        check_plain(document, path)
    return document


@contextmanager
def _located(project: str, *files: Path) -> Iterator[None]:
    """Gives the faults found inside their lines, each in the file that it names."""
    try:
        yield
    except InputError as error:
        known = {str(file): places_of(project, file) for file in files}
        raise InputError(*(problem.at(known.get(problem.file, {})) for problem in error.problems)) from None
