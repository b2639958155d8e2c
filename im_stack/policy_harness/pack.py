"""Running policy pack: unmodified, in its own process, called over the engine's protocol."""

import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NoReturn

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from im_stack.policy_harness.config import engine_config, policies
from im_stack.policy_harness.errors import PackFault
from im_stack.policy_harness.process import PackProcess, started
from im_stack.policy_harness.redact import Secrets
from im_stack.policy_harness.verdicts import (
    Diagnostic,
    EnforcementLevel,
    NotApplicable,
    Policy,
    Remediation,
    Report,
    not_run,
)
from im_stack.policy_harness.wire import Resource, Stack, in_stack, plain, registered, to_analyze, to_remediate

TIME_LIMIT: Final = timedelta(seconds=60)
_OPTIONS: Final = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]


class Pack:
    """A running, configured pack. `info` is its own description, `policies` its configured policies."""

    def __init__(
        self, stub: Any, process: PackProcess, stack: Stack, secrets: Secrets, time_limit: timedelta, may_print: bool
    ) -> None:
        self.stack = stack
        self.info: Any = None
        self.policies: Mapping[str, Policy] = {}
        self._stub = stub
        self._process = process
        self._secrets = secrets
        self._time_limit = time_limit
        self._may_print = may_print
        self._until = 0.0

    def begin(self) -> None:
        """Send the stack to the pack and read its description. Raises `PackFault`."""
        self._until = time.monotonic() + self._time_limit.total_seconds()
        stack = self.stack
        if stack.configured:
            request = analyzer_pb2.AnalyzerStackConfigureRequest(
                stack=stack.name,
                project=stack.project,
                organization=stack.organization,
                dry_run=stack.dry_run,
                config_secret_keys=stack.secrets,
                config=stack.config,
                tags=stack.tags,
            )
            self._ask("ConfigureStack", request)
        self.info = self._ask("GetAnalyzerInfo", Empty())

    def configure(self, given: Mapping[str, Any]) -> None:
        """Configure the policies; `given` has the format of `--policy-pack-config`. Raises `ConfigFault`."""
        self._until = time.monotonic() + self._time_limit.total_seconds()
        config = engine_config(self.info, given)
        self._ask("Configure", analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config))
        self.policies = policies(self.info, config)

    def judge(self, resources: Iterable[Resource], *, seed: object = None, untargeted: Collection[str] = ()) -> Report:
        """Report of the pack about one deployment: resource by resource in order, then the stack.

        Stack policies get the resources in an order shuffled by `seed`, since the engine's is random (None: as
        registered). Resources named in `untargeted` are shown to stack policies only, as with `pulumi up --target`.
        Later policies get the properties of a remediated resource. The pack's time limit covers all of it. Raises
        `PackFault`.
        """
        self._until = time.monotonic() + self._time_limit.total_seconds()
        deployment = _Deployment(self, registered(resources, self.stack))
        for resource in deployment.order:
            if resource.name not in untargeted:
                deployment.register(resource)
        deployment.finish(seed)
        self.check_output()
        return deployment.report()

    def check_output(self) -> None:
        """Raises `PackFault` where the pack printed anything after its port."""
        printed = self._process.printed().strip()
        if printed and not self._may_print:
            self._fault(f"the pack printed {printed.splitlines()[0][:300]!r} to standard output, which is the engine's")

    def learn(self, value: Any) -> None:
        """Register the secrets of a wire value before the pack gets them."""
        self._secrets.learn(value)

    def redact(self, text: str) -> tuple[str, bool]:
        """A text without secrets, and whether it had one."""
        safe = self._secrets.redact(text)
        return safe, safe != text

    def ask(self, method: str, request: Any, of: str) -> Any:
        """One call within the remaining time. Raises `PackFault`."""
        return self._ask(method, request, f" of {of}")

    def _ask(self, method: str, request: Any, of: str = "") -> Any:
        left = max(self._until - time.monotonic(), 0.001)
        try:
            return getattr(self._stub, method)(request, timeout=left, wait_for_ready=self.info is None)
        except grpc.RpcError as error:
            self._explain(error, f"{method}{of}")

    def _explain(self, error: Any, what: str) -> NoReturn:
        if self._process.died():
            self._fault(f"the pack died in {what}{self._process.last_words()}")
        if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
            self._fault(f"the pack did not answer {what} within {self._time_limit.total_seconds():g} s")
        details = (error.details() or str(error.code())).removeprefix("Exception calling application: ")
        details = details or "a policy raised an exception without a message"
        self._fault(f"the pack failed in {what}: {details}{_last(self._process.last_words(), details)}")

    def _fault(self, text: str) -> NoReturn:
        raise PackFault(self.redact(text)[0]) from None


