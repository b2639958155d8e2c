"""gRPC proxy between the engine and a policy pack: starts the pack once the stack is known, then forwards every call.

A pack reads its configuration from the environment at its start, but the engine sends it only in its second call.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event, Lock
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2, language_pb2

from tests.engine.host.child import Child

OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
_ANALYZER = "/pulumirpc.Analyzer/"
_READY = 30  # seconds from the pack's port to its first answer


class PolicyProxy(grpc.GenericRpcHandler):
    """A server for one pack, whose process is `command` in `folder`."""

    def __init__(self, command: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
        self._command, self._folder, self._environment = command, folder, environment
        self._lock = Lock()
        self._child: Child | None = None
        self._port = 0
        self._begun = Event()  # the pack has said its port, or it never will
        self._channel: grpc.Channel | None = None
        self._output: SimpleQueue[Any] = SimpleQueue()
        self._server = grpc.server(ThreadPoolExecutor(8), [self], options=OPTIONS)
        port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()
        self._print(stdout=f"{port}\n".encode())

    def output(self) -> Iterator[Any]:
        """The pack's output for the engine: first the proxy's port, last the exit status."""
        return iter(self._output.get, None)

    def close(self) -> None:
        """End the pack and the server."""
        if self._child:
            self._child.kill()
        if self._channel:
            self._channel.close()
        self._server.stop(None)
        self._output.put(None)

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        method = details.method.removeprefix(_ANALYZER)
        if method == "Handshake":
            return None  # no pack implements it
        return grpc.unary_unary_rpc_method_handler(lambda request, context: self._pass_on(method, request, context))

    def _pass_on(self, method: str, request: bytes, context: Any) -> bytes:
        if method == "Cancel" and self._channel is None:
            return b""
        try:
            channel = self._pack(_environment(request) if method == "ConfigureStack" else {})
            answer: bytes = channel.unary_unary(_ANALYZER + method)(request)
        except OSError as fault:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(fault))
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())
        return answer

    def _pack(self, variables: dict[str, str]) -> grpc.Channel:
        """Channel to the pack, which the first call starts. Raises `OSError` where it does not start."""
        with self._lock:
            if self._channel is None:
                variables = {**variables, **self._environment}
                self._child = Child(self._command, self._folder, variables, self._out, self._err, self._ended)
                self._begun.wait()
                if not self._port:
                    raise OSError("the policy pack ended, or printed something, before it said its port")
                self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options=OPTIONS)
                grpc.channel_ready_future(self._channel).result(timeout=_READY)
            return self._channel

    def _out(self, line: bytes) -> None:
        if self._begun.is_set():
            self._print(stdout=line)
        else:
            text = line.strip()
            self._port = int(text) if text.isdigit() else 0
            self._begun.set()

    def _err(self, line: bytes) -> None:
        self._print(stderr=line)

    def _ended(self, status: int) -> None:
        self._begun.set()
        self._print(exitcode=status)
        self._output.put(None)

    def _print(self, **output: Any) -> None:
        self._output.put(language_pb2.RunPluginResponse(**output))


def _environment(request: bytes) -> dict[str, str]:
    """Environment variables that describe the stack to a pack."""
    stack = analyzer_pb2.AnalyzerStackConfigureRequest.FromString(request)
    return {
        "PULUMI_ORGANIZATION": stack.organization,
        "PULUMI_PROJECT": stack.project,
        "PULUMI_STACK": stack.stack,
        "PULUMI_DRY_RUN": "true" if stack.dry_run else "false",
        "PULUMI_CONFIG": json.dumps(dict(stack.config)),
    }
