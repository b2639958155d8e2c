"""Configuration of a stack for a test: of the project, or a stack of the tests' own; as it is or changed, as a project.

Out: the keys of `config:`, the project's own merged in, as a new dictionary that a test may change; a folder with the
program of every stack. A stack of the tests' own is a file in `tests/stacks/own`: what differs from the stack that it
is `of`, or else from the base in `Pulumi.yaml`; a key without a value is taken away.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import yaml

from im_stack.preflight.stack_files.configuration import merged
from im_stack.preflight.stack_files.stack_file import PROJECT, read_mapping, read_stack
from tests.harness.mutate import REMOVED
from tests.harness.root import ROOT

PROGRAM: Final = ROOT / "stacks" / "__main__.py"
_OWN: Final = ROOT / "tests" / "stacks" / "own"
OWN: Final = tuple(sorted(file.stem for file in _OWN.glob("*.yaml")))
"""Names of the tests' own stacks."""


def config_of(stack: str) -> dict[str, Any]:
    """The configuration of a stack, as the engine merges it."""
    if stack not in OWN:
        return deepcopy(read_stack(ROOT, stack).structured)
    own, project = read_mapping(_OWN / f"{stack}.yaml"), ROOT / PROJECT
    base = config_of(own["of"]) if "of" in own else merged(read_mapping(project), {}, project, project)
    return {key: value for key, value in (base | own["config"]).items() if value is not None}


def changed_config(config: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration with other values at paths of its declaration (`classes.messages.period`). A value `REMOVED` is
    taken away, one at a position of a list is inserted there."""
    changed = deepcopy(dict(config))
    for path, value in said.items():
        *above, last = f"im:{path}".split(".")
        inner: Any = changed
        for key in above:
            inner = inner[int(key) if isinstance(inner, list) else key]
        if value is REMOVED:
            del inner[last]
        elif isinstance(inner, list):
            inner.insert(int(last), value)
        else:
            inner[last] = value
    return changed


def write_stack(
    folder: Path,
    config: Mapping[str, Any],
    stack: str = "test",
    *,
    base: Mapping[str, Any] | None = None,
    program: str | None = None,
    name: str = "test",
) -> Path:
    """A project with one stack: the program of every stack unless another is given, `base` in the project's file."""
    shared = {key: {"value": value} for key, value in (base or {}).items()}
    project = {"name": name, "runtime": "python", "main": str(PROGRAM.parent), "config": shared}
    if program is not None:
        project["main"] = "."
        (folder / "__main__.py").write_text(program, "utf-8")
    (folder / PROJECT).write_text(json.dumps(project), "utf-8")
    document = yaml.safe_dump({"config": dict(config)}, sort_keys=False, allow_unicode=True, width=1000)
    (folder / f"Pulumi.{stack}.yaml").write_text(document, "utf-8")
    return folder


@cache
def project_of(stack: str) -> Path:
    """The folder of a stack's project: of this one, or of one made for a stack of the tests' own."""
    if stack not in OWN:
        return ROOT
    name = str(read_mapping(ROOT / PROJECT)["name"])
    return write_stack(Path(mkdtemp(prefix="own-")), config_of(stack), stack, name=name)
