"""Resource transforms, run as the engine runs them: callbacks into the program, through Pulumi's own protocol.

In: a registration request. Out: its inputs, dependencies and options after all transforms. Raises `TransformFault`. A
transform may change any input and most options; without it the judgement would be of another stack.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import grpc
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from im_stack.facts.wire.constants import OUTPUT, SECRET, SIGNATURE, UNKNOWN, is_secret, is_unknown
from im_stack.facts.wire.walk import map_values, walk

_SECONDS: Final = 30


class TransformFault(Exception):
    """A transform raised, or could not be called: the engine would refuse the registration."""


@dataclass(frozen=True)
class Transformed:
    """A registration after its transforms: inputs in wire form, dependencies, options."""

    inputs: Struct
    links: dict[str, list[str]]
    options: Any


class Transforms:
    """The transforms of one program: of the stack, and of each resource for itself and what is below it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_stack: list[Any] = []
        self._of: dict[str, list[Any]] = {}
        self._parents: dict[str, str] = {}

    def add_to_stack(self, callback: Any) -> None:
        with self._lock:
            self._of_stack.append(callback)

    def registered(self, urn: str, request: Any) -> None:
        """Apply the request's own transforms to all registrations below `urn`."""
        with self._lock:
            self._parents[urn] = request.parent
            self._of[urn] = list(request.transforms)

    def apply(self, request: Any, provider: str) -> Transformed:
        """Run everything that applies to a registration: its own, its parents' from the inside out, the stack's.

        Raises `TransformFault`.
        """
        links = {key: sorted(deps.urns) for key, deps in request.propertyDependencies.items()}
        options, callbacks = _options(request, provider), self._callbacks(request)
        if not callbacks:
            return Transformed(request.object, links, options)
        own = bool(request.transforms)
        plain = json_format.MessageToDict(request.object)
        inputs = _struct({key: _as_output(value, links.get(key, []) if own else []) for key, value in plain.items()})
        for callback in callbacks:
            response = _call(callback, request, inputs, options)
            inputs = response.properties if response.HasField("properties") else inputs
            options = response.options if response.HasField("options") else options
        changed = json_format.MessageToDict(inputs)
        if own:  # the engine then believes only what the values themselves say
            links = {key: sorted(set(_dependencies(value))) for key, value in changed.items()}
        return Transformed(_struct(map_values(changed, _without_output)), links, options)

    def _callbacks(self, request: Any) -> list[Any]:
        with self._lock:
            found, above = list(request.transforms), request.parent
            while above:
                found += self._of.get(above, [])
                above = self._parents.get(above, "")
            return found + self._of_stack


def _call(callback: Any, request: Any, inputs: Struct, options: Any) -> Any:
    asked = resource_pb2.TransformRequest(
        type=request.type,
        name=request.name,
        custom=request.custom,
        parent=request.parent,
        properties=inputs,
        options=options,
    )
    message = callback_pb2.CallbackInvokeRequest(token=callback.token, request=asked.SerializeToString())
    with grpc.insecure_channel(callback.target) as channel:
        try:
            answer = callback_pb2_grpc.CallbacksStub(channel).Invoke(message, timeout=_SECONDS, wait_for_ready=True)
        except grpc.RpcError as error:
            details = error.details() if isinstance(error, grpc.Call) else str(error)
            first = str(details).splitlines()[0].split(" error: ")[-1].rstrip(":")
            raise TransformFault(f"a transform of {request.type} {request.name!r} failed: {first}") from None
    return resource_pb2.TransformResponse.FromString(answer.response)


def _options(request: Any, provider: str) -> Any:
    """The options a transform sees, field by field as the engine fills them."""
    options = resource_pb2.TransformResourceOptions(
        depends_on=request.dependencies,
        ignore_changes=request.ignoreChanges,
        replace_on_changes=request.replaceOnChanges,
        version=request.version,
        aliases=request.aliases,
        provider=provider,
        providers=request.providers,
        plugin_download_url=request.pluginDownloadURL,
        deleted_with=request.deletedWith,
        replace_with=request.replace_with,
        hooks=request.hooks,
        additional_secret_outputs=request.additionalSecretOutputs,
    )
    if request.HasField("customTimeouts"):
        options.custom_timeouts.CopyFrom(request.customTimeouts)
    if request.HasField("protect"):
        options.protect = request.protect
    if request.HasField("retainOnDelete"):
        options.retain_on_delete = request.retainOnDelete
    if request.deleteBeforeReplaceDefined or request.deleteBeforeReplace:
        options.delete_before_replace = request.deleteBeforeReplace
    setattr(options, "import", request.importId)
    return options


def _as_output(value: Any, links: Iterable[str] = ()) -> Any:
    """A wire value as a transform gets it: unknown and secret values are outputs, a linked one has its dependencies."""
    output = map_values(value, _output)
    if not links:
        return output
    if not (isinstance(output, Mapping) and output.get(SIGNATURE) == OUTPUT):
        output = {SIGNATURE: OUTPUT, "value": output}
    return {**output, "dependencies": list(links)}


def _output(value: Any) -> Any:
    if is_unknown(value):
        return {SIGNATURE: OUTPUT}
    if is_secret(value):
        inner = value.get("value")
        return {SIGNATURE: OUTPUT, "secret": True, **({} if inner == {SIGNATURE: OUTPUT} else {"value": inner})}
    return value


def _without_output(value: Any) -> Any:
    """The way back: an output as the unknown, the secret, or the value that it is."""
    if not isinstance(value, dict) or value.get(SIGNATURE) != OUTPUT:
        return value
    inner = value.get("value", UNKNOWN)
    return {SIGNATURE: SECRET, "value": inner} if value.get("secret") else inner


def _dependencies(value: Any) -> Iterable[str]:
    """The URNs that the outputs inside a value were made from."""
    for inner in walk(value):
        if isinstance(inner, dict) and inner.get(SIGNATURE) == OUTPUT:
            yield from inner.get("dependencies", [])


def _struct(values: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(values)
    return struct
