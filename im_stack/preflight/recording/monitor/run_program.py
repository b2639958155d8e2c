"""Recording monitor: runs one unmodified Pulumi program and keeps its registrations, in a process of its own.

In: what to run, as a dictionary. Out: a file with a `Recording`, or an error and its line. The program sees what it
sees in a preview: its configuration, dry run, unknown outputs. No engine, plugin, login or network is involved.
"""

import asyncio
import atexit
import json
import os
import runpy
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

import pulumi.runtime
from google.protobuf import empty_pb2, json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import mocks, settings
from pulumi.runtime.proto import resource_pb2

from im_stack.facts.mechanism.cloud import PROVIDER, cloud_of, provider_of
from im_stack.facts.mechanism.tables import defaults
from im_stack.facts.wire.secrets import as_secret, through_provider
from im_stack.preflight.recording.monitor.confine import Confinement, make_room
from im_stack.preflight.recording.monitor.own_lines import OwnLines, is_own, place, real
from im_stack.preflight.recording.monitor.program_faults import Refused, fault_of
from im_stack.preflight.recording.monitor.refusals import refusals, unseen
from im_stack.preflight.recording.monitor.shown_secrets import secret_texts, shown
from im_stack.preflight.recording.monitor.transforms import Transformed, TransformFault, Transforms
from im_stack.preflight.recording.monitor.watch import MADE, Watch, repository_of
from im_stack.preflight.recording.recording import LARGEST, Recording, Registration, registration
from im_stack.preflight.sdk.schema_check import type_errors

_STACK: Final = "pulumi:pulumi:Stack"


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

    def __init__(self, project: str, stack: str, no_defaults: frozenset[str] = frozenset()) -> None:
        super().__init__(_NoMocks())
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self._lock = threading.Lock()
        self._transforms = Transforms()
        self._made: dict[str, Any] = {}  # the options of what is registered, after transforms
        self._no_defaults = no_defaults
        self._root = ""
        self._hooks: set[str] = set()  # those that run in a preview
        self.registrations: dict[str, Registration] = {}
        self.outputs: dict[str, dict[str, Any]] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The engine's rule: the parent's full type chain, without the root stack."""
        chain = parent.split("::")[2] if parent else ""
        qualified = type_ if chain in ("", "pulumi:pulumi:Stack") else f"{chain}${type_}"
        return f"{self._prefix}{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == _STACK:
            if self._root:
                raise Refused("the program makes a second root stack")
            self._root = urn
            return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=request.object)
        if request.remote:
            raise Refused(f"{request.type} is made by a plugin, and what is inside it cannot be seen offline")
        self._inherit(request)
        by_callback = _taken_out(request)
        try:
            made = self._transforms.apply(request, self._provider(request))
        except TransformFault as fault:
            raise Refused(str(fault)) from None
        self._settle(request, made.options)
        inputs = json_format.MessageToDict(made.inputs)
        self._demand(refusals(request, made.options, inputs, {self._root, *self.registrations}), request)
        if request.custom and not request.type.startswith(PROVIDER):
            inputs = {key: through_provider(value) for key, value in inputs.items()}
        self._keep(
            urn,
            request,
            custom=request.custom,
            provider=_urn_of(made.options.provider),
            inputs=inputs,
            links=made.links,
            protect=made.options.protect,
            ignore_changes=list(made.options.ignore_changes),
            retain_on_delete=made.options.retain_on_delete,
            deleted_with=made.options.deleted_with,
            dependencies=sorted(set(made.options.depends_on)),
            made=by_callback,
            unseen=list(unseen(made.options, self._hooks)),
        )
        self._transforms.registered(urn, request)
        with self._lock:
            self._made[urn] = made.options
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=_outputs(request, made))

    def ReadResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        lost = f"its parent {request.parent} is not in the stack"
        self._demand([lost] if request.parent not in {"", self._root, *self.registrations} else [], request)
        self._keep(
            urn,
            request,
            custom=True,
            read=True,
            provider=_urn_of(request.provider),
            inputs=json_format.MessageToDict(request.properties),
            known={"id": request.id},
        )
        return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        self.outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def RegisterStackTransform(self, request: Any) -> Any:
        self._transforms.add_to_stack(request)
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any) -> Any:
        if request.on_dry_run:
            self._hooks.add(request.name)
        return empty_pb2.Empty()

    def ExistsResource(self, request: Any) -> Any:
        raise Refused(f"the program asks whether {request.type} {request.id} exists, which only a cloud account knows")

    def _demand(self, reasons: Iterable[str], request: Any) -> None:
        """Refuse the program for the first reason."""
        for reason in reasons:
            raise Refused(f"{request.type} {request.name!r}: {reason}", _positions(request)[0])

    def _inherit(self, request: Any) -> None:
        """Options that a child inherits from its parent."""
        parent = self._made.get(request.parent)
        if parent is None:
            return
        if not request.HasField("protect") and parent.HasField("protect"):
            request.protect = parent.protect
        if not request.HasField("retainOnDelete") and parent.HasField("retain_on_delete"):
            request.retainOnDelete = parent.retain_on_delete
        if not request.deletedWith:
            request.deletedWith = parent.deleted_with
        package = f"{PROVIDER}{provider_of(request.type)}"
        if not request.provider and (not request.custom or _type_of(parent.provider) == package):
            request.provider = parent.provider

    def _provider(self, request: Any) -> str:
        """The provider as far as the program names one: for this resource, among its own, among its parent's."""
        if not request.custom or request.provider:
            return str(request.provider)
        package, parent = provider_of(request.type), self._made.get(request.parent)
        above = parent.providers if parent is not None else {}
        return str(request.providers.get(package) or above.get(package, ""))

    def _settle(self, request: Any, options: Any) -> None:
        """A component hands its parent's providers on; a custom resource must have one where defaults are off."""
        if not request.custom:
            parent = self._made.get(request.parent)
            for package, provider in (parent.providers if parent is not None else {}).items():
                if package not in options.providers:
                    options.providers[package] = provider
            return
        package = provider_of(request.type)
        denied = package in self._no_defaults or ("*" in self._no_defaults and package != "pulumi")
        if denied and not options.provider and not request.type.startswith(PROVIDER):
            raise Refused(
                f"the default provider of {package} is disabled in the stack's configuration, and "
                f"{request.type} {request.name!r} names no other"
            )

    def _keep(self, urn: str, request: Any, **fields: Any) -> None:
        parent = "" if _type_of(request.parent) == _STACK else request.parent
        source, library = _positions(request)
        own = {"urn": urn, "type": request.type, "name": request.name, "parent": parent}
        record = registration(**own, source=source, library=library, **fields)
        with self._lock:
            if urn in self.registrations:
                # The SDK registers in an order that differs between runs: the first is the one further up.
                first, second = sorted((self.registrations[urn]["source"], source), key=_file_and_line)
                what = f"two resources are called {request.name!r} and have the type {request.type}"
                raise Refused(f"{what}; the first is at {first}" if first else what, second)
            self.registrations[urn] = record


