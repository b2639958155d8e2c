"""Elastic Load Balancing: how requests come in and go on, by which TLS, and where the logs of requests are written.

A load balancer keeps no payload. Application load balancers terminate HTTPS. Network load balancers terminate TLS, or
forward TCP as it comes: what is in that is only known where it ends at an application load balancer of the stack.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from im_stack.facts.aws.compute.machines import INSTANCE
from im_stack.facts.aws.location import arns, zones
from im_stack.facts.aws.network.vpc import GROUPS, SUBNET, VPC
from im_stack.facts.aws.stores.s3 import BUCKETS
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, Links
from im_stack.facts.mechanism.rows import Facts, always, reads, refers_to, resource, service
from im_stack.facts.mechanism.view import View, all_of, as_flag, as_values, member, test
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    Channel,
    Exposure,
    Fact,
    Ingress,
    Resource,
    ServiceLog,
    Unknown,
    Unresolved,
    Value,
)
from im_stack.terms.files.yaml_file import Row, load


def _tokens(name: str) -> tuple[str, str]:
    """Both tokens of a type, which two modules of the SDK have."""
    return f"aws:lb/{name}", f"aws:alb/{name}"


BALANCERS = _tokens("loadBalancer:LoadBalancer")
LISTENERS = _tokens("listener:Listener")
RULES = _tokens("listenerRule:ListenerRule")
CERTIFICATES = _tokens("listenerCertificate:ListenerCertificate")
TARGETS = _tokens("targetGroup:TargetGroup")
ATTACHMENTS = _tokens("targetGroupAttachment:TargetGroupAttachment")
_SUBNETS = frozenset({SUBNET})
_TERMINATED = ("HTTPS", "TLS")
_QUIC = ("QUIC", "TCP_QUIC")
_LOGS = {"accessLogs": "access logs", "connectionLogs": "connection logs", "healthCheckLogs": "logs of health checks"}
_ACTIONS = ("forward", "redirect", "fixed-response", "jwt-validation", "authenticate-oidc", "authenticate-cognito")
_PASSTHROUGH = (
    "what is in a TCP connection that is passed on is only known where it ends at a load balancer of the stack"
)
_UNGUARDED = "a network load balancer without security groups lets everybody through to its listeners"


class _Tls(Row):
    policies: frozenset[str]
    source: str
    as_of: str


def _tls() -> _Tls:
    return load(Path(__file__).with_name("tls.yaml"), _Tls)


@reads("securityGroups", "subnets", "subnetMappings")
def _network(view: View) -> Iterator[Fact]:
    """Its security groups and subnets must be of this stack."""
    mappings = view.items("subnetMappings")
    mapped = mappings if isinstance(mappings, Unknown) else [member(mapping, "subnetId") for mapping in mappings]
    for argument, values, types in (
        ("securityGroups", view.items("securityGroups"), GROUPS),
        ("subnets", view.items("subnets"), _SUBNETS),
        ("subnetMappings", mapped, _SUBNETS),
    ):
        if values:
            yield from view.unresolved(view.links(argument, types, values).doubts)
    if not view.items("subnets") and not mapped:
        yield from view.unresolved("it names no subnet")


@reads("internal", "loadBalancerType", "securityGroups")
def _exposures(view: View) -> Iterator[Fact]:
    """A public load balancer is allowed: it passes while every listener is encrypted, and its ingress is judged by
    security groups. An application load balancer without any has its network's default group, which allows
    no ingress."""
    internal = view.flag("internal")
    if internal:
        yield Exposure(view.urn, "the public address", False, view.evidence("internal"))
        return
    listeners = _linked(view.resource, LISTENERS, "loadBalancerArn", view.graph)
    yield from (Ingress(listener.urn) for listener in listeners)
    encrypted = all_of(*(_listener_encrypted(each, view.graph) for each in listeners)) if listeners else False
    opened = None if encrypted is None else not encrypted
    source = "" if listeners else "no listener of this stack is linked to it"
    evidence, how = view.evidence("internal", source), "make every listener HTTPS or TLS, or set internal to true"
    yield Exposure(view.urn, "any way in without TLS", _if_public(opened, internal), evidence, how=how)
    kind, groups = view.get("loadBalancerType"), view.items("securityGroups")
    if kind != "application" and not groups:
        unguarded = test(kind, always)
        evidence = view.evidence("securityGroups", _UNGUARDED)
        how = "name security groups of this stack in it"
        yield Exposure(
            view.urn, "the way past every security group", _if_public(unguarded, internal), evidence, how=how
        )


def _if_public(opened: bool | None, internal: bool | None) -> bool | None:
    """A door that is one only if the load balancer is on the Internet, which may not be known."""
    return None if opened and internal is None else opened


@reads(*_LOGS)
def _logs(view: View) -> Iterator[Fact]:
    """Every kind of log goes to a bucket, which must be a store of this stack, for this. They are off by default."""
    for argument, what in _LOGS.items():
        for block in view.values(argument):
            if as_flag(member(block, "enabled")) is False:
                continue
            found, doubts = view.links(argument, BUCKETS, (member(block, "bucket"),))
            yield from view.unresolved(doubts, argument)
            for target in found:
                yield ServiceLog(view.urn, target.urn, what, ACCESS_LOGS, view.evidence(argument))


@reads("protocol", "sslPolicy", "defaultActions")
def _listener(view: View) -> Iterator[Fact]:
    protocol, way = view.get("protocol"), _listener_encrypted(view.resource, view.graph)
    source = _PASSTHROUGH if protocol == "TCP" else ""
    yield Channel(view.urn, "the way in", way, view.evidence("protocol", source))
    if protocol in _TERMINATED or isinstance(protocol, Unknown):
        modern = test(view.get("sslPolicy"), lambda policy: policy in _tls().policies)
        yield Channel(view.urn, "TLS below 1.2", modern, view.evidence("sslPolicy", _tls().source))


def _listener_encrypted(listener: Resource, graph: Graph) -> bool | None:
    """Whether what comes in by a listener is encrypted. Absent is HTTP. None: the plan does not say."""
    protocol = listener.inputs.get("protocol", ABSENT)
    if protocol in _TERMINATED:
        return True
    if protocol == "TCP":
        groups, doubts = _target_groups(listener, "defaultActions", graph)
        passed = groups and not doubts and all(_terminates_in_stack(group, graph) for group in groups)
        return True if passed else None
    return None if protocol in _QUIC or isinstance(protocol, Unknown) else False


def _terminates_in_stack(group: Resource, graph: Graph) -> bool:
    """Whether all that goes to a target group ends at application load balancers with listeners, of this stack: these
    are judged where they are."""
    registered = _linked(group, ATTACHMENTS, "targetGroupArn", graph)
    targets = [graph.links(each, "targetId", BALANCERS).found for each in registered]
    return (
        group.inputs.get("targetType") == "alb"
        and bool(targets)
        and all(found and _is_https_balancer(found[0], graph) for found in targets)
    )


def _is_https_balancer(balancer: Resource, graph: Graph) -> bool:
    kind = balancer.inputs.get("loadBalancerType", "application")
    return kind == "application" and bool(_linked(balancer, LISTENERS, "loadBalancerArn", graph))


def _actions(argument: str) -> Facts:
    """What a listener or rule does with requests: whatever it forwards goes to target groups of this stack."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        doubts = _target_groups(view.resource, argument, view.graph).doubts
        strange = [action for action in view.values(argument) if member(action, "type") not in _ACTIONS]
        # Else the doubts say it.
        # equivalent(connective, operand): in how many sentences it is said
        if any(not (doubts and isinstance(action, Unknown)) for action in strange):
            yield Unresolved(view.urn, f"what {argument} does with requests is not known", "link")
        yield from view.unresolved(doubts)

    return facts


