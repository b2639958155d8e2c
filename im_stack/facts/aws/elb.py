"""Load balancers keep no payload; what counts is how requests come in, go on, and where the logs about them go.

Application load balancers end HTTPS. Network load balancers end TLS, or pass TCP on as it comes: what is in it is only
known where it ends at an application load balancer of the stack.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from im_stack.facts.aws.location import arn_places, zone_places
from im_stack.facts.aws.network import GROUPS, SUBNET, VPC
from im_stack.facts.aws.s3 import BUCKETS
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View, as_flag, as_items, member
from im_stack.facts.model import ABSENT, ACCESS_LOGS, Channel, Door, Fact, Resource, Unknown, Unread, Value, Written
from im_stack.terms.yaml_file import Row, load


def _tokens(name: str) -> tuple[str, str]:
    """Both tokens of a type: two modules of the SDK make the same."""
    return f"aws:lb/{name}", f"aws:alb/{name}"


BALANCERS = _tokens("loadBalancer:LoadBalancer")
LISTENERS = _tokens("listener:Listener")
RULES = _tokens("listenerRule:ListenerRule")
CERTIFICATES = _tokens("listenerCertificate:ListenerCertificate")
TARGETS = _tokens("targetGroup:TargetGroup")
ATTACHMENTS = _tokens("targetGroupAttachment:TargetGroupAttachment")
_SUBNETS = frozenset({SUBNET})
_ENDED = ("HTTPS", "TLS")
_QUIC = ("QUIC", "TCP_QUIC")
_LOGS = {"accessLogs": "access logs", "connectionLogs": "connection logs", "healthCheckLogs": "logs of health checks"}
_ACTIONS = ("forward", "redirect", "fixed-response", "jwt-validation", "authenticate-oidc", "authenticate-cognito")
_PASSED = "what is in a TCP connection that is passed on is only known where it ends at a load balancer of the stack"
_UNGUARDED = "a network load balancer without security groups lets everybody through to its listeners"


class _Tls(Row):
    policies: frozenset[str]
    source: str
    as_of: str


def _tls() -> _Tls:
    return load(Path(__file__).with_name("tls.yaml"), _Tls)


def _balancer(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _doors(view, graph)
    yield from _logs(view, graph)
    mappings = view.items("subnetMappings")
    mapped = mappings if isinstance(mappings, Unknown) else [member(mapping, "subnetId") for mapping in mappings]
    for argument, values, types in (
        ("securityGroups", view.items("securityGroups"), GROUPS),
        ("subnets", view.items("subnets"), _SUBNETS),
        ("subnetMappings", mapped, _SUBNETS),
    ):
        yield from _unread(view, graph.members(view.resource, argument, values, types)[1])
    if not view.items("subnets") and not mapped:
        yield from _unread(view, "it names no subnet")


def _doors(view: View, graph: Graph) -> Iterator[Door]:
    """A load balancer on the Internet is meant to be there: it passes while every way in is by TLS, and judged by
    security groups. An application load balancer that names none has its network's own, which lets nobody in."""
    internal = view.flag("internal")
    if internal:
        yield Door(view.urn, "the public address", False, view.evidence("internal"))
        return
    ways = [_way_in(listener, graph) for listener in _of(view.resource, LISTENERS, "loadBalancerArn", graph)]
    opened = True if False in ways or not ways else None if None in ways else False
    source = "" if ways else "no listener of this stack is linked to it"
    yield Door(view.urn, "any way in without TLS", _if_public(opened, internal), view.evidence("internal", source))
    kind, groups = view.get("loadBalancerType"), view.items("securityGroups")
    if kind != "application" and not groups:
        unguarded = None if isinstance(kind, Unknown) else True
        evidence = view.evidence("securityGroups", _UNGUARDED)
        yield Door(view.urn, "the way past every security group", _if_public(unguarded, internal), evidence)


def _if_public(opened: bool | None, internal: bool | None) -> bool | None:
    """A door that is one only if the load balancer is on the Internet, which may not be known."""
    return None if opened and internal is None else opened


def _logs(view: View, graph: Graph) -> Iterator[Fact]:
    """Every kind of log goes to a bucket, which must be a store of this stack, for this. They are off unless told."""
    for argument, what in _LOGS.items():
        blocks = view.items(argument)
        for block in (blocks,) if isinstance(blocks, Unknown) else blocks:
            if as_flag(member(block, "enabled")) is False:
                continue
            target = graph.link_within(view.resource, argument, member(block, "bucket"), BUCKETS)
            if isinstance(target, NoLink):
                yield Unread(view.urn, f"{argument}: {target.why}", "link")
            else:
                yield Written(view.urn, target.urn, what, ACCESS_LOGS, view.evidence(argument))


