"""Running policy pack: unmodified, in its own process, called over the engine's protocol."""

import random
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NoReturn

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from im_stack.policy_harness.errors import CallFault, PackFault, PolicyFault, Raised
from im_stack.policy_harness.protocol.config import engine_config, policies
from im_stack.policy_harness.protocol.process import PackProcess, started
from im_stack.policy_harness.protocol.redact import Secrets
from im_stack.policy_harness.protocol.verdicts import (
    Diagnostic,
    EnforcementLevel,
    NotApplicable,
    Policy,
    Remediation,
    Report,
    not_run,
)
from im_stack.policy_harness.protocol.wire import Resource, Stack, in_stack, plain, registered, to_analyze, to_remediate

TIME_LIMIT: Final = timedelta(seconds=60)
_OPTIONS: Final = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]


class Pack:
    """A running, configured pack. `info` is its own description, `policies` its configured policies."""

    def __init__(self, stub: Any, process: PackProcess, stack: Stack, secrets: Secrets, time_limit: timedelta) -> None:
        self.stack = stack
        self.info: Any = None
        self.policies: Mapping[str, Policy] = {}
        self._stub = stub
        self._process = process
        self._secrets = secrets
        self._time_limit = time_limit
        self._config: Mapping[str, Any] = {}
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
        self._config = engine_config(self.info, given)
        self.policies = policies(self.info, self._config)
        self._configure()

    def _configure(self, alone: str = "") -> None:
        """Configure all policies, or `alone` with all others disabled."""
        off = analyzer_pb2.PolicyConfig(enforcementLevel=EnforcementLevel.DISABLED.number)
        config = {name: off if alone and name != alone else value for name, value in self._config.items()}
        self._ask("Configure", analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config))

    def judge(self, resources: Iterable[Resource], *, seed: object = None, untargeted: Collection[str] = ()) -> Report:
        """Report of the pack about one deployment: resource by resource in order, then the stack.

        Stack policies get the resources in an order shuffled by `seed`, since the engine's is random (None: as
        registered). Resources named in `untargeted` are shown to stack policies only, as with `pulumi up --target`.
        Later policies get the properties of a remediated resource. The pack's time limit covers all of it. Raises
        `PackFault`; where policies raise exceptions, `PolicyFault` with the report of all others.
        """
        self._until = time.monotonic() + self._time_limit.total_seconds()
        order = registered(resources, self.stack)
        deployment = _Deployment(self, order)
        for resource in order:
            if resource.name not in untargeted:
                deployment.register(resource)
        deployment.finish(seed)
        if deployment.raised:
            raise PolicyFault(deployment.raised, deployment.report)
        return deployment.report

    def printed(self) -> tuple[str, bool]:
        """What the pack printed since it was last asked, without secrets, and whether it had one. The engine shows it
        to every user."""
        return self.redact(self._process.printed().strip())

    def learn(self, value: Any) -> None:
        """Register the secrets of a wire value before the pack gets them."""
        self._secrets.learn(value)

    def redact(self, text: str) -> tuple[str, bool]:
        """A text without secrets, and whether it had one."""
        safe = self._secrets.redact(text)
        return safe, safe != text

    def ask(self, method: str, request: Any, urn: str, of_stack: bool) -> tuple[list[Any], list[Raised]]:
        """Answers to one call within the remaining time, and the policies that raised an exception in it.

        There is one answer, or where a policy raises, one of each other policy. Raises `PackFault`.
        """
        of = " of the stack" if of_stack else f" of {urn.rsplit('::', 1)[-1]!r}"
        try:
            return [self._ask(method, request, of)], []
        except CallFault as fault:
            answers, raised = self._one_by_one(method, request, urn, of, of_stack)
            if not raised:
                raise PackFault(str(fault)) from None
            return answers, raised

    def _one_by_one(
        self, method: str, request: Any, urn: str, of: str, of_stack: bool
    ) -> tuple[list[Any], list[Raised]]:
        answers, raised = [], []
        for policy in self.policies.values():
            if policy.of_stack is of_stack and policy.level is not EnforcementLevel.DISABLED:
                self._configure(alone=policy.name)
                self._process.forget_errors()
                try:
                    answers.append(self._ask(method, request, of))
                except CallFault:
                    raised.append(Raised(policy.name, urn, self.redact(self._process.exception())[0]))
        self._configure()
        return answers, raised

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
        text = f"the pack failed in {what}: {details}{_last(self._process.last_words(), details)}"
        raise CallFault(self.redact(text)[0]) from None

    def _fault(self, text: str) -> NoReturn:
        raise PackFault(self.redact(text)[0]) from None