def _target_groups(resource: Resource, argument: str, graph: Graph) -> Links:
    """The target groups that actions name, if any."""
    named: list[Value] = []
    for action in as_values(resource.inputs.get(argument, ABSENT)):
        named += as_values(member(action, "targetGroupArn"))
        for forward in as_values(member(action, "forward")):
            named += [member(target, "arn") for target in as_values(member(forward, "targetGroups"))]
    return graph.links(resource, argument, TARGETS, named) if named else Links((), "")


@reads("vpcId", "protocol", "targetType")
def _targets(view: View) -> Iterator[Fact]:
    """Functions are in no network, and are called by HTTPS: whether they may be targets is a forbidden setting."""
    if view.get("targetType") == "lambda":
        return
    yield from refers_to("vpcId", VPC)(view)
    protocol = view.get("protocol")
    evidence = view.evidence("protocol", _PASSTHROUGH if protocol == "TCP" else "")
    yield Channel(
        view.urn, "the way to the backends", _targets_encrypted(protocol, view.resource, view.graph), evidence
    )


def _targets_encrypted(protocol: Value, group: Resource, graph: Graph) -> bool | None:
    """Whether what goes on to the targets is encrypted. By TCP a listener passes on what came in, or, where it ended
    TLS, what was in that."""
    if protocol in _TERMINATED:
        return True
    if protocol == "TCP":
        users = [user for user in graph.users(group.urn) if user.type in LISTENERS]
        if any(user.inputs.get("protocol") in _TERMINATED for user in users):
            return False
        return True if _terminates_in_stack(group, graph) else None
    return None if protocol in _QUIC or isinstance(protocol, Unknown) else False


def _linked(target: Resource, types: Iterable[str], argument: str, graph: Graph) -> list[Resource]:
    return [found for type_ in types for found in graph.pointing_at(target, type_, argument)]


_READ = {
    BALANCERS: resource(service("elb"), _exposures, _logs, _network),
    LISTENERS: resource(
        refers_to("loadBalancerArn", *BALANCERS), _actions("defaultActions"), arns("certificateArn"), _listener
    ),
    RULES: resource(refers_to("listenerArn", *LISTENERS), _actions("actions")),
    CERTIFICATES: resource(refers_to("listenerArn", *LISTENERS), arns("certificateArn")),
    TARGETS: resource(_targets),
    # A target by its address may stand in any network that is joined to this one; only load balancers are known.
    ATTACHMENTS: resource(
        refers_to("targetGroupArn", *TARGETS), refers_to("targetId", *BALANCERS, INSTANCE), zones("availabilityZone")
    ),
}
READERS: Mapping[str, Reader] = {token: reader for tokens, reader in _READ.items() for token in tokens}
