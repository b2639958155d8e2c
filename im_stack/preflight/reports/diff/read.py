"""What is compared: a JSON report, or a folder with a project, which is judged by the code that is in it."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from im_stack.preflight.recording.record import KEPT
from im_stack.preflight.reports.as_json import AnyReport, Problems, Report
from im_stack.terms.problem import InputError, Problem

LARGEST: Final = 256 << 20
"""Bytes of the largest report that is read: a thousand stacks of a thousand resources have a tenth of it."""
_TIME_LIMIT: Final = 1800


def reports(source: Path, today: date) -> dict[str, AnyReport]:
    """Each stack's report by the stack's name: of a JSON report, or of every stack of the project in a folder.

    Raises `InputError` for what is neither.
    """
    text = _judge(source, today) if source.is_dir() else text_of(source, "a JSON report, or a folder with Pulumi.yaml")
    document = parsed(text, source)
    rows = document if isinstance(document, list) else [document]
    read: list[AnyReport] = []
    for row in rows:
        model = Problems if isinstance(row, dict) and "problems" in row else Report
        try:
            read.append(model.model_validate(row))
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False)[0]
            what = f"this is no report of preflight check: {fault['msg']}"
            key = ".".join(map(str, fault["loc"]))
            raise InputError(Problem(what, "preflight check --all --format json", key, file=str(source))) from None
    names = [row.stack for row in read]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(Problem(f"holds two reports on {', '.join(twice)}", file=str(source)))
    return dict(zip(names, read, strict=True))


def parsed(text: str, source: Path) -> Any:
    """The JSON document in the text of `source`. Raises `InputError` where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(Problem(f"this is no JSON: {str(error)[:200]}", file=str(source))) from None


def text_of(source: Path, right: str) -> str:
    """A file's text, of at most `LARGEST` bytes. Raises `InputError`, saying what would be `right`."""
    try:
        with source.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise InputError(Problem(f"is larger than {LARGEST >> 20} MB", right, file=str(source)))
        return content.decode()
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", right, file=str(source))) from None
    except UnicodeDecodeError:
        raise InputError(Problem("this is no text", right, file=str(source))) from None


def _judge(folder: Path, today: date) -> str:
    """A folder's project, judged by the folder's own code where it has some: what changed may be the rules."""
    if not (folder / "Pulumi.yaml").is_file():
        raise InputError(Problem("there is no project in this folder", "one with Pulumi.yaml", file=str(folder)))
    environment = {key: value for key, value in os.environ.items() if key in KEPT}
    if (folder / "im_stack" / "preflight" / "__main__.py").is_file():
        environment["PYTHONPATH"] = str(folder.resolve())
    command = [
        sys.executable,
        "-P",
        "-m",
        "im_stack.preflight",
        "check",
        "--all",
        "--format",
        "json",
        "--today",
        str(today),
    ]
    try:
        run = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=_TIME_LIMIT
        )
    except subprocess.TimeoutExpired:
        raise InputError(Problem(f"was not judged within {_TIME_LIMIT} s", file=str(folder))) from None
    if not run.stdout:
        said = (run.stderr.strip().splitlines() or [f"it ended with status {run.returncode}"])[-1]
        raise InputError(Problem(f"could not be judged: {said}", file=str(folder)))
    return run.stdout