def _file_and_line(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return file, int(line) if line else 0


def _taken_out(request: Any) -> list[str]:
    """Take out what says that a callback makes a value; the arguments of which that is so."""
    by_callback = sorted(key for key, of in request.propertyDependencies.items() if MADE in of.urns)
    for urns in [request.dependencies, *(request.propertyDependencies[key].urns for key in by_callback)]:
        while MADE in urns:
            urns.remove(MADE)
    return by_callback


def _outputs(request: Any, made: Transformed) -> Struct:
    """Outputs for the program: its inputs and the provider's defaults, as a preview knows them."""
    outputs = Struct()
    outputs.CopyFrom(made.inputs)
    cloud = cloud_of(request.type) if request.custom and not request.type.startswith(PROVIDER) else None
    filled: Mapping[str, Any] = defaults(cloud.name).get(request.type, {}) if cloud else {}
    for argument, value in filled.items():
        if argument not in outputs:
            outputs.update({argument: value})
    for argument in made.options.additional_secret_outputs:
        if argument in outputs:
            outputs.update({argument: as_secret(json_format.MessageToDict(outputs.fields[argument]))})
    return outputs


def _urn_of(reference: str) -> str:
    """The URN of a provider reference, which is a URN and an id."""
    return reference.rsplit("::", 1)[0]


def _type_of(urn: str) -> str:
    """The last type in a URN, or nothing."""
    return (urn.split("::")[2:3] or [""])[0].rsplit("$", 1)[-1]


def _positions(request: Any) -> tuple[str, str]:
    """The line of the program that a registration comes from, and the line of a library that makes it for the program,
    if one does. Paths from the project's root, links resolved."""
    root = real(settings.get_root_directory())
    frames = [frame.pc for frame in request.stackTrace.frames] or [request.sourcePosition]
    lines = [(real(pc.uri.removeprefix("project://").removeprefix("file://")), pc.line) for pc in frames if pc.uri]
    own = next(((file, line) for file, line in lines if is_own(file)), None)
    first = lines[0] if lines and lines[0] != own else None
    return place(*own, root) if own else "", place(*first, root) if first else ""


class _Notices:
    """Stands in for the engine's log: keeps warnings, drops the rest."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def Log(self, request: Any) -> None:
        if request.severity >= 2:  # WARNING and ERROR
            self.lines.append(request.message)

    def __getattr__(self, name: str) -> Any:
        return lambda *_args, **_kwargs: None


def record(spec: dict[str, Any], watch: Watch) -> Callable[[], Recording]:
    """Run the program of `spec` (main, project, stack, config, secrets); the return value says what it has
    registered until it is asked.

    Raises whatever the program raises, and `Refused` for what cannot be recorded.
    """
    no_defaults = frozenset(json.loads(spec["config"].get("pulumi:disable-default-providers") or "[]"))
    monitor, notices = RecordingMonitor(spec["project"], spec["stack"], no_defaults), _Notices()
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
    sys.path.insert(0, ".")  # -P leaves out the working folder, which the engine's runtime has first
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    async def program() -> None:
        try:
            runpy.run_path(str(main / "__main__.py"), run_name="__main__")
        except MemoryError:
            make_room()
            raise
        await _all_begun()

    watch.begin()
    loop.run_until_complete(pulumi.runtime.run_in_stack(program))
    return lambda: {
        "registrations": [_with_type_errors(r) for r in monitor.registrations.values()],
        "notices": notices.lines,
        "not_seen": [*watch.notes(), *shown(monitor.outputs, _secrets(spec, monitor))],
    }


async def _all_begun() -> None:
    """Wait for all that the program has begun, or for the first of it that fails. Pulumi does so next, and looks at
    every output again whenever one is known."""
    failed = False
    while not failed:
        known = (*settings.SETTINGS.outputs, *settings.SETTINGS.rpc_manager.rpcs)
        begun = [each for each in known if not each.done()]
        if not begun:
            return
        ended, _ = await asyncio.wait(begun, return_when=asyncio.FIRST_EXCEPTION)
        failed = any(each.cancelled() or each.exception() for each in ended)


def _secrets(spec: dict[str, Any], monitor: RecordingMonitor) -> Iterator[str]:
    """The texts that the program has as secrets."""
    yield from (spec["config"][key] for key in spec["secrets"])
    for r in monitor.registrations.values():
        yield from secret_texts(r["inputs"])


def _with_type_errors(r: Registration) -> Registration:
    """Not while the program runs: it would wait for what it does not ask."""
    return {**r, "type_errors": list(type_errors(r["type"], r["inputs"]))} if r["custom"] and not r["read"] else r


def run(spec: dict[str, Any], out: Path, own: Path) -> NoReturn:
    """Run the program of `spec`, write the answer (a recording, or an error and where) into `out`, end the process.

    `own` is the program's temporary folder. What Python does when a program ends is done before the answer is
    written: a thread or an exit handler that registers something is still part of the program.
    """
    lines = OwnLines(spec["root"])
    confined = Confinement(lines, own)
    answer: dict[str, Any]
    try:
        confined.begin()
        recording = record(spec, Watch(lines, spec["environment"], (repository_of(Path(spec["root"])), own)))
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as the interpreter's own end does
        atexit._run_exitfuncs()
        answer = {"recording": recording()}
    except BaseException as error:  # SystemExit and the like are faults of the program, too
        answer = dict(fault_of(error, spec))
    confined.end()
    if confined.notes:
        what, where = confined.notes[0]
        answer = {"error": what, "where": where}
    _answer(answer, out)
    os._exit(0)


def _answer(answer: dict[str, Any], out: Path) -> None:
    try:
        text = json.dumps(answer)
    except (RecursionError, MemoryError, ValueError, TypeError) as error:
        text = json.dumps({"error": f"what it registers cannot be written down ({type(error).__name__})", "where": ""})
    if len(text) > LARGEST:
        what = f"what the program registers is more than {LARGEST >> 20} MB: too large to be judged"
        text = json.dumps({"error": what, "where": ""})
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
