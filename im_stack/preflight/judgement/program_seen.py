"""Verdicts on what a program does that its recording does not show: a rule of its own, unproven, each where it is."""

import os
from collections.abc import Iterator
from typing import Final

from im_stack.facts.model import Evidence
from im_stack.policies.rule import Outcome, Verdict
from im_stack.preflight.recording.recording import Recording
from im_stack.preflight.stack_files.stack_file import StackFile

RULE: Final = "program-seen"
TITLE: Final = "Whatever the program does is seen"
PLACE: Final = "program:"
"""Begins evidence that is in no resource but in a line of the program."""
_FIX: Final = (
    ("the file", "keep it in the project, or take its content from the stack's configuration"),
    ("environment", "take it from the stack's configuration, or declare it: `im:environment: {NAME: value}`"),
    ("waits for a value that is not known yet, and", "pass the value on as it is, or take it from the configuration"),
    ("hook", "register resources outside hooks"),
    ("callback", "register resources outside callbacks; a value of another resource can be passed as it is"),
    ("preview", "make the same whatever it is, or let the stack's configuration decide"),
    ("asks", "let the stack's configuration say it"),
    ("mark", "leave it marked: pass it on as it is, by `get_secret`, and without `unsecret`"),
    ("output", "export it as a secret, or not at all"),
)


def program_seen(recording: Recording, stack: StackFile) -> Iterator[Verdict]:
    """One verdict for everything that was not seen, of the program and of its configuration."""
    if stack.elsewhere:
        file, line = stack.places()["environment"]
        what = "`environment:` names values that come from elsewhere (Pulumi ESC), and are not seen here"
        where = f"{os.path.relpath(file, stack.root)}:{line}"
        yield _verdict(what, where, "put the values into the stack's `config:`")
    for what, where in recording.get("not_seen", ()):
        yield _verdict(what, where, next((fix for word, fix in _FIX if word in what), ""))


def _verdict(what: str, where: str, fix: str) -> Verdict:
    return Verdict(
        rule=RULE,
        title=TITLE,
        subject="",
        name=where or "the stack",
        outcome=Outcome.FAIL if "in clear" in what and "output" in what else Outcome.UNPROVEN,
        message=f"{where}: {what}" if where else what,
        fix=fix,
        duties=(),
        text_derived=False,
        evidence=Evidence(f"{PLACE}{where}") if where else None,
        hops=(),
        irreversible=False,
        waivable=False,
    )
