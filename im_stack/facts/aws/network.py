"""The network: who may reach whom by security groups, where subnets are, what endpoints and flow logs lead to."""

import re
from collections.abc import Iterable, Iterator, Mapping

from im_stack.facts.aws.location import zone_places
from im_stack.facts.aws.retention import belongs
from im_stack.facts.aws.s3 import BUCKETS
from im_stack.facts.knowledge import addresses, security_groups
from im_stack.facts.knowledge.security_groups import Rule
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View, as_flag, as_items, as_number, member
from im_stack.facts.model import ABSENT, Door, Evidence, Fact, Located, Resource, Unknown, Unread, Value

VPC = "aws:ec2/vpc:Vpc"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SUBNET = "aws:ec2/subnet:Subnet"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
GROUPS = frozenset({GROUP, DEFAULT_GROUP})
_SINGLE = (RULE, INGRESS, EGRESS)
EDGE = frozenset(
    {
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:alb/loadBalancer:LoadBalancer",
        "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
        "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
    }
)
_RANGES = ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6")
_GROUPS = ("securityGroups", "sourceSecurityGroupId", "referencedSecurityGroupId")
_LISTS = ("prefixListIds", "prefixListId")
_SERVICE = re.compile(r"com\.amazonaws\.([a-z]{2,4}(?:-[a-z]+)+-\d+)\.[a-z0-9.-]+")


def strangers(resource: Resource, argument: str, types: Iterable[str], graph: Graph) -> str:
    """Why a list names something that the stack does not make, or nothing at all; empty where all of it is the
    stack's."""
    items = as_items(resource.inputs.get(argument, ABSENT))
    if not isinstance(items, Unknown) and not items:
        return f"{argument} is not set"
    return graph.members(resource, argument, items, types)[1]


def _rules_of(resource: Resource, graph: Graph) -> list[Rule]:
    """Every rule of a group's own arguments, or the one of a single-rule resource."""
    if resource.type in (INGRESS, EGRESS):
        links = _links(resource, ("referencedSecurityGroupId", "prefixListId"))
        return [_read(resource.inputs, resource.type == INGRESS, "ipProtocol", resource, links, graph)]
    if resource.type == RULE:
        way = resource.inputs.get("type", ABSENT)
        both = [True, False] if way not in ("ingress", "egress") else [way == "ingress"]
        links = _links(resource, ("sourceSecurityGroupId", "prefixListIds"))
        return [_read(resource.inputs, incoming, "protocol", resource, links, graph) for incoming in both]
    rules = []
    for argument, incoming in (("ingress", True), ("egress", False)):
        items = as_items(resource.inputs.get(argument, ABSENT))
        links = _links(resource, (argument,))
        blocks = [(argument, items)] if isinstance(items, Unknown) else _numbered(argument, items)
        rules += [_read(block, incoming, path, resource, links, graph) for path, block in blocks]
    return rules


def _numbered(argument: str, items: Iterable[Value]) -> list[tuple[str, Value]]:
    return [(f"{argument}[{index}]", item) for index, item in enumerate(items)]


def _links(resource: Resource, arguments: Iterable[str]) -> tuple[str, ...]:
    return tuple(urn for argument in arguments for urn in resource.links.get(argument, ()))


def _read(block: Value, incoming: bool, path: str, resource: Resource, links: tuple[str, ...], graph: Graph) -> Rule:
    evidence = Evidence(resource.urn, path, source=addresses.source())
    networks, why = _sources(block, links, graph)
    if isinstance(block, Unknown):
        networks, why = (), "not known before deployment"
    return Rule(incoming, networks, _https(block), why, evidence)


def _sources(block: Value, links: tuple[str, ...], graph: Graph) -> tuple[tuple[addresses.Network, ...], str]:
    """The known ranges a rule names, and what about its source is not known."""
    given = [(key, value) for key in _RANGES for value in _values(block, key)]
    networks, why = security_groups.ranges(given)
    named = bool(given) or as_flag(member(block, "self")) is True
    for keys, types, what in ((_GROUPS, GROUPS, "security group"), (_LISTS, {ENDPOINT}, "endpoint's prefix list")):
        for value in (value for key in keys for value in _values(block, key)):
            named = True
            if not _linked(value, links, types, graph):
                why = f"it names no {what} of this stack"
    if isinstance(member(block, "self"), Unknown):
        named = True  # the group itself, or nobody
    return tuple(networks), why or ("" if named else "it names no source")


def _values(block: Value, key: str) -> Iterator[Value]:
    items = as_items(member(block, key))
    yield from (items,) if isinstance(items, Unknown) else (item for item in items if item != "")


def _linked(value: Value, links: tuple[str, ...], types: Iterable[str], graph: Graph) -> bool:
    """Whether a source is one of the stack's. Links are per list, not per rule: any of the type in it will do for one
    that is not known, because none of these is ever the world."""
    found = [graph.by_urn[urn] for urn in links if urn in graph.by_urn and graph.by_urn[urn].type in types]
    if isinstance(value, Unknown):
        return bool(found)
    return isinstance(value, str) and bool(graph.named(value, types))


