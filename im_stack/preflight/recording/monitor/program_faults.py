"""Fault of a program as the answer of its recorder: what is wrong, where, what would be right, and under which key.

In: an exception and the spec of the run. Out: texts for a `Problem`. Runs in the program's process.
"""

import inspect
import re
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from pulumi.config import ConfigMissingError

from im_stack.terms.problem import InputError, nearest, one_of

_LONGEST: Final = 2000
_UNEXPECTED: Final = re.compile(r"(?P<owner>[\w.]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'")


class Refused(Exception):
    """The program did something the engine would refuse, or that cannot be answered offline. `where` is the line."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(what)
        self.where = where


def fault_of(error: BaseException, spec: dict[str, Any]) -> dict[str, str]:
    """The answer: `error`, `where` it is (the program's innermost line), and perhaps `right` and `key`."""
    where = getattr(error, "where", "") or _blame(error, Path(spec["root"]), spec["main"])
    if isinstance(error, InputError):  # of a component: it knows which key of the stack's file, or which argument
        problem = error.problems[0]
        key = problem.key if problem.key.startswith("im:") else ""
        what = problem.what if key or not problem.key else f"{problem.key}: {problem.what}"
        return {"error": what, "where": where, "right": problem.right, "key": key}
    if isinstance(error, ConfigMissingError):
        secret = " --secret" if error.secret else ""
        right = f"pulumi config set{secret} {error.key} VALUE --stack {spec['stack']}"
        return {"error": f"the program needs {error.key}, which is not set", "where": where, "right": right}
    unexpected = _UNEXPECTED.search(str(error)) if isinstance(error, TypeError) else None
    if unexpected:
        owner = unexpected["owner"].removesuffix(".__init__").removesuffix("._internal_init")
        what = f"{owner} has no argument {unexpected['name']!r}"
        known = _arguments(unexpected["owner"], unexpected["name"])
        right = nearest(unexpected["name"], known) or (one_of("", known) if known else "")
        return {"error": what, "where": where, "right": right}
    said = str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
    said = "\n".join(" ".join(line.split()) for line in said[:_LONGEST].splitlines())
    return {"error": said, "where": where, "right": _meant(error)}


def _meant(error: BaseException) -> str:
    """The nearest name, where a name or an attribute is not there."""
    with suppress(Exception):  # what the program's objects say of themselves
        if isinstance(error, AttributeError) and error.name:
            return nearest(error.name, dir(error.obj))
        trace = error.__traceback__
        while isinstance(error, NameError) and error.name and trace:
            if trace.tb_next is None:
                return nearest(error.name, [*trace.tb_frame.f_locals, *trace.tb_frame.f_globals])
            trace = trace.tb_next
    return ""


def _blame(error: BaseException, root: Path, main: str) -> str:
    """Position of an error: the innermost line in the program's folder, from the project's root."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_from(root, error.filename)}:{error.lineno}"
    inside = [frame for frame in _frames(error.__traceback__) if Path(frame.filename).resolve().is_relative_to(main)]
    return f"{_from(root, inside[-1].filename)}:{inside[-1].lineno}" if inside else ""


def _frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(trace))


def _from(root: Path, file: str) -> str:
    path = Path(file).resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _arguments(owner: str, refused: str) -> list[str]:
    """The arguments of what is called `owner` in a loaded module and does not take the one that was refused."""
    first, *rest = owner.split(".")
    for module in list(sys.modules.values()):
        found = vars(module).get(first) if module is not None else None
        for part in rest if found is not None else ():
            found = getattr(found, part, None)
        if inspect.isroutine(found):
            parameters = inspect.signature(found).parameters.values()
            names = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
            if refused not in names and len(names) > 1:
                return [name for name in names if name != "self" and not name.startswith("_")]
    return []
