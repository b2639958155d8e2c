"""Recorder: runs a stack's program in a fresh process, confined, without credentials and under limits.

In: a `StackFile` and a time limit. Out: a `Recording`. Raises `InputError` where the program raises, runs too long,
dies, or does what a preview must not do.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from im_stack.preflight.recording.processes import end_below
from im_stack.preflight.recording.recording import ANSWER, LARGEST, OWN, SPEC, Recording, is_recording
from im_stack.preflight.stack_files.stack_file import StackFile
from im_stack.terms.problem import InputError, Problem

TIME_LIMIT = timedelta(seconds=60)
PASSED_ON = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "SYSTEMROOT"}
"""Variables the program may see. Everything else, above all a cloud's, would make the verdict depend on the machine."""
_GRACE: Final = 45.0  # seconds that imports and clean-up may take beyond the program's own time


class Recorder:
    """A process that forks for each program it is to record, itself never runs one, and ends with its `with` block.

    `module` is what runs in the process, `path` where Python looks for it first.
    """

    def __init__(self, module: str = "im_stack.preflight.recording.fork_server", path: str = "") -> None:
        self._module, self._path = module, path
        self._process = self._start()

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Ask it to end, which ends a program that is running, then see to it."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        end(self._process)

    def _start(self) -> "subprocess.Popen[bytes]":
        environment = {key: value for key, value in os.environ.items() if key in PASSED_ON}
        if self._path:
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, [self._path, environment.get("PYTHONPATH")]))
        command = [sys.executable, "-P", "-m", self._module]
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
        )

    def expect(self, cloud: str) -> None:
        """Prepare for several programs of a cloud: what they all load is loaded once, while the caller goes on."""
        with contextlib.suppress(OSError, ValueError):  # who asks next notices that it is gone
            assert self._process.stdin is not None
            self._process.stdin.write(f"{cloud}\t\n".encode())

    def record(self, stack: StackFile, time_limit: timedelta = TIME_LIMIT) -> Recording:
        """Run the stack's program and return what it registered.

        Raises `InputError` where the program raises, runs longer than `time_limit`, dies, or does what none may.
        """
        if stack.runtime != "python":
            right = "python; of other languages a state or a plan is judged: --state FILE, --plan FILE"
            file = os.path.relpath(stack.root / "Pulumi.yaml")
            what = f"only programs in Python are recorded, not in {stack.runtime}"
            raise InputError(Problem(what, right, "runtime", file=file))
        folder = Path(tempfile.mkdtemp(prefix="preflight-"))
        try:
            return self._record(stack, folder, time_limit)
        finally:
            with contextlib.suppress(RecursionError):  # folders can be nested deeper than Python recurses
                shutil.rmtree(folder, ignore_errors=True)

    def _record(self, stack: StackFile, folder: Path, time_limit: timedelta) -> Recording:
        spec: dict[str, Any] = {
            "root": str(stack.root),
            "main": str(stack.main),
            "project": stack.project,
            "stack": stack.stack,
            "config": stack.config,
            "secrets": stack.secrets,
            "environment": stack.structured.get("im:environment") or {},
            "seconds": time_limit.total_seconds(),
        }
        (folder / SPEC).write_text(json.dumps(spec), encoding="utf-8")
        (folder / OWN).mkdir()
        if self._process.poll() is not None:  # a program before this one took it down
            end(self._process)
            self._process = self._start()
        ended = self._ask(f"{stack.structured.get('im:cloud', '')}\t{folder}\n", spec["seconds"] + _GRACE)
        if ended is None:
            raise _fault(stack, "the program took its recorder down with it")
        if ended["late"]:
            raise _fault(stack, f"the program did not end within {spec['seconds']:g} s")
        answer = _read(folder / ANSWER)
        if answer is None:
            raise _fault(stack, f"the program died ({_how(ended['status'])}) and left no recording")
        if "error" in answer:
            raise _fault(stack, *(str(answer.get(part, "")) for part in ("error", "where", "right", "key")))
        if ended["left"]:
            raise _fault(stack, "the program leaves a process behind (it was ended); a preview starts none")
        recording = answer.get("recording")
        if not is_recording(recording):
            raise _fault(stack, "the program wrote into its own recording")
        return recording

    def _ask(self, line: str, seconds: float) -> dict[str, Any] | None:
        """Send a job and wait for its end; None where the recorder died or fell silent."""
        stdin, stdout, answer = self._process.stdin, self._process.stdout, b""
        assert stdin is not None
        assert stdout is not None
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError, ValueError):
            stdin.write(line.encode())
            while not answer.endswith(b"\n") and len(answer) < 1000:
                if not select.select([stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
                    break
                part = stdout.read(1000)
                if not part:
                    break
                answer += part
            ended = json.loads(answer)
            if isinstance(ended, dict) and {"status", "late", "left"} <= ended.keys():
                return ended
        end_below(self._process.pid)  # a stopped process adopts no orphans
        end(self._process)
        return None


def record(stack: StackFile, time_limit: timedelta = TIME_LIMIT) -> Recording:
    """Run one stack's program and return what it registered. Raises `InputError` as `Recorder.record` does."""
    with Recorder() as recorder:
        return recorder.record(stack, time_limit)


def _read(path: Path) -> dict[str, Any] | None:
    """The answer of a program's process; None where there is none that can be one. Never more than `LARGEST`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        return None
    with open(descriptor, "rb") as file:
        if facts.st_size > LARGEST:
            return {"error": f"what the program registers is more than {LARGEST >> 20} MB: too large to be judged"}
        try:
            answer = json.loads(file.read(LARGEST))
        except (ValueError, RecursionError):
            return None
    return answer if isinstance(answer, dict) else None


def _how(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-status).name}"
    return f"signal {-status}"


def _fault(stack: StackFile, what: str, where: str = "", right: str = "", key: str = "") -> InputError:
    """A fault of the program at its line, or of the key in the stack's file that makes it fail."""
    if key:
        return InputError(Problem(what, right, key).at(stack.places(), str(stack.path)))
    return InputError(Problem(what, right, file=where or os.path.relpath(stack.main / "__main__.py")))


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and whatever is in its group, and close its pipes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what was still to be written has no reader any more
                pipe.close()