def _https(block: Value) -> bool:
    """Exactly TCP 443. Absent is every protocol and every port."""
    protocol = next((p for key in ("ipProtocol", "protocol") if (p := member(block, key)) is not ABSENT), ABSENT)
    ports = {as_number(member(block, key)) for key in ("fromPort", "toPort")}
    return protocol in ("tcp", "6") and ports == {443}


def _edge_only(group: Resource | None, graph: Graph) -> bool | None:
    """Whether a group guards load balancers and nothing else; None where nothing of this stack uses it."""
    if group is None:
        return None
    users = {r.type for r in graph.users(group.urn) if r.custom} - {*_SINGLE, *GROUPS}
    return users <= EDGE if users else None


def _single(view: View, graph: Graph) -> Iterable[Fact]:
    group = graph.link(view.resource, "securityGroupId", GROUPS)
    if isinstance(group, NoLink):
        yield Unread(view.urn, group.why, "link")
    owner = None if isinstance(group, NoLink) else group
    yield from security_groups.doors(view.urn, _rules_of(view.resource, graph), lambda: _edge_only(owner, graph))


def _group(view: View, graph: Graph) -> Iterable[Fact]:
    """The group's own rules; and ranges that are each small enough, and together, over all rules, are the world."""
    own = _rules_of(view.resource, graph)
    beside = [
        rule
        for type_ in _SINGLE
        for resource in graph.pointing_at(view.resource, type_, "securityGroupId")
        for rule in _rules_of(resource, graph)
    ]
    yield from security_groups.doors(view.urn, own, lambda: _edge_only(view.resource, graph))
    yield from security_groups.joined(view.urn, [*own, *beside], lambda: _edge_only(view.resource, graph))


def _subnet(view: View, graph: Graph) -> Iterable[Fact]:
    yield from zone_places(view, "availabilityZone")
    if view.get("availabilityZoneId") not in (ABSENT, ""):
        yield Located(view.urn, None, "availabilityZoneId", view.evidence("availabilityZoneId"))


def _endpoint(view: View, network: Resource, graph: Graph) -> Iterable[Fact]:
    """An endpoint leads to a service of the home region, and to nothing that is not named here."""
    region = view.get("serviceRegion")
    if region not in (ABSENT, ""):
        place = region if isinstance(region, str) else None
        yield Located(view.urn, place, "the endpoint", view.evidence("serviceRegion"), crosses=True)
    name = view.get("serviceName")
    match = _SERVICE.fullmatch(name) if isinstance(name, str) else None
    place = match.group(1) if match else None
    yield Located(
        view.urn,
        place,
        f"what goes to {name}" if match else "what goes to a service",
        view.evidence("serviceName"),
        True,
    )
    if view.get("serviceNetworkArn") not in (ABSENT, "") or view.get("resourceConfigurationArn") not in (ABSENT, ""):
        yield Door(view.urn, "what a service network leads to", None, view.evidence("serviceNetworkArn"))


def _flow_log(view: View, graph: Graph) -> Iterable[Fact]:
    """Flow logs hold the addresses of callers: they must end in a bucket of this stack."""
    kind = view.get("logDestinationType")
    target = graph.link(view.resource, "logDestination", BUCKETS)
    if kind != "s3":
        yield Unread(view.urn, "flow logs go to something that is no bucket", "link")
    elif isinstance(target, NoLink):
        yield Unread(view.urn, f"flow logs: {target.why}", "link")


_OWN = frozenset({"ingress", "egress"})
_PORTS = frozenset({"fromPort", "toPort", "ipProtocol"})  # only of a way in does it matter by which
_PEERS = frozenset({"securityGroupId", "cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"})
_OLD = frozenset(
    {"securityGroupId", "type", "protocol", "fromPort", "toPort", "self"}
    | {"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "sourceSecurityGroupId"}
)
_LEADS = frozenset({"vpcId", "serviceRegion", "serviceName", "serviceNetworkArn", "resourceConfigurationArn"})
READERS: Mapping[str, Reader] = {
    GROUP: Reader(_OWN, _group),
    DEFAULT_GROUP: Reader(_OWN, _group),
    RULE: Reader(_OLD, _single),
    INGRESS: Reader(_PORTS | _PEERS, _single),
    EGRESS: Reader(_PEERS, _single),
    SUBNET: Reader(frozenset({"availabilityZone", "availabilityZoneId"}), _subnet),
    ENDPOINT: Reader(_LEADS, belongs("vpcId", {VPC, "aws:ec2/defaultVpc:DefaultVpc"}, _endpoint)),
    FLOW_LOG: Reader(frozenset({"logDestination", "logDestinationType"}), _flow_log),
}
