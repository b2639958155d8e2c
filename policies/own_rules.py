"""Rules of a user's own, from the modules of a folder; each has a `RULE`, like those of this project.

No obligation names them: they are judged in every stack, and their verdicts serve no duty. Raises `InputError` with
the file of a module that cannot be loaded.
"""

from collections.abc import Iterable
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from im_stack.policies.rule import Rule
from im_stack.policies.rules import RULES
from im_stack.terms.problem import InputError, Problem

_EXAMPLE = 'RULE = Rule("own-keys", "Every store rests under a key of its own", check)'


def load_rules(folders: Iterable[Path]) -> tuple[Rule, ...]:
    """The rules of these folders, in the order of folders and file names. A file that begins with `_` is none."""
    found: dict[str, Rule] = {rule.id: rule for rule in RULES}
    for folder in folders:
        files = sorted(file for file in folder.glob("*.py") if not file.name.startswith("_"))
        if not files:
            raise InputError(Problem("has no rules", "a folder with modules, each with a RULE", file=str(folder)))
        for file in files:
            rule = _load(file)
            if rule.id in found:
                raise InputError(Problem(f"there is a rule {rule.id!r} already", "another id", file=str(file)))
            found[rule.id] = replace(rule, own=True)
    return tuple(rule for rule in found.values() if rule.own)


def _load(file: Path) -> Rule:
    spec = spec_from_file_location(f"own_rules_{file.stem}", file)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = error.lineno if isinstance(error, SyntaxError) else _line_in(file, error)
        raise InputError(
            Problem(f"cannot be loaded: {type(error).__name__}: {error}", file=str(file), line=line)
        ) from None
    rule = getattr(module, "RULE", None)
    if not isinstance(rule, Rule):
        raise InputError(Problem("has no RULE", _EXAMPLE, file=str(file)))
    return rule


def _line_in(file: Path, error: Exception) -> int | None:
    """The last line of the file that the error passed through."""
    lines = []
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == str(file):
            lines.append(frame.tb_lineno)
        frame = frame.tb_next
    return lines[-1] if lines else None
