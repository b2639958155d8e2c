"""Inputs of a comparison: a JSON report, or a project folder, which is judged by the code in that folder.

Out: `Report`s by stack. Raises `InputError` for anything else.
"""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from im_stack.preflight.recording.record import PASSED_ON
from im_stack.preflight.reports.as_json import AnyReport, Problems, Report
from im_stack.terms.files.bounded import json_faults, read_json
from im_stack.terms.problem import InputError, Problem

LARGEST: Final = 256 << 20
"""Bytes of the largest report that is read: a thousand stacks of a thousand resources have a tenth of it."""
_TIME_LIMIT: Final = 1800
_RIGHT: Final = "a JSON report, or a folder with Pulumi.yaml"


def reports(source: Path, today: date) -> dict[str, AnyReport]:
    """Each stack's report by the stack's name: of a JSON report, or of every stack of the project in a folder.

    Raises `InputError` for what is neither.
    """
    document = _judge(source, today) if source.is_dir() else read_json(source, LARGEST, _RIGHT)
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


def _judge(folder: Path, today: date) -> Any:
    """A folder's project, judged by the folder's own code where it has some: what changed may be the rules."""
    if not (folder / "Pulumi.yaml").is_file():
        raise InputError(Problem("there is no project in this folder", "one with Pulumi.yaml", file=str(folder)))
    environment = {key: value for key, value in os.environ.items() if key in PASSED_ON}
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
    with json_faults(folder, _RIGHT):
        return json.loads(run.stdout)
