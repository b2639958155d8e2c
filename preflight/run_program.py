"""Runs one Pulumi program under a recording monitor. A process of its own: `python -m preflight.run_program SPEC OUT`.

The program is unmodified and sees what it would see in a preview: its configuration, dry run, unknown
outputs. No engine, plugin, login or network is involved. What it prints goes to standard error.
"""

import asyncio
import json
import os
import runpy
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import pulumi.runtime
from google.protobuf import json_format
from pulumi.runtime import mocks, settings
from pulumi.runtime.proto import resource_pb2

from preflight.recording import Recording, Registration


class Refused(Exception):
    """The program did something the engine would refuse, or that cannot be answered offline."""


class _NoMocks(mocks.Mocks):
    def new_resource(self, _args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise AssertionError("the recording monitor answers registrations itself")

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise Refused(
            f"the program calls the data source {args.token}, which only a cloud account can answer; "
            "take the value from the stack's configuration instead"
        )


class RecordingMonitor(mocks.MockMonitor):
    """Answers registrations as a preview does (inputs known, everything else unknown) and keeps them."""

    def __init__(self, project: str, stack: str) -> None:
        super().__init__(_NoMocks())
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self._lock = threading.Lock()
        self.registrations: dict[str, Registration] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The engine's rule: the parent's full type chain, without the root stack."""
        chain = parent.split("::")[2] if parent else ""
        qualified = type_ if chain in ("", "pulumi:pulumi:Stack") else f"{chain}${type_}"
        return f"{self._prefix}{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type != "pulumi:pulumi:Stack":
            self._keep(urn, request, read=False)
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=request.object)

    def ReadResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        self._keep(urn, request, read=True)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)

    def _keep(self, urn: str, request: Any, read: bool) -> None:
        parent = request.parent
        record: Registration = {
            "urn": urn,
            "type": request.type,
            "name": request.name,
            "custom": True if read else request.custom,
            "read": read,
            "parent": "" if parent.split("::")[2:3] == ["pulumi:pulumi:Stack"] else parent,
            "provider": request.provider.rsplit("::", 1)[0],
            "inputs": json_format.MessageToDict(request.properties if read else request.object),
            "links": {} if read else {key: list(deps.urns) for key, deps in request.propertyDependencies.items()},
            "protect": False if read else request.protect,
            "ignore_changes": [] if read else list(request.ignoreChanges),
            "retain_on_delete": False if read else request.retainOnDelete,
            "source": _position(request),
        }
        with self._lock:
            if urn in self.registrations:
                raise Refused(f"two resources are called {request.name!r} and have the type {request.type}")
            self.registrations[urn] = record


def _position(request: Any) -> str:
    """Where in the program a registration comes from, relative to the project where it is inside."""
    position = request.sourcePosition
    if not position.uri:
        return ""
    path = Path(position.uri.removeprefix("project://").removeprefix("file://"))
    root = Path(settings.get_root_directory())
    return f"{os.path.relpath(path, root)}:{position.line}"


class _Notices:
    """Stands in for the engine's log: keeps warnings, drops the rest."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def Log(self, request: Any) -> None:
        if request.severity >= 2:  # WARNING and ERROR
            self.lines.append(request.message)

    def __getattr__(self, name: str) -> Any:
        return lambda *_args, **_kwargs: None


def record(spec: dict[str, Any]) -> Recording:
    """Run the program of `spec` (main, project, stack, config, secrets) and return what it registered.

    Raises whatever the program raises, and `Refused` for what cannot be recorded.
    """
    monitor, notices = RecordingMonitor(spec["project"], spec["stack"]), _Notices()
    pulumi.runtime.set_all_config(spec["config"], spec["secrets"])
    settings.configure(
        settings.Settings(
            project=spec["project"],
            stack=spec["stack"],
            monitor=monitor,
            engine=notices,
            dry_run=True,
            organization="organization",
            root_directory=spec["root"],
        )
    )
    settings.set_root_resource(None)  # type: ignore[arg-type]  # None is how a real run starts
    main = Path(spec["main"])
    os.chdir(main)
    sys.path.insert(0, ".")  # with -P no entry stands for the working folder, the first one is somebody's own
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    def program() -> None:
        runpy.run_path(str(main / "__main__.py"), run_name="__main__")

    loop.run_until_complete(pulumi.runtime.run_in_stack(program))
    return {"registrations": list(monitor.registrations.values()), "notices": notices.lines}


def _blame(error: BaseException, main: str) -> str:
    """Where in the program an error comes from: the innermost line in its folder."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).resolve().is_relative_to(main)]
    return f"{Path(inside[-1].filename).name}:{inside[-1].lineno}" if inside else ""


def main() -> None:
    spec_file, out_file = sys.argv[1:3]
    spec = json.loads(Path(spec_file).read_text(encoding="utf-8"))
    keep, sys.stdout = sys.stdout, sys.stderr
    answer: dict[str, Any]
    try:
        answer = {"recording": record(spec)}
    except Refused as error:
        answer = {"error": str(error), "where": _blame(error, spec["main"])}
    except BaseException as error:  # SystemExit and the like are faults of the program, too
        answer = {"error": f"{type(error).__name__}: {error}", "where": _blame(error, spec["main"])}
    finally:
        sys.stdout = keep
    Path(out_file).write_text(json.dumps(answer), encoding="utf-8")
    sys.stderr.flush()
    os._exit(0)  # a program may have left threads behind; the answer is written


if __name__ == "__main__":
    main()
