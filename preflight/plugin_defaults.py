"""What the provider makes of absent arguments, asked of the provider itself: writes `facts/<cloud>/defaults.yaml`.

    python -m preflight.plugin_defaults --write [PLUGIN]

The plugin is started alone. For every type that the tables and readers know it is asked, by the engine's own
`Check`, what it would make of a resource with nothing but its required arguments, all of them unknown.
"""

import argparse
import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import grpc
import yaml
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from facts.tables import leaks
from preflight.record import KEPT, TIME_LIMIT, end
from terms.problem import InputError, Problem

PACKAGES: Final = {"tencent": "tencentcloud"}
_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_NAMES: Final = ("first", "second")
_HEAD: Final = """\
# What the provider makes of an absent argument, by type. Generated from the plugin's own Check, not to be edited:
#     python -m preflight.plugin_defaults --write
"""


@dataclass(frozen=True)
class Plugin:
    """A running provider plugin: its version, the required arguments of every type, and its `Check`."""

    version: str
    required: Mapping[str, tuple[str, ...]]
    _stub: Any

    def defaults(self, type_: str) -> dict[str, Any]:
        """The arguments that the plugin adds to a resource with only its required ones.

        What depends on the resource's name (a name made up for it) is no default.
        """
        first, second = (self._check(type_, name) for name in _NAMES)
        return {key: _plain(value) for key, value in sorted(first.items()) if second.get(key) == value}

    def _check(self, type_: str, name: str) -> dict[str, Any]:
        given = dict.fromkeys(self.required[type_], _UNKNOWN)
        news = Struct()
        news.update(given)
        request = provider_pb2.CheckRequest(
            urn=f"urn:pulumi:defaults::defaults::{type_}::{name}",
            name=name,
            type=type_,
            olds=Struct(),
            news=news,
            randomSeed=name.encode().ljust(32),
        )
        response = self._stub.Check(request, timeout=TIME_LIMIT.total_seconds())
        inputs = json_format.MessageToDict(response.inputs)
        return {key: value for key, value in inputs.items() if key not in given and not key.startswith("__")}


@contextmanager
def running_plugin(binary: str) -> Iterator[Plugin]:
    """Start a provider plugin alone, without credentials, and end it afterwards."""
    environment = {key: value for key, value in os.environ.items() if key in KEPT}
    process = subprocess.Popen(
        [binary],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        port = _port(process, TIME_LIMIT)
        options = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            version = stub.GetPluginInfo(Empty(), wait_for_ready=True, timeout=60).version
            schema = json.loads(stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=60).schema)
            required = {
                type_: tuple(resource.get("requiredInputs", ())) for type_, resource in schema["resources"].items()
            }
            yield Plugin(version, required, stub)
    finally:
        end(process)


def _port(process: "subprocess.Popen[bytes]", time_limit: timedelta) -> int:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], time_limit.total_seconds())
    line = process.stdout.readline().strip() if ready else b""
    if not line.isdigit():
        raise InputError(Problem("the plugin wrote no port", file=str(process.args)))
    return int(line)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def table(cloud: str, plugin: Plugin) -> dict[str, Any]:
    """The whole table of a cloud: every type that anything here looks into and the plugin has."""
    judged = {*import_module(f"facts.{cloud}").CLOUD.readers, *leaks(cloud)}
    types = {type_: plugin.defaults(type_) for type_ in sorted(judged) if type_ in plugin.required}
    return {
        "provider": PACKAGES[cloud],
        "version": plugin.version,
        "types": {type_: defaults for type_, defaults in types.items() if defaults},
    }


def find_plugin(cloud: str) -> str | None:
    """The plugin of a cloud's provider on the path, if it is there."""
    return shutil.which(f"pulumi-resource-{PACKAGES[cloud]}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask a provider plugin for its defaults.")
    parser.add_argument("plugin", nargs="?", help="the plugin's file; else it is looked for on the path")
    parser.add_argument("--cloud", choices=sorted(PACKAGES), default="tencent")
    parser.add_argument("--write", action="store_true", help="write the table instead of printing it")
    given = parser.parse_args()
    binary = given.plugin or find_plugin(given.cloud)
    if binary is None:
        parser.error(f"pulumi-resource-{PACKAGES[given.cloud]} is not on the path")
    with running_plugin(binary) as plugin:
        found = table(given.cloud, plugin)
    document = {"provider": found["provider"], "version": found["version"], "as_of": date.today().isoformat()}
    text = _HEAD + yaml.safe_dump(document | {"types": found["types"]}, sort_keys=False, width=120)
    if given.write:
        (Path(__file__).parents[1] / "facts" / given.cloud / "defaults.yaml").write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
