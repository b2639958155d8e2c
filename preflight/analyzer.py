"""A client of policy packs: drives an unmodified pack over the engine's own protocol, without an engine."""

import json
import os
import random
import select
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from preflight.engine_wire import sent
from preflight.record import KEPT, TIME_LIMIT, end
from preflight.recording import Recording
from preflight.stack_file import StackFile

_OPTIONS: Final = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
_NOT_RUN: Final = "can't run policy "


class PackFault(Exception):
    """The pack did not start, died, or does something that a client without an engine cannot do."""


@dataclass(frozen=True)
class Violation:
    """What a policy reported. `urn` is empty for the stack as a whole."""

    policy: str
    urn: str
    message: str
    blocks: bool


@dataclass(frozen=True)
class Pack:
    """A running pack, configured. `info` is what it says about itself."""

    info: Any
    _stub: Any
    _time_limit: timedelta

    def analyze(self, request: Any) -> list[Violation]:
        """Show one resource to the resource policies: first to those that may change it, then to all.

        Raises `PackFault` where one does change it: only the engine could take that over.
        """
        if analyzer_pb2.REMEDIATE in {policy.enforcementLevel for policy in self.info.policies}:
            response = self._stub.Remediate(request, timeout=self._time_limit.total_seconds())
            changed = sorted(r.policyName for r in response.remediations if r.HasField("properties"))
            if changed:
                raise PackFault(f"{', '.join(changed)} changes resources")
        return self._violations(self._stub.Analyze(request, timeout=self._time_limit.total_seconds()), request.urn)

    def analyze_stack(self, resources: list[Any]) -> list[Violation]:
        """Show the whole stack to the stack policies."""
        request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
        return self._violations(self._stub.AnalyzeStack(request, timeout=self._time_limit.total_seconds()), "")

    def _violations(self, response: Any, urn: str) -> list[Violation]:
        """The engine makes a warning of a policy that met an unknown value; here that blocks, too."""
        return [
            Violation(d.policyName, urn or d.urn, d.message, _mandatory(d) or d.message.startswith(_NOT_RUN))
            for d in response.diagnostics
        ]


def _mandatory(diagnostic: Any) -> bool:
    return bool(diagnostic.enforcementLevel == analyzer_pb2.MANDATORY)


@contextmanager
def running(
    folder: Path,
    stack: StackFile,
    *,
    dry_run: bool = True,
    configured: bool = True,
    python: str = sys.executable,
    time_limit: timedelta = TIME_LIMIT,
) -> Iterator[Pack]:
    """Start the pack in `folder` for a stack, as the engine does, and end it afterwards.

    `configured=False` passes no stack: that is how `pulumi policy analyze` starts a pack. Raises `PackFault`.
    """
    command = [python, "-u", "-m", "pulumi.policy", "127.0.0.1:0", str(folder)]
    environment = {key: value for key, value in os.environ.items() if key in KEPT}
    if configured:
        environment |= _stack_environment(stack, dry_run)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
        try:
            port = _port(process, time_limit)
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS) as channel:
                yield _configured(analyzer_pb2_grpc.AnalyzerStub(channel), stack, dry_run, configured, time_limit)
        except grpc.RpcError as error:
            raise PackFault(f"the pack failed: {error}") from None
        finally:
            end(process)


def _stack_environment(stack: StackFile, dry_run: bool) -> dict[str, str]:
    return {
        "PULUMI_ORGANIZATION": "organization",
        "PULUMI_PROJECT": stack.project,
        "PULUMI_STACK": stack.stack,
        "PULUMI_DRY_RUN": "true" if dry_run else "false",
        "PULUMI_CONFIG": json.dumps(stack.config),
    }


def _port(process: "subprocess.Popen[bytes]", time_limit: timedelta) -> int:
    """The first line a pack writes is its port."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], time_limit.total_seconds())
    line = process.stdout.readline().strip() if ready else b""
    if not line.isdigit():
        raise PackFault("the pack wrote no port: it printed something else, died, or took too long")
    return int(line)


def _configured(stub: Any, stack: StackFile, dry_run: bool, configured: bool, time_limit: timedelta) -> Pack:
    seconds = time_limit.total_seconds()
    if configured:
        request = analyzer_pb2.AnalyzerStackConfigureRequest(
            stack=stack.stack,
            project=stack.project,
            organization="organization",
            dry_run=dry_run,
            config_secret_keys=stack.secrets,
            config=stack.config,
        )
        stub.ConfigureStack(request, timeout=seconds, wait_for_ready=True)
    info = stub.GetAnalyzerInfo(Empty(), timeout=seconds, wait_for_ready=True)
    levels = {policy.name: policy.enforcementLevel for policy in info.policies}
    config = {name: analyzer_pb2.PolicyConfig(enforcementLevel=level) for name, level in levels.items()}
    stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config), timeout=seconds)
    return Pack(info, stub, time_limit)


def drive(
    pack: Pack,
    recording: Recording,
    stack: StackFile,
    *,
    shuffled: random.Random | None = None,
    unseen: Collection[str] = (),
) -> list[Violation]:
    """Everything a running pack reports about a recording: resource by resource, then the stack.

    `shuffled` gives the stack's resources in any order, as the engine does; resources whose name is in
    `unseen` are shown to no resource policy.
    """
    messages = sent(recording, stack.project, stack.stack, stack.config)
    found = [v for m in messages if m.alone.name not in unseen for v in pack.analyze(m.alone)]
    resources = [m.in_stack for m in messages]
    if shuffled:
        shuffled.shuffle(resources)
    return found + pack.analyze_stack(resources)