def _listener(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _tie(view, "loadBalancerArn", BALANCERS, graph)
    yield from _does(view, "defaultActions", graph)
    yield from arn_places(view, "certificateArn")
    protocol, way = view.get("protocol"), _way_in(view.resource, graph)
    source = _PASSED if protocol == "TCP" else ""
    yield Channel(view.urn, "the way in", way, view.evidence("protocol", source))
    if protocol in _ENDED or isinstance(protocol, Unknown):
        policy, evidence = view.get("sslPolicy"), view.evidence("sslPolicy", _tls().source)
        modern = None if isinstance(policy, Unknown) else policy in _tls().policies
        yield Channel(view.urn, "TLS below 1.2", modern, evidence)


def _way_in(listener: Resource, graph: Graph) -> bool | None:
    """Whether what comes in by a listener is encrypted. Absent is HTTP. None: the plan does not say."""
    protocol = listener.inputs.get("protocol", ABSENT)
    if protocol in _ENDED:
        return True
    if protocol == "TCP":
        groups, strange = _goes_to(listener, "defaultActions", graph)
        passed = groups and not strange and all(_ends_at_ours(group, graph) for group in groups)
        return True if passed else None
    return None if protocol in _QUIC or isinstance(protocol, Unknown) else False


def _ends_at_ours(group: Resource, graph: Graph) -> bool:
    """Whether all that goes to a target group ends at application load balancers with listeners, of this stack: these
    are judged where they are."""
    registered = _of(group, ATTACHMENTS, "targetGroupArn", graph)
    targets = [graph.link(each, "targetId", BALANCERS) for each in registered]
    return (
        group.inputs.get("targetType") == "alb"
        and bool(targets)
        and all(isinstance(target, Resource) and _ends_https(target, graph) for target in targets)
    )


def _ends_https(balancer: Resource, graph: Graph) -> bool:
    kind = balancer.inputs.get("loadBalancerType", "application")
    return kind == "application" and bool(_of(balancer, LISTENERS, "loadBalancerArn", graph))


def _does(view: View, argument: str, graph: Graph) -> Iterator[Fact]:
    """What a listener or rule does with requests: whatever it passes on goes to target groups of this stack."""
    actions = view.items(argument)
    for action in (actions,) if isinstance(actions, Unknown) else actions:
        kind = member(action, "type")
        if kind not in _ACTIONS:
            yield Unread(view.urn, f"what {argument} does with requests is not known", "link")
    yield from _unread(view, _goes_to(view.resource, argument, graph)[1])


def _goes_to(resource: Resource, argument: str, graph: Graph) -> tuple[list[Resource], str]:
    """The target groups of this stack that actions name, and why they name others too."""
    named: list[Value] = []
    actions = as_items(resource.inputs.get(argument, ABSENT))
    for action in (actions,) if isinstance(actions, Unknown) else actions:
        named += _members(member(action, "targetGroupArn"))
        for forward in _members(member(action, "forward")):
            named += [member(target, "arn") for target in _members(member(forward, "targetGroups"))]
    return graph.members(resource, argument, named, TARGETS)


def _members(value: Value) -> Sequence[Value]:
    items = as_items(value)
    return (items,) if isinstance(items, Unknown) else items


def _rule(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _tie(view, "listenerArn", LISTENERS, graph)
    yield from _does(view, "actions", graph)


def _certificate(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _tie(view, "listenerArn", LISTENERS, graph)
    yield from arn_places(view, "certificateArn")


def _targets(view: View, graph: Graph) -> Iterable[Fact]:
    """Functions are in no network, and are called by HTTPS: whether they may be called at all is in the leak table."""
    if view.get("targetType") == "lambda":
        return
    yield from _tie(view, "vpcId", (VPC,), graph)
    protocol = view.get("protocol")
    source = _PASSED if protocol == "TCP" else ""
    evidence = view.evidence("protocol", source)
    yield Channel(view.urn, "the way to the backends", _way_on(protocol, view.resource, graph), evidence)


def _way_on(protocol: Value, group: Resource, graph: Graph) -> bool | None:
    """Whether what goes on to the targets is encrypted. By TCP a listener passes on what came in, or, where it ended
    TLS, what was in that."""
    if protocol in _ENDED:
        return True
    if protocol == "TCP":
        users = [user for user in graph.users(group.urn) if user.type in LISTENERS]
        if any(user.inputs.get("protocol") in _ENDED for user in users):
            return False
        return True if _ends_at_ours(group, graph) else None
    return None if protocol in _QUIC or isinstance(protocol, Unknown) else False


def _attachment(view: View, graph: Graph) -> Iterable[Fact]:
    """A target by its address may stand in any network that is joined to this one; only load balancers are known."""
    yield from _tie(view, "targetGroupArn", TARGETS, graph)
    yield from _tie(view, "targetId", BALANCERS, graph)
    yield from zone_places(view, "availabilityZone")


def _tie(view: View, argument: str, types: Iterable[str], graph: Graph) -> Iterator[Unread]:
    end = graph.link(view.resource, argument, types)
    if isinstance(end, NoLink):
        yield Unread(view.urn, end.why, "link")


def _unread(view: View, why: str) -> Iterator[Unread]:
    if why:
        yield Unread(view.urn, why, "link")


def _of(target: Resource, types: Iterable[str], argument: str, graph: Graph) -> list[Resource]:
    return [found for type_ in types for found in graph.pointing_at(target, type_, argument)]


_BALANCER = frozenset({"internal", "loadBalancerType", "securityGroups", "subnets", "subnetMappings", *_LOGS})
_READ = {
    BALANCERS: Reader(_BALANCER, _balancer),
    LISTENERS: Reader(
        frozenset({"loadBalancerArn", "protocol", "sslPolicy", "certificateArn", "defaultActions"}), _listener
    ),
    RULES: Reader(frozenset({"listenerArn", "actions"}), _rule),
    CERTIFICATES: Reader(frozenset({"listenerArn", "certificateArn"}), _certificate),
    TARGETS: Reader(frozenset({"vpcId", "protocol", "targetType"}), _targets),
    ATTACHMENTS: Reader(frozenset({"targetGroupArn", "targetId", "availabilityZone"}), _attachment),
}
READERS: Mapping[str, Reader] = {token: reader for tokens, reader in _READ.items() for token in tokens}
