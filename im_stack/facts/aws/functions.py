"""Functions: when they run, what a keyring's is told, where they log, who may start them, what they send on."""

from collections.abc import Iterable, Iterator

from im_stack.facts.aws import kms, policy, queues
from im_stack.facts.aws.arns import named_in
from im_stack.facts.aws.key_rotation import ARGUMENTS, read_turnovers
from im_stack.facts.aws.lambda_targets import ALIAS, FUNCTION, call_of
from im_stack.facts.aws.location import arn_places
from im_stack.facts.aws.logs import GROUP
from im_stack.facts.aws.network import GROUPS as SECURITY_GROUPS
from im_stack.facts.aws.network import SUBNET
from im_stack.facts.aws.retention import belongs
from im_stack.facts.aws.timers import INVOKE, PERMISSION, RULE, SCHEDULE, TARGET, timers
from im_stack.facts.mechanism.cloud import Link, Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View, as_items, member
from im_stack.facts.model import ABSENT, Door, Fact, Resource, Unknown, Unread, Value

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
URL = "aws:lambda/functionUrl:FunctionUrl"
RESOURCE_POLICY = "aws:lambda/resourcePolicy:ResourcePolicy"
_AWAY = "a function outside a private network reaches the Internet (Lambda developer guide, networking)"
_SERVICE = ".amazonaws.com"


def _function(view: View, graph: Graph) -> Iterable[Fact]:
    runs = list(timers(view, graph))
    yield from runs
    yield from read_turnovers(view, graph, runs)
    yield from _logs(view, graph)
    yield from _way_out(view, graph)
    if view.get("environment") is not ABSENT:
        key = view.get("kmsKeyArn")
        yield kms.rests(view.urn, "its environment", "KMS", view.resource, "kmsKeyArn", key, graph)
    yield from arn_places(view, "kmsKeyArn", "role")
    dead = member(view.get("deadLetterConfig"), "targetArn")
    yield from queues.sent_on(view, "deadLetterConfig", dead, graph, "what it could not do")


def _logs(view: View, graph: Graph) -> Iterator[Fact]:
    """Lines go to a group that is named, or one that the service makes and that no resource shows."""
    config = view.get("loggingConfig")
    group = member(config, "logGroup")
    if group in (ABSENT, ""):
        name = view.get("name")
        own = f"/aws/lambda/{name}" if isinstance(name, str) else Unknown("its name")
        found = graph.link_within(view.resource, "name", own, {GROUP})
    else:
        found = named_in(view.resource, "loggingConfig", group, {GROUP}, graph)
    if isinstance(found, NoLink):
        yield Unread(view.urn, f"its logs: {found.why}", "link")


def _way_out(view: View, graph: Graph) -> Iterator[Fact]:
    """A function in the subnets of a network goes out by its security groups, which are judged; any other anywhere."""
    config = view.get("vpcConfig")
    lists = {"subnetIds": frozenset({SUBNET}), "securityGroupIds": SECURITY_GROUPS}
    given = {name: member(config, name) for name in lists}
    named = [(as_items(given[name]), types) for name, types in lists.items()]
    inside = not any(graph.members(view.resource, "vpcConfig", items, types)[1] for items, types in named)
    is_open = True if any(value in (ABSENT, ()) for value in given.values()) else None if not inside else False
    yield Door(view.urn, "the way to the Internet", is_open, view.evidence("vpcConfig", _AWAY), alone=True)


