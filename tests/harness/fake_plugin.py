"""A provider plugin for tests: speaks the engine's protocol, refuses short retentions, and quotes what it was given."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc


class _Fake(provider_pb2_grpc.ResourceProviderServicer):
    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="9.9.9-fake")

    def CheckConfig(self, request: Any, _context: Any) -> Any:
        return _answer(request, {"nokey": "Invalid or unknown key"})

    def Check(self, request: Any, context: Any) -> Any:
        if "lighthouse" in request.type.lower():
            context.abort(grpc.StatusCode.UNKNOWN, f"unrecognized resource type (Check): {request.type}")
        return _answer(request, {"refuse": "the whole thing"})


def _answer(request: Any, refused: dict[str, str]) -> Any:
    given = json_format.MessageToDict(request.news)
    failures = [
        provider_pb2.CheckFailure(reason=f"{why}. Examine values at '{request.name}.{key}'.")
        for key, why in refused.items()
        if key in given
    ]
    period = given.get("retentionPeriod")
    if isinstance(period, float) and period < 7:
        reason = f'"retention_period" cannot be lower than 7: {period:g}.'
        failures.append(provider_pb2.CheckFailure(reason=f"{reason} Examine values at 'x.retentionPeriod'."))
    password = given.get("rootPassword")
    if isinstance(password, str) and len(password) < 12:
        failures.append(provider_pb2.CheckFailure(property="rootPassword", reason=f"too short: {password!r}"))
    filled = {"acl": "public-read", "__defaults": ["acl"]} if request.type.endswith(":Bucket") else {}
    inputs = Struct()
    inputs.update({**filled, **given})
    return provider_pb2.CheckResponse(inputs=inputs, failures=failures)


def install(folder: Path, root: Path) -> str:
    """Put an executable of the plugin into `folder`, for PATH."""
    binary = folder / "pulumi-resource-tencentcloud"
    binary.write_text(f"#!/bin/sh\nPYTHONPATH={root} exec {sys.executable} -m tests.harness.fake_plugin\n")
    binary.chmod(0o755)
    return str(folder)


def main() -> None:
    server = grpc.server(ThreadPoolExecutor(2))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(_Fake(), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    time.sleep(600)


if __name__ == "__main__":
    main()
