"""gRPC service `ResourceProvider` of the stand-in: answers from its tables, changes in its cloud."""

import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tests.engine.standin.answers import Answers
from tests.engine.standin.cloud import Cloud, Made, Order, Refused


class Standin(provider_pb2_grpc.ResourceProviderServicer):
    def __init__(self, package: str, cloud: Cloud) -> None:
        self._answers = Answers(package)
        self._cloud = cloud

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self._answers.version)

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return self._checked("CheckConfig", request, context, _plain(request.news), ())

    def DiffConfig(self, _request: Any, _context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, _context: Any) -> Any:
        region = str(_plain(request.args).get("region") or "")
        self._answers = Answers(self._answers.package, region)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    def Check(self, request: Any, context: Any) -> Any:
        if not self._answers.knows(request.type):
            context.abort(grpc.StatusCode.UNKNOWN, f"unrecognized resource type (Check): {request.type}")
        news = _plain(request.news)
        inputs = self._answers.checked(request.type, request.name, _plain(request.olds), news)
        return self._checked("Check", request, context, inputs, self._answers.failures(request.type, news))

    def _checked(self, verb: str, request: Any, context: Any, inputs: dict[str, Any], failures: Iterable[str]) -> Any:
        """Response to a check: the provider's inputs and failures, changed by an order of a test."""
        order = self._cloud.wanted(verb, request.type, request.name)
        failures = [*failures, *([order.says] if order and order.does == "refuse" else [])]
        if order and order.does == "fail":
            context.abort(grpc.StatusCode.UNKNOWN, order.says)
        if order and order.does == "fill":
            inputs |= json.loads(order.says)
        refused = [provider_pb2.CheckFailure(reason=why) for why in failures]
        return provider_pb2.CheckResponse(inputs=struct(inputs), failures=refused)

    def Diff(self, request: Any, _context: Any) -> Any:
        ignored = tuple(request.ignoreChanges)
        changed = self._answers.changed(_plain(request.old_inputs), _plain(request.news))
        changed = [key for key in changed if key not in ignored]
        replacing = self._answers.replacing(request.type, changed)
        kinds = provider_pb2.PropertyDiff
        detailed = {
            key: kinds(kind=kinds.UPDATE_REPLACE if key in replacing else kinds.UPDATE, inputDiff=True)
            for key in changed
        }
        some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some, diffs=changed, replaces=replacing, detailedDiff=detailed, hasDetailedDiff=True
        )

    def Create(self, request: Any, context: Any) -> Any:
        inputs = _plain(request.properties)
        if request.preview:
            outputs = self._answers.outputs(request.type, inputs, None)
            return provider_pb2.CreateResponse(properties=struct(outputs))
        made = self._asked("Create", request, context, lambda: self._make(request, inputs))
        return provider_pb2.CreateResponse(id=made.id, properties=struct(made.outputs))

    def _make(self, request: Any, inputs: Mapping[str, Any]) -> Made:
        seed = f"{request.urn} {self._cloud.times_made(request.type, request.name)}"
        identities = self._answers.identities(request.type, seed, inputs)
        id_, outputs = identities["id"], self._answers.outputs(request.type, inputs, identities)
        row = self._answers.row(request.type)
        instance = self._answers.instance(request.type, id_, inputs) if row.of else ""
        own = str(inputs.get(row.unique, "")) if row.unique else ""
        made = Made(request.type, id_, request.name, instance, own, inputs, outputs)
        with self._changing(instance):
            self._cloud.make(made)
        return made

    def Read(self, request: Any, context: Any) -> Any:
        made = self._asked("Read", request, context, lambda: self._cloud.find(request.type, request.id))
        if made is None:
            return provider_pb2.ReadResponse()
        recorded = _plain(request.inputs)
        inputs = (
            {key: made.outputs.get(key, value) for key, value in recorded.items()} if recorded else dict(made.inputs)
        )
        return provider_pb2.ReadResponse(id=made.id, properties=struct(made.outputs), inputs=struct(inputs))

    def Update(self, request: Any, context: Any) -> Any:
        olds, news = _plain(request.olds), _plain(request.news)
        arguments = {key for key in _plain(request.old_inputs) if key not in news}
        kept = {key: value for key, value in olds.items() if key not in arguments}
        outputs = {**kept, **{key: value for key, value in news.items() if not key.startswith("__")}}
        if not request.preview:
            self._asked("Update", request, context, lambda: self._change(request, news, outputs))
        return provider_pb2.UpdateResponse(properties=struct(outputs))

    def _change(self, request: Any, news: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
        with self._changing(self._answers.instance(request.type, request.id, news)):
            self._cloud.change(request.type, request.id, news, outputs)

    def Delete(self, request: Any, context: Any) -> Any:
        self._asked("Delete", request, context, lambda: self._unmake(request))
        return Empty()

    def _unmake(self, request: Any) -> None:
        row, properties = self._answers.row(request.type), _plain(request.properties)
        with self._changing(self._answers.instance(request.type, request.id, properties)):
            emptied = bool(row.emptied_by and properties.get(row.emptied_by))
            self._cloud.unmake(request.type, request.id, with_contents=emptied)

    def _changing(self, instance: str) -> AbstractContextManager[None]:
        """A change to an instance, exclusive where its type allows one at a time."""
        types = self._cloud.types_of(instance) if instance else ()
        alone = {self._answers.row(type_).alone for type_ in types} - {""}
        return self._cloud.changing(instance if alone else "", afterwards="afterwards" in alone)

    def Cancel(self, _request: Any, _context: Any) -> Any:
        return Empty()

    def _asked(self, verb: str, request: Any, context: Any, do: Any) -> Any:
        """Carry out a request or the order of a test; a refusal has the message format of bridged providers."""
        try:
            with self._cloud.request(verb, request.type, request.name) as order:
                _before(order)
                done = do()
                if order is not None and order.does == "lose":
                    os._exit(1)
                return done
        except Refused as refused:
            error = f"{refused}. (stand-in of {self._answers.package})"
            context.abort(grpc.StatusCode.UNKNOWN, f"1 error occurred:\n\t* {error}\n\n")


def _before(order: Order | None) -> None:
    if order is None:
        return
    if order.does == "die":
        os._exit(1)
    if order.does == "wait":
        time.sleep(order.seconds)
    if order.does == "refuse":
        raise Refused(order.says)


def _plain(struct: Any) -> dict[str, Any]:
    return dict(json_format.MessageToDict(struct))


def struct(value: Mapping[str, Any]) -> Struct:
    """Values as the protocol has them."""
    made = Struct()
    made.update(value)
    return made
