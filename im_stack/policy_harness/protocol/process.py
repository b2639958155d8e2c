"""Process of a policy pack: started as by the engine, observed, and ended with its descendants."""

import contextlib
import fcntl
import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final

import yaml

from im_stack.policy_harness.errors import PackFault
from im_stack.policy_harness.protocol.wire import Stack

PASSED_ON: Final = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "SYSTEMROOT"}
"""Variables a pack may see. Everything else would make the verdict depend on the machine."""
_BYTES_KEPT: Final = 64 * 1024
_SHOWN: Final = 300
_START: Final = """
import logging, runpy, sys
logging.getLogger("grpc._server").addHandler(logging.StreamHandler())
runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
"""
"""`python -m pulumi.policy`, with exceptions in calls written to standard error, which gRPC keeps to itself."""
_FRAME: Final = re.compile(r'^  File "([^"]+)", line (\d+), in ', re.MULTILINE)


class Stream:
    """Output of a process on one pipe, read continuously so that it never blocks; only the beginning is kept."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._file = pipe
        self._pipe = pipe.fileno()
        self._kept = bytearray()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        while True:
            select.select([self._pipe], [], [])
            with self._lock:  # read and kept in one step, for `text`
                read = os.read(self._pipe, 65536)
                self._kept += read[: _BYTES_KEPT - len(self._kept)]
            if not read:
                self._ended.set()
                return

    def text(self) -> str:
        """Everything written so far."""
        until = time.monotonic() + 1  # one that never stops writing is not waited for
        while not self._ended.is_set() and self._waiting() and time.monotonic() < until:
            time.sleep(0.001)
        with self._lock:
            return self._kept.decode("utf-8", "replace")

    def _waiting(self) -> int:
        answer: int = struct.unpack("i", fcntl.ioctl(self._pipe, termios.FIONREAD, bytes(4)))[0]
        return answer

    def forget(self) -> None:
        """Drop everything written so far."""
        self.text()
        with self._lock:
            self._kept.clear()

    def line(self, until: float) -> str | None:
        """First complete line; None where the process ended or `until` has passed."""
        while True:
            ended = self._ended.is_set()
            head, newline, _ = self.text().partition("\n")
            if newline:
                return head
            if ended or time.monotonic() >= until:
                return None
            time.sleep(0.005)

    def close(self) -> None:
        """Close the pipe after the process has ended. The output of an escaped child is discarded."""
        self._thread.join(1)
        if not self._thread.is_alive():
            self._file.close()


class PackProcess:
    """A started pack: its port and its output."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._out, self._err = Stream(process.stdout), Stream(process.stderr)
        self._read = False

    def port(self, time_limit: timedelta) -> int:
        """Port of the pack, from its first line. Raises `PackFault`."""
        line = self._out.line(time.monotonic() + time_limit.total_seconds())
        if line is None:
            raise PackFault(f"the pack wrote no port: {self._fate(time_limit)}")
        if not (line.strip().isdecimal() and 0 < int(line) < 65536):
            raise PackFault(
                f"the pack wrote no port: it printed {line[:_SHOWN]!r} first, and the engine takes that for it"
            )
        return int(line)

    def _fate(self, time_limit: timedelta) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return f"it died (exit status {self._process.wait(1)}){self.last_words()}"
        begun = self._out.text()
        output = f" after {begun[:_SHOWN]!r}" if begun else ""
        return f"it wrote no line{output} within {time_limit.total_seconds():g} s{self.last_words()}"

    def died(self) -> bool:
        """Whether it has ended, after a short wait for one that is ending."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)
        return self._process.returncode is not None

    def last_words(self) -> str:
        """Last line on standard error, as the end of a sentence."""
        lines = [line for line in self._err.text().splitlines() if line.strip()]
        return f": {lines[-1].strip()[:_SHOWN]}" if lines else ""

    def forget_errors(self) -> None:
        """Drop what is on standard error so far."""
        self._err.forget()

    def exception(self) -> str:
        """The last exception on standard error: its type and text, and the last line of the pack in its traceback."""
        text = self._err.text()
        lines = [line for line in text.splitlines() if line.strip()]
        frames = [frame for frame in _FRAME.findall(text) if "site-packages" not in frame[0]]
        where = f" ({Path(frames[-1][0]).name}:{frames[-1][1]})" if frames else ""
        return f"{lines[-1].strip()[:_SHOWN] if lines else 'an exception'}{where}"

    def printed(self) -> str:
        """Standard output after the port, once."""
        text = self._out.text().partition("\n")[2] if not self._read else self._out.text()
        self._read = True
        self._out.forget()
        return text

    def end(self) -> None:
        """Kill its process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._out, self._err):
            stream.close()


@contextmanager
def started(folder: Path, stack: Stack, python: str | None, environment: Mapping[str, str]) -> Iterator[PackProcess]:
    """Start the pack in `folder` for a stack, and end it afterwards. Raises `PackFault` where there is no pack."""
    folder = folder.resolve()
    interpreter = python or _interpreter(folder)
    kept = {key: value for key, value in os.environ.items() if key in PASSED_ON}
    try:
        process = subprocess.Popen(
            [interpreter, "-u", "-c", _START, "127.0.0.1:0", str(folder)],
            cwd=folder,
            env=kept | (_of_stack(stack) if stack.configured else {}) | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise PackFault(f"{interpreter} cannot be started: {error.strerror}") from None
    pack = PackProcess(process)
    try:
        yield pack
    finally:
        pack.end()


def _of_stack(stack: Stack) -> dict[str, str]:
    return {
        "PULUMI_ORGANIZATION": stack.organization,
        "PULUMI_PROJECT": stack.project,
        "PULUMI_STACK": stack.name,
        "PULUMI_DRY_RUN": "true" if stack.dry_run else "false",
        "PULUMI_CONFIG": json.dumps(dict(stack.config)),
    }


def _interpreter(folder: Path) -> str:
    """Python of the pack's own virtual environment, otherwise this one."""
    runtime = _runtime(folder)
    name = runtime if isinstance(runtime, str) else runtime.get("name")
    if name != "python":
        raise PackFault(f"{folder / 'PulumiPolicy.yaml'}: the runtime is {name!r}, only Python packs are run here")
    options = {} if isinstance(runtime, str) else runtime.get("options") or {}
    own = folder / str(options.get("virtualenv", "venv")) / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def _runtime(folder: Path) -> Any:
    file = folder / "PulumiPolicy.yaml"
    try:
        document = yaml.safe_load(file.read_bytes())
    except OSError:
        raise PackFault(f"{file} cannot be read: this is no folder of a policy pack") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise PackFault(f"{file} is not YAML") from None
    runtime = document.get("runtime") if isinstance(document, dict) else None
    if not isinstance(runtime, str | dict):
        raise PackFault(f"{file}: the runtime is missing")
    return runtime