def _url(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _started(view, "functionName", graph)
    kind = view.get("authorizationType")
    is_open = None if isinstance(kind, Unknown) else kind != "AWS_IAM"
    yield Door(view.urn, "the address of the function", is_open, view.evidence("authorizationType"), alone=True)


def _started(view: View, argument: str, graph: Graph) -> Iterator[Fact]:
    """What starts a function must start one of this stack."""
    call = call_of(view.resource, argument, view.get(argument), graph)
    if isinstance(call, NoLink):
        yield Unread(view.urn, call.why, "link")


def _permission(view: View, graph: Graph) -> Iterable[Fact]:
    """Who may start a function. A service does it for anybody, unless the account or the resource is named."""
    yield from _started(view, "function", graph)
    yield from arn_places(view, "sourceArn")
    who = view.get("principal")
    named = [view.get(name) for name in ("sourceArn", "sourceAccount", "principalOrgId")]
    evidence = view.evidence("principal")
    if isinstance(who, Unknown):
        yield Door(view.urn, "the function, to a principal that is not known,", None, evidence, alone=True)
        return
    whole = isinstance(who, str) and who != "" and "*" not in who
    if whole and str(who).endswith(_SERVICE):
        anybody = all(value in (ABSENT, "", "*") for value in named)
        yield Door(view.urn, f"the function, by {who} for anybody,", anybody, evidence, alone=True)
    else:
        yield Door(view.urn, "the function, to anybody,", not whole, evidence, alone=True)
    kind = view.get("functionUrlAuthType")
    if kind not in (ABSENT, "", "AWS_IAM"):
        anyone = None if isinstance(kind, Unknown) else True
        yield Door(view.urn, "the address of the function", anyone, view.evidence("functionUrlAuthType"), alone=True)


def _resource_policy(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _started(view, "resourceArn", graph)
    yield from policy.door(view, view.urn, "the function, to anybody,")


def _invoke(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _started(view, "functionName", graph)
    config = view.get("destinationConfig")
    for way in ("onFailure", "onSuccess"):
        to = member(member(config, way), "destination")
        yield from queues.sent_on(view, "destinationConfig", to, graph, f"its results ({way})")


def _mapping(view: View, graph: Graph) -> Iterable[Fact]:
    """A source whose records a function takes; what it cannot take goes on to somewhere of the stack.

    Only a queue of the stack: what code makes of records of a topic or a database is in no plan.
    """
    yield from _started(view, "functionName", graph)
    source = named_in(view.resource, "eventSourceArn", view.get("eventSourceArn"), {queues.QUEUE}, graph)
    if isinstance(source, NoLink):
        yield Unread(view.urn, f"whose records it takes: {source.why}", "link")
    yield from arn_places(view, "eventSourceArn", "kmsKeyArn")
    to = member(member(view.get("destinationConfig"), "onFailure"), "destinationArn")
    yield from queues.sent_on(view, "destinationConfig", to, graph, "records that it could not take")


def _alias(view: View, function: Resource, graph: Graph) -> Iterable[Fact]:
    return ()


def _schedule(view: View, graph: Graph) -> Iterable[Fact]:
    """A schedule can call every act of every service: it may start functions of this stack, and nothing else."""
    target = view.get("target")
    call = call_of(view.resource, "target", member(target, "arn"), graph)
    if isinstance(call, NoLink):
        yield Unread(view.urn, f"what it starts: {call.why}", "link")
    yield kms.rests(view.urn, "the schedule", "KMS", view.resource, "kmsKeyArn", view.get("kmsKeyArn"), graph)
    yield from arn_places(view, "kmsKeyArn")
    dead = member(member(target, "deadLetterConfig"), "arn")
    yield from queues.sent_on(view, "target", dead, graph, "what it could not start")


def _rule(view: View, graph: Graph) -> Iterable[Fact]:
    """A rule sends nothing until a target says where."""
    return ()


def _target(view: View, graph: Graph) -> Iterable[Fact]:
    """Events go to functions, queues and log groups of this stack, and nowhere else."""
    value: Value = view.get("arn")
    call = call_of(view.resource, "arn", value, graph)
    kept = named_in(view.resource, "arn", value, {GROUP, queues.QUEUE}, graph)
    if isinstance(call, NoLink) and isinstance(kept, NoLink):
        yield Unread(view.urn, f"where events go: {kept.why}", "link")
    yield from arn_places(view, "arn")
    dead = member(view.get("deadLetterConfig"), "arn")
    yield from queues.sent_on(view, "deadLetterConfig", dead, graph, "what it could not send")


_OWN = frozenset({"name", "timeout", "reservedConcurrentExecutions", "loggingConfig", "vpcConfig", "kmsKeyArn"})
_WHEN = frozenset({"flexibleTimeWindow", "scheduleExpression", "scheduleExpressionTimezone", "startDate", "endDate"})
READERS = {
    FUNCTION: Reader(_OWN | ARGUMENTS | {"deadLetterConfig"}, _function),
    ALIAS: Reader(
        frozenset({"functionName", "functionVersion", "name", "routingConfig"}),
        belongs("functionName", {FUNCTION}, _alias),
    ),
    URL: Reader(frozenset({"functionName", "authorizationType"}), _url),
    PERMISSION: Reader(
        frozenset({"function", "principal", "action", "qualifier", "functionUrlAuthType"})
        | {"sourceArn", "sourceAccount", "principalOrgId"},
        _permission,
    ),
    RESOURCE_POLICY: Reader(frozenset({"resourceArn", "policy"}), _resource_policy),
    INVOKE: Reader(
        frozenset({"functionName", "qualifier", "maximumEventAgeInSeconds", "destinationConfig"}),
        _invoke,
        setting_of=Link("functionName", frozenset({FUNCTION})),
    ),
    MAPPING: Reader(frozenset({"functionName", "eventSourceArn", "kmsKeyArn", "destinationConfig"}), _mapping),
    SCHEDULE: Reader(_WHEN | {"target", "state", "kmsKeyArn"}, _schedule),
    RULE: Reader(frozenset({"name", "scheduleExpression", "state", "isEnabled", "eventBusName"}), _rule),
    TARGET: Reader(frozenset({"rule", "arn", "retryPolicy", "deadLetterConfig"}), _target),
}
