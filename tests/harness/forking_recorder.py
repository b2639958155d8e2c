"""A recorder for many programs: the SDK is loaded once, and every program runs in a fork of its own.

What a program does to its process stays in its fork; what is recorded is what `preflight.record` records.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from preflight.record import KEPT, end
from preflight.recording import Recording
from preflight.stack_file import StackFile

_LOADED = ("cos", "kms", "lighthouse", "mysql", "redis", "vpc")


class ForkingRecorder:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def record(self, stack: StackFile, folder: Path) -> Recording:
        """Run a stack's program, with files in `folder`. Raises `AssertionError` with what the program raised."""
        spec, out = folder / "spec.json", folder / "out.json"
        out.unlink(missing_ok=True)
        fields = {"root": str(stack.root), "main": str(stack.main), "project": stack.project, "stack": stack.stack}
        spec.write_text(json.dumps({**fields, "config": stack.config, "secrets": stack.secrets}))
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{spec}\t{out}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline(), "the recorder died"
        answer = json.loads(out.read_text())
        assert "error" not in answer, f"{answer['where']}: {answer['error']}"
        recording: Recording = answer["recording"]
        return recording


@contextmanager
def forking_recorder() -> Iterator[ForkingRecorder]:
    environment = {key: value for key, value in os.environ.items() if key in KEPT}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.harness.forking_recorder"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield ForkingRecorder(process)
    finally:
        end(process)


def main() -> None:
    from preflight import run_program

    for name in _LOADED:
        import_module(f"tencentcloud_iac_pulumi.{name}")
    for name in ("cos", "mysql", "keys"):
        import_module(f"components.tencent.{name}")
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sys.argv[1:] = line.strip().split("\t")
            os.dup2(2, 1)
            run_program.main()  # leaves by itself
        os.waitpid(child, 0)
        answers.write("done\n")
        answers.flush()


if __name__ == "__main__":
    main()
