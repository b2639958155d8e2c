"""Entry point of the stand-in: prints its port, serves, and ends with the engine.

    python -m tests.engine.standin PACKAGE [the engine's address]

`STANDIN_CLOUD` names the file of its cloud; without it the cloud ends with the plugin.
"""

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from tests.engine.host.policy_proxy import OPTIONS
from tests.engine.standin import CLOUD, STARTED_BY
from tests.engine.standin.cloud import Cloud
from tests.engine.standin.plugin import Standin

_AT_ONCE = 32


def main(package: str) -> None:
    with tempfile.TemporaryDirectory(prefix="standin-") as folder:
        cloud = Cloud(Path(os.environ.get(CLOUD) or f"{folder}/cloud.sqlite"))
        server = grpc.server(ThreadPoolExecutor(_AT_ONCE), options=OPTIONS)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(Standin(package, cloud), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        print(port, flush=True)
        while os.getppid() == STARTED_BY:
            time.sleep(0.2)
    os._exit(0)  # without waiting for pending requests, whose caller has exited


if __name__ == "__main__":
    main(sys.argv[1])
