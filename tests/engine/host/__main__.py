"""Entry point of the language host: prints its port, serves, and ends with the engine.

Arguments: path of the SDK's executor script, address of the engine.
"""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import language_pb2_grpc

from tests.engine.host.language import PythonHost
from tests.engine.host.policy_proxy import OPTIONS


def main(executor: str, engine: str) -> None:
    """Serve until a signal arrives or the engine has exited."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = grpc.server(ThreadPoolExecutor(16), options=OPTIONS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(PythonHost(executor, engine), server)
    parent = os.getppid()
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        print(port, flush=True)
        while os.getppid() == parent:
            time.sleep(0.2)
    except KeyboardInterrupt:
        pass
    finally:
        server.stop(None).wait()  # programs and packs end with the calls that run them


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[-1])
