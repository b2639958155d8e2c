"""Lambda functions: when they run, where they log, who may invoke them, what they send on, and their keyring duties.

With them what invokes functions: schedules, rules of EventBridge and their targets, event sources, URLs, permissions.
"""

from collections.abc import Iterator
from functools import reduce

from im_stack.facts.aws.arns import named, types_of
from im_stack.facts.aws.compute.key_rotation import ARGUMENTS, read_key_rotation
from im_stack.facts.aws.compute.lambda_targets import ALIAS, FUNCTION, call_of
from im_stack.facts.aws.compute.timers import (
    INVOKE,
    NARROWS,
    PERMISSION,
    RESOURCE_POLICY,
    RULE,
    SCHEDULE,
    TARGET,
    timers,
)
from im_stack.facts.aws.identity.documents import admits, lets_in
from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.aws.location import account_of, arns
from im_stack.facts.aws.monitoring.logs import GROUP
from im_stack.facts.aws.network.vpc import GROUPS as SECURITY_GROUPS
from im_stack.facts.aws.network.vpc import SUBNET
from im_stack.facts.aws.stores.queues import QUEUE, sends_on
from im_stack.facts.mechanism.cloud import Link
from im_stack.facts.mechanism.graph import Links
from im_stack.facts.mechanism.rows import Facts, always, differs, exposure, looked_up, reads, resource, setting_of
from im_stack.facts.mechanism.view import View, as_items, member, test
from im_stack.facts.model import ABSENT, Exposure, Fact, Unknown, Unresolved

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
URL = "aws:lambda/functionUrl:FunctionUrl"
_AWAY = "a function outside a private network reaches the Internet (Lambda developer guide, networking)"
_SERVICE = ".amazonaws.com"


@reads("timeout", *ARGUMENTS)
def _timers(view: View) -> Iterator[Fact]:
    runs = list(timers(view))
    yield from runs
    yield from read_key_rotation(view, runs)


@reads("environment", "kmsKeyArn")
def _environment(view: View) -> Iterator[Fact]:
    if view.get("environment") is not ABSENT:
        yield from under_key("its environment", "KMS", "kmsKeyArn")(view)


@reads("name", "loggingConfig")
def _logs(view: View) -> Iterator[Fact]:
    """Lines go to a group that is named, or one that the service makes and that no resource shows."""
    group = member(view.get("loggingConfig"), "logGroup")
    if group in (ABSENT, ""):
        name = view.get("name")
        own = f"/aws/lambda/{name}" if isinstance(name, str) else Unknown("its name")
        doubts = view.links("name", {GROUP}, (own,)).doubts
    else:
        doubts = named(view.resource, "loggingConfig", group, {GROUP}, view.graph).doubts
    yield from view.unresolved(doubts, "its logs")


_SIGNED = "set it to AWS_IAM"


@reads("vpcConfig")
def _egress(view: View) -> Iterator[Fact]:
    """A function in the subnets of a network goes out by its security groups, which are judged; any other anywhere."""
    config = view.get("vpcConfig")
    lists = {"subnetIds": frozenset({SUBNET}), "securityGroupIds": SECURITY_GROUPS}
    given = {name: member(config, name) for name in lists}
    inside = not any(view.links("vpcConfig", types, as_items(given[name])).doubts for name, types in lists.items())
    is_open = True if any(value in (ABSENT, ()) for value in given.values()) else None if not inside else False
    evidence, how = view.evidence("vpcConfig", _AWAY), "name subnets and security groups of this stack in it"
    yield Exposure(view.urn, "the way to the Internet", is_open, evidence, alone=True, how=how)


def _invokes(argument: str, *path: str, what: str = "") -> Facts:
    """What invokes a function must invoke one of this stack. It is named at `path` in an argument."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        value = reduce(member, path, view.get(argument))
        doubts = call_of(view.resource, argument, value, view.graph).doubts
        yield from view.unresolved(doubts, what)

    return facts


_SOURCES = {
    "sourceArn": ("ArnLike", "aws:SourceArn"),
    "sourceAccount": ("StringEquals", "aws:SourceAccount"),
}
"""The conditions that the service makes of what a permission names besides its principal."""


def _source(view: View, service: str) -> Links:
    """The resource of this stack on whose behalf a service may invoke the function: one of that service's own."""
    types = types_of(service.removesuffix(_SERVICE).split(".")[0])
    return named(view.resource, "sourceArn", view.get("sourceArn"), types, view.graph)