def _last(words: str, details: str) -> str:
    """Last line on standard error, which names the exception, unless the details have it."""
    return "" if not words or words.removeprefix(": ") == details else f" ({words.removeprefix(': ')})"


class _Deployment:
    """State of one deployment: registered resources, their remediated properties, and the pack's messages."""

    def __init__(self, pack: Pack, order: list[Resource]) -> None:
        self.order = order
        self._pack = pack
        self._now = {r.urn: r for r in order}
        self._urns: list[str] = []
        self._diagnostics: list[Diagnostic] = []
        self._not_applicable: list[NotApplicable] = []
        self._remediations: list[Remediation] = []
        self._remediated_not: list[NotApplicable] = []
        self._remediate = any(p.level is EnforcementLevel.REMEDIATE for p in pack.policies.values())
        for resource in order:
            pack.learn(resource.inputs)
            pack.learn(resource.outputs)

    def register(self, resource: Resource) -> None:
        """Show one resource to the resource policies, remediations first."""
        provider = self._now.get(resource.provider)
        stack = self._pack.stack
        self._urns.append(resource.urn)
        if self._remediate:
            resource = self._remedied(resource, provider)
        response = self._pack.ask("Analyze", to_analyze(resource, provider, stack), repr(resource.name))
        self._keep(response, resource.urn)

    def _remedied(self, resource: Resource, provider: Resource | None) -> Resource:
        response = self._pack.ask("Remediate", to_remediate(resource, provider, self._pack.stack), repr(resource.name))
        for answer in response.remediations:
            if answer.diagnostic:
                message, leaks = self._pack.redact(answer.diagnostic)
                level = EnforcementLevel.ADVISORY
                self._diagnostics.append(Diagnostic(answer.policyName, resource.urn, message, level, True, leaks))
            else:
                properties = plain(answer.properties)
                self._pack.learn(properties)
                self._remediations.append(Remediation(answer.policyName, resource.urn, properties))
                resource = replace(resource, inputs=properties)
        self._remediated_not += [NotApplicable(n.policy_name, resource.urn, n.reason) for n in response.not_applicable]
        self._now[resource.urn] = resource
        return resource

    def finish(self, seed: object) -> None:
        """Show the whole stack to the stack policies."""
        resources = [in_stack(r, self._now.get(r.provider), self._pack.stack) for r in self._now.values()]
        if seed is not None:
            random.Random(str(seed)).shuffle(resources)
        request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
        self._keep(self._pack.ask("AnalyzeStack", request, "the stack"), "")

    def _keep(self, response: Any, urn: str) -> None:
        for answer in response.diagnostics:
            message, leaks = self._pack.redact(answer.message)
            where = urn or (answer.urn if answer.urn in self._now else "")
            level = EnforcementLevel.of(answer.enforcementLevel)
            self._diagnostics.append(Diagnostic(answer.policyName, where, message, level, not_run(answer), leaks))
        for absent in response.not_applicable:
            reason = self._pack.redact(absent.reason)[0]
            self._not_applicable.append(NotApplicable(absent.policy_name, urn, reason))

    def report(self) -> Report:
        """The report so far."""
        return Report(
            self._pack.policies,
            self._pack.stack.root,
            list(self._now),
            self._urns,
            self._diagnostics,
            self._not_applicable,
            self._remediations,
            self._remediated_not,
        )


@contextmanager
def running(
    folder: Path,
    stack: Stack | None = None,
    *,
    config: Mapping[str, Any] | None = None,
    python: str | None = None,
    environment: Mapping[str, str] | None = None,
    may_print: bool = False,
    time_limit: timedelta = TIME_LIMIT,
) -> Iterator[Pack]:
    """Start the pack in `folder` for a stack, as the engine does, and end it afterwards.

    `config`: of its policies, in the format of `--policy-pack-config`; `python`: the interpreter, by default the pack's
    own virtual environment, otherwise this one; `environment`: additional variables; `may_print`: output after the port
    is no fault (the engine shows it as a message); `time_limit`: for its start and for each deployment. Raises
    `PackFault` and `ConfigFault`, here and in calls of the pack, without secrets.
    """
    stack = stack or Stack()
    secrets = Secrets()
    for key in stack.secrets:
        secrets.learn_text(stack.config.get(key, ""))
    with started(folder, stack, python, environment or {}) as process:
        port = _safely(secrets, lambda: process.port(time_limit))
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS) as channel:
            pack = Pack(analyzer_pb2_grpc.AnalyzerStub(channel), process, stack, secrets, time_limit, may_print)
            pack.begin()
            pack.configure(config or {})
            yield pack


def _safely(secrets: Secrets, act: Callable[[], int]) -> int:
    try:
        return act()
    except PackFault as fault:
        raise PackFault(secrets.redact(str(fault))) from None
