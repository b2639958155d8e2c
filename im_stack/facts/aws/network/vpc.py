"""Network of AWS: rules of security groups, zones of subnets, targets of endpoints and flow logs."""

import re
from collections.abc import Iterable, Iterator, Mapping

from im_stack.facts.aws.location import zones
from im_stack.facts.aws.stores.s3 import BUCKETS
from im_stack.facts.knowledge import addresses, security_groups
from im_stack.facts.knowledge.security_groups import Rule, SecurityGroups
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import in_region, looked_up, reads, refers_to, resource, setting_of, writes
from im_stack.facts.mechanism.view import View, as_flag, as_number, as_values, member, numbered
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    Evidence,
    Exposure,
    Fact,
    Located,
    Resource,
    Unknown,
    Unresolved,
    Value,
)

VPC = "aws:ec2/vpc:Vpc"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SUBNET = "aws:ec2/subnet:Subnet"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
ROUTE_TABLES = ("aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable")
_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
DHCP_OPTIONS = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
DHCP = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
ENDPOINT_ROUTES = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
ENDPOINT_SUBNETS = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
GROUPS = frozenset({GROUP, DEFAULT_GROUP})
VPCS = frozenset({VPC, "aws:ec2/defaultVpc:DefaultVpc"})
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
        links = _links(resource, (argument,))
        blocks = numbered(argument, resource.inputs.get(argument, ABSENT))
        rules += [_read(block, incoming, path, resource, links, graph) for path, block in blocks]
    return rules


def _links(resource: Resource, arguments: Iterable[str]) -> tuple[str, ...]:
    return tuple(urn for argument in arguments for urn in resource.links.get(argument, ()))


def _read(block: Value, incoming: bool, path: str, resource: Resource, links: tuple[str, ...], graph: Graph) -> Rule:
    evidence = Evidence(resource.urn, path, source=addresses.source())
    networks, why, peers, perhaps = _sources(block, links, graph)
    if isinstance(block, Unknown):
        networks, why, peers, perhaps = (), "not known before deployment", (), ()
    return Rule(incoming, networks, _https(block), why, evidence, _tcp_ports(block), peers, perhaps)


def _sources(
    block: Value, links: tuple[str, ...], graph: Graph
) -> tuple[tuple[addresses.Network, ...], str, tuple[Resource, ...], tuple[Resource, ...]]:
    """The known address ranges of a rule, what about its sources is not known, and the resources among them, or
    perhaps among them."""
    peers: list[Resource] = []
    perhaps: list[Resource] = []
    given = [(key, value) for key in _RANGES for value in _values(block, key)]
    networks, why = security_groups.ranges(given)
    named = bool(given) or as_flag(member(block, "self")) is True
    for keys, types, what in ((_GROUPS, GROUPS, "security group"), (_LISTS, {ENDPOINT}, "endpoint's prefix list")):
        for value in (value for key in keys for value in _values(block, key)):
            named = True
            found = _linked(value, links, types, graph)
            peers += found if len(found) == 1 else ()
            perhaps += found if len(found) > 1 else ()  # equivalent(comparison): what is named alone is said already
            if not found:
                why = f"it names no {what} of this stack"
    if isinstance(member(block, "self"), Unknown):
        named = True  # the group itself, or no source
    return tuple(networks), why or ("" if named else "it names no source"), tuple(peers), tuple(perhaps)


def _values(block: Value, key: str) -> Iterator[Value]:
    yield from (each for each in as_values(member(block, key)) if each != "")


def _linked(value: Value, links: tuple[str, ...], types: Iterable[str], graph: Graph) -> list[Resource]:
    """The resources of the stack that a source may be; none where it is none of the stack. Links are per list, not per
    rule: a source that is not known may be any resource of the type in the list, because none of these is ever the
    world."""
    # equivalent(operand): a table links only to what it holds
    found = [graph.by_urn[urn] for urn in links if urn in graph.by_urn and graph.by_urn[urn].type in types]
    if isinstance(value, Unknown):
        return found
    return graph.named(value, types) if isinstance(value, str) else []


def _https(block: Value) -> bool:
    """Exactly TCP 443. Absent is every protocol and every port."""
    protocol = next((p for key in ("ipProtocol", "protocol") if (p := member(block, key)) is not ABSENT), ABSENT)
    ports = {as_number(member(block, key)) for key in ("fromPort", "toPort")}
    return protocol in ("tcp", "6") and ports == {443}


