"""Provider plugin as a process of its own, called through the engine's protocol without engine, login or credentials.

In: the plugin's binary; per call a resource's inputs as plain values. Out: the checked inputs, or `Failure`s. Raises
`InputError` where the plugin does not start.
"""

import hashlib
import json
import os
import re
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

import grpc
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.preflight.recording.record import PASSED_ON, TIME_LIMIT, end
from im_stack.terms.problem import InputError, Problem

_OPTIONS: Final = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
_WHERE: Final = re.compile(r"\s*Examine values at '[^'.]*\.?([^']*)'\.?\s*$")


@dataclass(frozen=True)
class Failure:
    """Why the provider refuses a resource: the property, where it says so, and the reason."""

    property: str
    reason: str


@dataclass(frozen=True)
class Answer:
    """Checked inputs of a resource with the provider's defaults, or the reasons why it refuses them."""

    inputs: dict[str, Any]
    failures: tuple[Failure, ...]


class Plugin:
    """A running plugin. It is waited for when it is first asked, not before."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._channel: grpc.Channel | None = None

    @cached_property
    def _stub(self) -> Any:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{_port(self._process, TIME_LIMIT)}", options=_OPTIONS)
        stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        stub.GetPluginInfo(Empty(), wait_for_ready=True, timeout=TIME_LIMIT.total_seconds())
        return stub

    @cached_property
    def version(self) -> str:
        return str(self._stub.GetPluginInfo(Empty(), timeout=TIME_LIMIT.total_seconds()).version)

    @cached_property
    def required(self) -> Mapping[str, tuple[str, ...]]:
        """The required arguments of every type. Reads the whole schema, which takes a second."""
        schema = json.loads(self._stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=60).schema)
        return {type_: tuple(resource.get("requiredInputs", ())) for type_, resource in schema["resources"].items()}

    def check(self, urn: str, type_: str, name: str, inputs: Mapping[str, Any]) -> Answer:
        """Ask the provider whether it takes a resource (or itself, as a provider resource) with these inputs.

        `inputs` are plain values and the engine's texts for unknowns, no secrets: the plugin takes none.
        A name that the provider makes up is the same in every run.
        """
        news = Struct()
        news.update(inputs)
        request = provider_pb2.CheckRequest(
            urn=urn, name=name, type=type_, olds=Struct(), news=news, randomSeed=hashlib.sha256(urn.encode()).digest()
        )
        ask = self._stub.CheckConfig if type_.startswith(PROVIDER) else self._stub.Check
        try:
            response = ask(request, timeout=TIME_LIMIT.total_seconds())
        except grpc.RpcError as error:
            details = error.details() if isinstance(error, grpc.Call) else str(error)
            return Answer(dict(inputs), (Failure("", str(details)),))
        failures = tuple(_failure(f.property, f.reason) for f in response.failures)
        return Answer(json_format.MessageToDict(response.inputs), failures)

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()
        end(self._process)


def _failure(argument: str, reason: str) -> Failure:
    """Bridged providers leave the property out and end the reason with where it is."""
    where = _WHERE.search(reason)
    return Failure(argument or (where.group(1) if where else ""), _WHERE.sub("", reason).strip())


@contextmanager
def running_plugin(binary: str) -> Iterator[Plugin]:
    """Start a provider's plugin and end it afterwards."""
    environment = {key: value for key, value in os.environ.items() if key in PASSED_ON}
    process = subprocess.Popen(
        [binary],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    plugin = Plugin(process)
    try:
        yield plugin
    finally:
        plugin.close()


def find_plugin(package: str) -> str | None:
    """The plugin of a provider's package on the path, if it is there."""
    return shutil.which(f"pulumi-resource-{package}")


def _port(process: "subprocess.Popen[bytes]", time_limit: timedelta) -> int:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], time_limit.total_seconds())
    line = process.stdout.readline().strip() if ready else b""
    if not line.isdigit():
        raise InputError(Problem("the plugin wrote no port", file=str(process.args)))
    return int(line)
