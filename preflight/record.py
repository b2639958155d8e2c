"""From a stack to its resources: the program runs in a fresh process, without credentials, under a time limit."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from preflight.recording import Recording
from preflight.stack_file import StackFile
from terms.problem import InputError, Problem

TIME_LIMIT = timedelta(seconds=60)
KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "SYSTEMROOT"}
"""Variables the program may see. Everything else, above all a cloud's, would make the verdict depend on the machine."""


def record(stack: StackFile, time_limit: timedelta = TIME_LIMIT) -> Recording:
    """Run the stack's program and return what it registered.

    Raises `InputError` where the program raises, runs longer than `time_limit`, or dies.
    """
    with tempfile.TemporaryDirectory(prefix="preflight-") as folder:
        spec, out, log = (Path(folder) / name for name in ("spec.json", "out.json", "log"))
        spec.write_text(
            json.dumps(
                {
                    "root": str(stack.root),
                    "main": str(stack.main),
                    "project": stack.project,
                    "stack": stack.stack,
                    "config": stack.config,
                    "secrets": stack.secrets,
                }
            ),
            encoding="utf-8",
        )
        environment = {key: value for key, value in os.environ.items() if key in KEPT}
        command = [sys.executable, "-P", "-m", "preflight.run_program", str(spec), str(out)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
            try:
                process.wait(time_limit.total_seconds())
            except subprocess.TimeoutExpired:
                raise _fault(stack, f"the program did not end within {time_limit.total_seconds():g} s") from None
            finally:
                end(process)
        if not out.exists():
            raise _fault(stack, f"the program died (exit status {process.returncode})")
        answer = json.loads(out.read_text(encoding="utf-8"))
    if "error" in answer:
        raise _fault(stack, answer["error"], answer["where"])
    recording: Recording = answer["recording"]
    return recording


def _fault(stack: StackFile, what: str, where: str = "") -> InputError:
    return InputError(Problem(what, file=where or str(stack.main / "__main__.py")))


def end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