def _tcp_ports(block: Value) -> tuple[int, int] | None:
    """The TCP ports of a rule; None where it is of another protocol, or they are not known."""
    protocol = next((p for key in ("ipProtocol", "protocol") if (p := member(block, key)) is not ABSENT), ABSENT)
    if protocol in ("-1", "all", -1):
        return (0, 65535)
    ends = (as_number(member(block, key)) for key in ("fromPort", "toPort"))
    ports = [int(end) for end in ends if end is not None]
    return (ports[0], ports[1]) if protocol in ("tcp", "6", 6) and len(ports) == 2 else None


def rules_of_group(group: Resource, graph: Graph) -> list[Rule]:
    """Every rule of a group: its own, and those beside it."""
    beside = [each for type_ in _SINGLE for each in graph.pointing_at(group, type_, "securityGroupId")]
    return [rule for each in (group, *beside) for rule in _rules_of(each, graph)]


@reads("availabilityZoneId")
def _zone_id(view: View) -> Iterator[Fact]:
    """A zone by its id (`apse3-az1`): no table says where that is."""
    if view.get("availabilityZoneId") not in (ABSENT, ""):
        yield Located(view.urn, None, "availabilityZoneId", view.evidence("availabilityZoneId"))


@reads("serviceName", "serviceNetworkArn", "resourceConfigurationArn")
def _endpoint(view: View) -> Iterator[Fact]:
    """An endpoint leads to a service of the home region, and to nothing that is not named here."""
    name = view.get("serviceName")
    match = _SERVICE.fullmatch(name) if isinstance(name, str) else None
    what = f"what goes to {name}" if match else "what goes to a service"
    yield Located(view.urn, match.group(1) if match else None, what, view.evidence("serviceName"), crosses=True)
    if any(view.get(argument) not in (ABSENT, "") for argument in ("serviceNetworkArn", "resourceConfigurationArn")):
        evidence, how = view.evidence("serviceNetworkArn"), "leave it out: name the service of one endpoint instead"
        yield Exposure(view.urn, "what a service network leads to", None, evidence, how=how)


@reads("logDestination", "logDestinationType")
def _flow_log(view: View) -> Iterator[Fact]:
    """Flow logs hold the addresses of callers: they must end in a bucket of this stack."""
    if view.get("logDestinationType") == "s3":
        yield from writes("flow logs", "logDestination", BUCKETS, ACCESS_LOGS)(view)
    else:
        yield Unresolved(view.urn, "flow logs go to something that is no bucket", "link")


_ALL = SecurityGroups(GROUPS, _SINGLE, EDGE, _rules_of)
_PEERS = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
READERS: Mapping[str, Reader] = {
    GROUP: resource(_ALL.of_group("ingress", "egress")),
    DEFAULT_GROUP: resource(_ALL.of_group("ingress", "egress")),
    RULE: resource(
        _ALL.of_rule("type", "protocol", "fromPort", "toPort", "self", "cidrBlocks", "ipv6CidrBlocks"),
        looked_up("prefixListIds", "sourceSecurityGroupId"),
    ),
    INGRESS: resource(_ALL.of_rule(*_PEERS, "fromPort", "toPort", "ipProtocol")),
    EGRESS: resource(_ALL.of_rule(*_PEERS, "fromPort", "toPort", "ipProtocol")),
    VPC: resource(looked_up("cidrBlock", "enableDnsSupport", "enableDnsHostnames")),
    SUBNET: resource(zones("availabilityZone"), _zone_id, looked_up("vpcId", "cidrBlock")),
    ENDPOINT: setting_of(
        "vpcId",
        VPCS,
        in_region("serviceRegion", "the endpoint", optional=True),
        _endpoint,
        looked_up("vpcEndpointType", "policy", "privateDnsEnabled", "dnsOptions", "ipAddressType"),
        looked_up("routeTableIds", "subnetIds", "securityGroupIds"),
        kept=True,
    ),
    FLOW_LOG: resource(_flow_log),
    # What a network is tied to must be of this stack, where it is judged.
    ROUTE: resource(
        refers_to("routeTableId", *ROUTE_TABLES),
        refers_to("gatewayId", _GATEWAY, optional=True),
        looked_up("destinationCidrBlock", "destinationPrefixListId"),
    ),
    ASSOCIATION: resource(refers_to("routeTableId", *ROUTE_TABLES), looked_up("subnetId")),
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": resource(refers_to("routeTableId", *ROUTE_TABLES)),
    DHCP: resource(refers_to("dhcpOptionsId", DHCP_OPTIONS), looked_up("vpcId")),
    ENDPOINT_ROUTES: resource(refers_to("vpcEndpointId", ENDPOINT), refers_to("routeTableId", *ROUTE_TABLES)),
    ENDPOINT_SUBNETS: resource(refers_to("vpcEndpointId", ENDPOINT), refers_to("subnetId", SUBNET)),
}
