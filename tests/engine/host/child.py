"""Child process of the language host that runs a program or a pack: interpreter, output by line, end."""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import IO, Any

from google.protobuf import json_format


def interpreter(info: Any) -> str:
    """Path of a program's Python: from the option `virtualenv`, relative to its root, otherwise from PATH."""
    named = json_format.MessageToDict(info.options).get("virtualenv")
    if not named:
        return shutil.which("python3") or "python3"
    python = Path(info.root_directory) / named / "bin" / "python"
    if not python.exists():
        raise FileNotFoundError(f"the virtual environment {named!r} of {info.root_directory} has no bin/python")
    return str(python)


class Child:
    """A started process. Its output goes by line to `out` and `err`, its exit status to `ended`."""

    def __init__(
        self,
        command: Sequence[str],
        folder: str,
        environment: Mapping[str, str],
        out: Callable[[bytes], None],
        err: Callable[[bytes], None],
        ended: Callable[[int], None] = lambda _: None,
    ) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
        pumps = [_thread(_pump, self._process.stdout, out), _thread(_pump, self._process.stderr, err)]
        self._end = _thread(self._watch, pumps, ended)

    def _watch(self, pumps: list[Thread], ended: Callable[[int], None]) -> None:
        for pump in pumps:
            pump.join()
        ended(self._process.wait())

    def wait(self) -> int:
        """The exit status, after all output has been delivered."""
        self._end.join()
        return self._process.wait()

    def kill(self) -> None:
        """Kill the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()


def _thread(target: Callable[..., None], *arguments: Any) -> Thread:
    thread = Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


def _pump(stream: IO[bytes], to: Callable[[bytes], None]) -> None:
    with stream:
        for line in stream:
            to(line)
