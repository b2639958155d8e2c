"""Fork server: a process that has imported the SDK, and forks for each program that is recorded.

    python -m im_stack.preflight.recording.fork_server

In: a line per job on standard input (cloud, tab, folder of the job); one without a folder says that several jobs of
the cloud will come. Out: a line of JSON per job: how the program ended. It never runs a program itself, so each fork
has clean state, and imports cost about a second only once. Unlike the server of `multiprocessing` it adopts and ends
what a program leaves running.
"""

import contextlib
import gc
import json
import os
import re
import select
import tempfile
import time
from functools import cache
from importlib import import_module
from inspect import getsource
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final

from im_stack.facts.mechanism.cloud import package_of, sdks
from im_stack.preflight.recording.monitor import confine, run_program
from im_stack.preflight.recording.processes import children_of, kill
from im_stack.preflight.recording.recording import ANSWER, OWN, SPEC
from im_stack.preflight.sdk import lazy_loading
from im_stack.preflight.sdk.resource_types import arguments, registry

_COMPONENTS: Final = "im_stack.components"
_CLASS: Final = re.compile(r"\b([a-z]\w*)\.([A-Z]\w*)")
"""A class of a service in a program's text: `ec2.Vpc`."""
_TICK: Final = 0.005
_PATIENCE: Final = 10.0


def main() -> None:
    confine.end_with_parent()
    confine.adopt_orphans()
    lazy_loading.install(sdks())
    with os.fdopen(0, "rb", buffering=0, closefd=False) as jobs:
        for number, line in enumerate(iter(jobs.readline, b"")):
            cloud, _, folder = line.decode().rstrip("\n").partition("\t")
            if number or not folder:  # an only program loads what it needs and no more
                _prepare(cloud)
            if not folder:
                continue
            answer = json.dumps(_run(Path(folder)))
            os.write(1, answer.encode() + b"\n")
    os._exit(0)  # what was loaded has nothing to be put in order


@cache
def _prepare(cloud: str) -> None:
    """Import this project's components of a cloud, and the classes of its SDK that their text names, once."""
    with contextlib.suppress(Exception):  # a courtesy: the program and the judge say better what is broken
        package = package_of(cloud)
        types = {place: type_ for type_, place in registry(package).items()}
        for found in iter_modules(import_module(f"{_COMPONENTS}.{cloud}").__path__):
            module = import_module(f"{_COMPONENTS}.{cloud}.{found.name}")
            for service, name in sorted(set(_CLASS.findall(getsource(module)))):
                of = getattr(module, service, None)
                if isinstance(of, ModuleType) and of.__name__ != "pulumi" and hasattr(of, name):
                    arguments(types.get((of.__name__, name), ""))


def _run(folder: Path) -> dict[str, Any]:
    """Fork for one job, see to its end and to that of everything it started."""
    spec = json.loads((folder / SPEC).read_text(encoding="utf-8"))
    gc.freeze()  # what is loaded stays: no program looks through it for garbage
    program = os.fork()
    if program == 0:
        _be_the_program(spec, folder)
    deadline, late = time.monotonic() + spec["seconds"], False
    while True:
        ended, status = os.waitpid(program, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > deadline:
            late = True
            kill(program)
        if select.select([0], [], [], _TICK)[0]:  # no job comes before the answer to the last one: the recorder is gone
            kill(program)
            _end_the_rest()
            raise SystemExit(1)
    left = _end_the_rest(program)
    return {"status": os.waitstatus_to_exitcode(status), "late": late, "left": left}


def _be_the_program(spec: dict[str, Any], folder: Path) -> None:
    try:
        os.setsid()
        confine.end_with_parent()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):  # the program's output is discarded
            os.dup2(nothing, descriptor)
        os.environ["TMPDIR"], tempfile.tempdir = str(folder / OWN), None
        run_program.run(spec, folder / ANSWER, folder / OWN)
    finally:
        os._exit(1)


def _end_the_rest(group: int = 0) -> bool:
    """End whatever the program left behind; whether there was anything."""
    left, deadline = False, time.monotonic() + _PATIENCE
    if group:
        kill(-group)
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG)[0]:
                left = True
                continue
        except ChildProcessError:
            return left
        left = True
        for child in children_of(os.getpid()):
            kill(child)
        time.sleep(_TICK)
    raise SystemExit(1)  # processes multiply faster than they die: the recorder sees the closed pipe


if __name__ == "__main__":
    main()
