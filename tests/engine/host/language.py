"""gRPC service `LanguageRuntime` for Python: runs a program to its end, and a policy pack until the engine hangs up."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, language_pb2, language_pb2_grpc, plugin_pb2

from tests.engine.host.child import Child, interpreter
from tests.engine.host.policy_proxy import OPTIONS, PolicyProxy

SHOWN_ALREADY = 32
"""The exit status of a program that has shown its error to the user itself."""


class PythonHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs with `executor`, the SDK's script. It installs nothing and names no required plugins."""

    def __init__(self, executor: str, engine: str) -> None:
        self._executor = executor
        self._engine = engine

    def Handshake(self, request: Any, _context: Any) -> Any:
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        return plugin_pb2.PluginInfo()

    def GetRequiredPackages(self, _request: Any, _context: Any) -> Any:
        return language_pb2.GetRequiredPackagesResponse()

    def InstallDependencies(self, _request: Any, _context: Any) -> Iterator[Any]:
        return iter(())

    def About(self, request: Any, _context: Any) -> Any:
        return language_pb2.AboutResponse(executable=interpreter(request.info))

    def Run(self, request: Any, context: Any) -> Any:
        info = request.info
        options = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        arguments = [text for key, value in options.items() for text in (f"--{key}", value)]
        variables = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        with grpc.insecure_channel(self._engine, options=OPTIONS) as channel:
            engine = engine_pb2_grpc.EngineStub(channel)
            child = Child(
                [_python(info, context), "-u", self._executor, *arguments, info.entry_point, *request.args],
                info.program_directory,
                os.environ | variables,
                out=lambda line: _say(engine, line),
                err=lambda line: _say(engine, line),  # an error would fail the run, and a warning is printed there, too
            )
            _when_over(context, child.kill)
            status = child.wait()
        if status == SHOWN_ALREADY:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program ended with status {status}" if status else "")

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        if request.kind != "analyzer":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"this host runs policy packs, no {request.kind}")
        pack = request.info.program_directory
        command = [_python(request.info, context), "-u", "-m", "pulumi.policy", *request.args, pack]
        proxy = PolicyProxy(command, pack, dict(variable.split("=", 1) for variable in request.env))
        _when_over(context, proxy.close)
        yield from proxy.output()


def _when_over(context: Any, end: Callable[[], None]) -> None:
    """Call `end` when the call is over or the engine has hung up."""
    if not context.add_callback(end):
        end()


def _python(info: Any, context: Any) -> str:
    try:
        return interpreter(info)
    except FileNotFoundError as fault:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(fault))
        raise


def _say(engine: Any, line: bytes) -> None:
    """Log a line that a program printed; ignored if the engine has exited."""
    with contextlib.suppress(grpc.RpcError):
        engine.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=line.decode(errors="replace")))