def _last(words: str, details: str) -> str:
    """Last line on standard error, which names the exception, unless the details have it."""
    return "" if not words or words.removeprefix(": ") == details else f" ({words.removeprefix(': ')})"


class _Deployment:
    """State of one deployment: registered resources with their remediated properties, and the report so far."""

    def __init__(self, pack: Pack, order: list[Resource]) -> None:
        self._pack = pack
        self._now = {r.urn: r for r in order}
        self.report = Report(pack.policies, pack.stack.root, list(self._now))
        self.raised: list[Raised] = []
        self._remediate = any(p.level is EnforcementLevel.REMEDIATE for p in pack.policies.values())
        for resource in order:
            pack.learn(resource.inputs)
            pack.learn(resource.outputs)

    def register(self, resource: Resource) -> None:
        """Show one resource to the resource policies, remediations first."""
        provider = self._now.get(resource.provider)
        stack = self._pack.stack
        self.report.urns.append(resource.urn)
        if self._remediate:
            resource = self._remedied(resource, provider)
        self._ask("Analyze", to_analyze(resource, provider, stack), resource.urn)

    def _ask(self, method: str, request: Any, urn: str = "") -> None:
        responses, raised = self._pack.ask(method, request, urn, of_stack=not urn)
        self.raised += raised
        for response in responses:
            self._keep(response, urn)

    def _remedied(self, resource: Resource, provider: Resource | None) -> Resource:
        request = to_remediate(resource, provider, self._pack.stack)
        responses, raised = self._pack.ask("Remediate", request, resource.urn, of_stack=False)
        self.raised += raised
        for answer in (answer for response in responses for answer in response.remediations):
            if answer.diagnostic:
                message, leaks = self._pack.redact(answer.diagnostic)
                level = EnforcementLevel.ADVISORY
                unproven = Diagnostic(answer.policyName, resource.urn, message, level, True, leaks)
                self.report.diagnostics.append(unproven)
            else:
                properties = plain(answer.properties)
                self._pack.learn(properties)
                self.report.remediations.append(Remediation(answer.policyName, resource.urn, properties))
                resource = replace(resource, inputs=properties)
        absent = (each for response in responses for each in response.not_applicable)
        self.report.remediated_not.extend(NotApplicable(n.policy_name, resource.urn, n.reason) for n in absent)
        self._now[resource.urn] = resource
        return resource

    def finish(self, seed: object) -> None:
        """Show the whole stack to the stack policies."""
        resources = [in_stack(r, self._now.get(r.provider), self._pack.stack) for r in self._now.values()]
        if seed is not None:
            random.Random(str(seed)).shuffle(resources)
        request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
        self._ask("AnalyzeStack", request)

    def _keep(self, response: Any, urn: str) -> None:
        for answer in response.diagnostics:
            message, leaks = self._pack.redact(answer.message)
            where = urn or (answer.urn if answer.urn in self._now else "")
            level = EnforcementLevel.of(answer.enforcementLevel)
            found = Diagnostic(answer.policyName, where, message, level, not_run(answer), leaks)
            self.report.diagnostics.append(found)
        for absent in response.not_applicable:
            reason = self._pack.redact(absent.reason)[0]
            self.report.not_applicable.append(NotApplicable(absent.policy_name, urn, reason))


@contextmanager
def running(
    folder: Path | str,
    stack: Stack | None = None,
    *,
    config: Mapping[str, Any] | None = None,
    python: str | None = None,
    environment: Mapping[str, str] | None = None,
    time_limit: timedelta = TIME_LIMIT,
) -> Iterator[Pack]:
    """Start the pack in `folder` for a stack, as the engine does, and end it afterwards.

    `config`: of its policies, in the format of `--policy-pack-config`; `python`: the interpreter, by default the pack's
    own virtual environment, otherwise this one; `environment`: additional variables; `time_limit`: for its start and
    for each deployment. Raises `PackFault` and `ConfigFault`, here and in calls of the pack, without secrets.
    """
    stack = stack or Stack()
    secrets = Secrets()
    for key in stack.secrets:
        secrets.learn_text(stack.config.get(key, ""))
    with started(Path(folder), stack, python, environment or {}) as process:
        try:
            port = process.port(time_limit)
        except PackFault as fault:
            raise PackFault(secrets.redact(str(fault))) from None
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS) as channel:
            pack = Pack(analyzer_pb2_grpc.AnalyzerStub(channel), process, stack, secrets, time_limit)
            pack.begin()
            pack.configure(config or {})
            yield pack
