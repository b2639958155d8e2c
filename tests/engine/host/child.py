"""A Python process that the host starts for a program or a pack: its interpreter, its output line by line, its end."""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import IO, Any

from google.protobuf import json_format


def interpreter(info: Any) -> str:
    """The Python of a program: that of the option `virtualenv`, a path from its root, else the one on PATH."""
    named = json_format.MessageToDict(info.options).get("virtualenv")
    if not named:
        return shutil.which("python3") or "python3"
    python = Path(info.root_directory) / named / "bin" / "python"
    if not python.exists():
        raise FileNotFoundError(f"the virtual environment {named!r} of {info.root_directory} has no bin/python")
    return str(python)


class Child:
    """A started process. Its output goes line by line to `out` and `err`, at its end its status to `ended`."""

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
        """The exit status, once everything printed has been passed on."""
        self._end.join()
        return self._process.wait()

    def kill(self) -> None:
        """End it, if it still runs."""
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