@reads("principal", "action", *_SOURCES, "functionUrlAuthType")
def _permission(view: View) -> Iterator[Fact]:
    """A permission is one statement of the function's policy, and judged as such."""
    condition: dict[str, dict[str, str | None]] = {}
    if not _source(view, str(view.get("principal"))).doubts:  # it is of this account, whatever else is asked
        condition["StringEquals"] = {"aws:SourceAccount": account_of(view.resource, view.graph)}
    for argument, (operator, key) in () if condition else _SOURCES.items():
        source = view.get(argument)
        if source not in (ABSENT, "", "*"):
            condition.setdefault(operator, {})[key] = source if isinstance(source, str) else None
    yield from admits(view, "the function", "principal", view.text("action") or "lambda:*", condition)
    kind = view.get("functionUrlAuthType")
    if kind not in (ABSENT, "", "AWS_IAM"):
        anyone = test(kind, always)
        evidence = view.evidence("functionUrlAuthType")
        yield Exposure(view.urn, "the address of the function", anyone, evidence, alone=True, how=_SIGNED)


@reads("eventSourceArn")
def _event_source(view: View) -> Iterator[Fact]:
    """Only a queue of the stack: what code makes of records of a topic or a database is in no plan."""
    doubts = named(view.resource, "eventSourceArn", view.get("eventSourceArn"), {QUEUE}, view.graph).doubts
    yield from view.unresolved(doubts, "whose records it takes")


@reads("arn")
def _event_target(view: View) -> Iterator[Fact]:
    """Events go to functions, queues and log groups of this stack, and nowhere else."""
    value = view.get("arn")
    doubts = named(view.resource, "arn", value, {GROUP, QUEUE}, view.graph).doubts
    if doubts and call_of(view.resource, "arn", value, view.graph).doubts:
        yield Unresolved(view.urn, f"where events go: {doubts}", "link")


_DESTINATIONS = (("onFailure", "destination"), ("onSuccess", "destination"))
READERS = {
    FUNCTION: resource(
        _timers,
        _logs,
        _egress,
        _environment,
        arns("kmsKeyArn", "role"),
        sends_on("what it could not do", "deadLetterConfig", "targetArn"),
    ),
    ALIAS: setting_of("functionName", {FUNCTION}, looked_up("functionVersion", "name", "routingConfig"), kept=True),
    URL: resource(
        _invokes("functionName"),
        exposure("the address of the function", "authorizationType", differs("AWS_IAM"), alone=True, how=_SIGNED),
    ),
    PERMISSION: resource(
        _invokes("function"), arns("sourceArn"), _permission, looked_up("action", "qualifier", *NARROWS)
    ),
    RESOURCE_POLICY: resource(_invokes("resourceArn"), lets_in("the function")),
    INVOKE: resource(
        _invokes("functionName"),
        *(sends_on(f"its results ({path[0]})", "destinationConfig", *path) for path in _DESTINATIONS),
        looked_up("qualifier", "maximumEventAgeInSeconds"),
        part_of=Link("functionName", frozenset({FUNCTION})),
    ),
    MAPPING: resource(
        _invokes("functionName"),
        _event_source,
        arns("eventSourceArn", "kmsKeyArn"),
        sends_on("records that it could not take", "destinationConfig", "onFailure", "destinationArn"),
    ),
    # A schedule can call every act of every service: it may invoke functions of this stack, and nothing else.
    SCHEDULE: resource(
        _invokes("target", "arn", what="what it starts"),
        under_key("the schedule", "KMS", "kmsKeyArn"),
        arns("kmsKeyArn"),
        sends_on("what it could not start", "target", "deadLetterConfig", "arn"),
        looked_up("flexibleTimeWindow", "scheduleExpression", "scheduleExpressionTimezone", "startDate", "endDate"),
        looked_up("state", "name", "groupName"),
    ),
    # A rule sends nothing until a target says where.
    RULE: resource(looked_up("name", "scheduleExpression", "state", "isEnabled", "eventBusName")),
    TARGET: resource(
        _event_target,
        arns("arn"),
        sends_on("what it could not send", "deadLetterConfig", "arn"),
        looked_up("rule", "eventBusName", "retryPolicy", "input", "inputPath", "inputTransformer"),
    ),
}
