"""Network path of a function in a private network to the object store and the key service: what cuts it off.

A path is an endpoint of the service in the function's network, and everything that its packets and names pass: routes,
security groups, access lists of subnets, the endpoint's own policy, and who answers for the names. A function in no
network of the account reaches both services.

Sources: VPC user guide, network ACLs, route priority and DNS attributes; PrivateLink guide, gateway endpoints, private
DNS and endpoint policies; Route 53 Resolver guide, private hosted zones and DNS firewall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from im_stack.facts.access.requests import Requests
from im_stack.facts.access.statements import is_granted, may_be_refused
from im_stack.facts.aws.identity import access, iam
from im_stack.facts.aws.identity.permissions import Use
from im_stack.facts.aws.network.access_lists import entries_of
from im_stack.facts.aws.network.vpc import (
    ASSOCIATION,
    DHCP,
    DHCP_OPTIONS,
    ENDPOINT,
    ENDPOINT_ROUTES,
    ENDPOINT_SUBNETS,
    GROUPS,
    ROUTE,
    ROUTE_TABLES,
    SUBNET,
    VPCS,
    rules_of_group,
)
from im_stack.facts.knowledge.access_lists import ANSWERS, HTTPS, Traffic, lets_through
from im_stack.facts.knowledge.addresses import read_network
from im_stack.facts.knowledge.security_groups import Rule
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.requirements import Obstacle
from im_stack.facts.mechanism.rows import looked_up, resource
from im_stack.facts.mechanism.view import View, as_flag, as_items, as_values, member
from im_stack.facts.model import ABSENT, Evidence, Resource, Unknown

NETWORK: Final = "vpcConfig"
ZONE: Final = "aws:route53/zone:Zone"
ZONE_ASSOCIATION: Final = "aws:route53/zoneAssociation:ZoneAssociation"
FIREWALL: Final = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
_WORLD: Final = IPv4Network("0.0.0.0/0")
_SERVICES: Final = {"s3": "the object store", "kms": "the key service"}


@dataclass(frozen=True)
class _Path:
    """The way of one function: its network, subnets and groups, and what it does with its role at each service."""

    view: View
    vpc: Resource
    subnets: tuple[Resource, ...]
    groups: tuple[Resource, ...]
    requests: dict[str, Requests]

    @property
    def graph(self) -> Graph:
        return self.view.graph


def cut_off(view: View, use: Use) -> Iterator[Obstacle]:
    """Everything that keeps a function from reaching the two services, as far as the plan shows."""
    config, graph = view.get(NETWORK), view.graph
    given = [member(config, argument) for argument in ("subnetIds", "securityGroupIds")]
    if all(each in (ABSENT, ()) for each in given):
        return
    at = view.evidence(NETWORK)
    subnets, groups = (
        view.links(NETWORK, types, as_items(value))
        # equivalent(constant): two of each
        for value, types in zip(given, ({SUBNET}, GROUPS), strict=True)
    )
    networks = [graph.links(each, "vpcId", VPCS) for each in subnets.found]
    doubts = "; ".join(filter(None, (subnets.doubts, groups.doubts, *(each.doubts for each in networks))))
    vpcs = {vpc.urn: vpc for each in networks for vpc in each.found}
    if doubts or len(vpcs) != 1:
        yield Obstacle(f"the network that it stands in is not known ({doubts or 'several networks'})", at)
        return
    vpc = next(iter(vpcs.values()))
    for subnet in subnets.found:
        if subnet.inputs.get("cidrBlock", ABSENT) in (ABSENT, ""):
            yield Obstacle(f"{subnet.name} is not known to have addresses of IPv4", Evidence(subnet.urn, "cidrBlock"))
    roles = iam.role_of(view.resource, "role", view.get("role"), graph).found
    path = _Path(view, vpc, subnets.found, groups.found, use.requests(roles[0], view) if roles else {})
    for service, what in _SERVICES.items():
        name = f"com.amazonaws.{use.region}.{service}"
        found = [
            each for each, _ in graph.touching(vpc, ENDPOINT, "vpcId", VPCS) if each.inputs.get("serviceName") == name
        ]
        if not found:
            yield Obstacle(f"no endpoint {name} leads from its network to {what}", Evidence(vpc.urn), certain=True)
        for endpoint in found:
            yield from _through(path, endpoint, service, what)
    hosts = (f"{use.bucket}.s3.{use.region}.amazonaws.com", f"kms.{use.region}.amazonaws.com")
    yield from _names(path, hosts)


def _through(path: _Path, endpoint: Resource, service: str, what: str) -> Iterator[Obstacle]:
    """What is in the way by one endpoint. All endpoints of a service must lead to it: any of them may be taken."""
    kind = endpoint.inputs.get("vpcEndpointType", ABSENT)
    yield from _policy(path, endpoint, service, what)
    for argument, plain in (("dnsOptions", ()), ("ipAddressType", ("ipv4", "dualstack"))):
        if endpoint.inputs.get(argument, ABSENT) not in (ABSENT, (), "", *plain):
            yield Obstacle(f"how the endpoint answers for {what} is set apart", Evidence(endpoint.urn, argument))
    if kind in (ABSENT, "", "Gateway"):
        yield from _routes(path, endpoint, what)
        yield from _lists(path, path.subnets, _WORLD, what, outgoing=True)
        if not any(_leads(rule, (endpoint,), _WORLD) for rule in _rules(path, path.groups, incoming=False)):
            why = f"no rule of its security groups lets HTTPS out to {what}"
            yield Obstacle(why, Evidence(path.groups[0].urn) if path.groups else path.view.evidence(NETWORK))
    elif kind == "Interface":
        yield from _interface(path, endpoint, what)
    else:
        yield Obstacle(f"what kind of endpoint leads to {what} is not known", Evidence(endpoint.urn, "vpcEndpointType"))


def _policy(path: _Path, endpoint: Resource, service: str, what: str) -> Iterator[Obstacle]:
    """An endpoint without a policy lets everything through."""
    text = endpoint.inputs.get("policy", ABSENT)
    if text in (ABSENT, ""):
        return
    statements, at = access.read_document(text), Evidence(endpoint.urn, "policy")
    if statements is None:
        yield Obstacle(f"what the endpoint to {what} lets through is not known", at)
        return
    asked = {act: requests for act, requests in path.requests.items() if act.startswith(f"{service}:")}
    closed = [a for a, r in asked.items() if not is_granted(statements, r) or may_be_refused(statements, r)]
    # equivalent(operand): a role that is not known is an obstacle already
    if closed or not asked:
        yield Obstacle(f"the endpoint to {what} does not let {', '.join(closed) or 'its requests'} through", at)


def _routes(path: _Path, endpoint: Resource, what: str) -> Iterator[Obstacle]:
    """The route tables of all subnets must lead to a gateway endpoint, and nothing may lead elsewhere before it."""
    graph = path.graph
    led = graph.links(
        endpoint, "routeTableIds", ROUTE_TABLES, as_items(endpoint.inputs.get("routeTableIds", ABSENT))
    ).found
    beside = [
        graph.links(each, "routeTableId", ROUTE_TABLES).found
        for each in _sure(graph, endpoint, ENDPOINT_ROUTES, "vpcEndpointId")
    ]
    tables = {table.urn for found in (led, *beside) for table in found}
    for subnet in path.subnets:
        touching = list(graph.touching(subnet, ASSOCIATION, "subnetId"))
        found = [table for each, _ in touching for table in graph.links(each, "routeTableId", ROUTE_TABLES).found]
        # equivalent(operand): an association without a table of the stack stops the reader, which proves nothing
        if len(touching) != 1 or len(found) != 1:
            yield Obstacle(f"which routes hold in {subnet.name} is not known", Evidence(subnet.urn))
        elif found[0].urn not in tables:
            at = Evidence(endpoint.urn, "routeTableIds")
            yield Obstacle(f"no route of {subnet.name} leads to the endpoint of {what}", at, certain=True)
        else:
            yield from _detours(path, found[0])


def _sure(graph: Graph, target: Resource, type_: str, argument: str) -> list[Resource]:
    return [each for each, certain in graph.touching(target, type_, argument) if certain]


def _detours(path: _Path, table: Resource) -> Iterator[Obstacle]:
    """Routes to public addresses, or inside the network, that come before those of endpoints: all but the default."""
    own = read_network(path.vpc.inputs.get("cidrBlock"))
    if own is not None and own.is_global:
        yield Obstacle("its network has public addresses, which may be the object store's", Evidence(path.vpc.urn))
    for route, _ in path.graph.touching(table, ROUTE, "routeTableId", ROUTE_TABLES):
        to = route.inputs.get("destinationCidrBlock", ABSENT)
        if to in (ABSENT, "") and route.inputs.get("destinationPrefixListId", ABSENT) in (ABSENT, ""):
            continue  # IPv6
        network = read_network(to)
        # equivalent(operand): a network whose range is not known stops the reader, which proves nothing
        apart = network is not None and own is not None and network.is_private and not network.overlaps(own)
        if network != _WORLD and not apart:
            why = f"the route {route.name} may lead what goes to the services elsewhere"
            yield Obstacle(why, Evidence(route.urn, "destinationCidrBlock"))


def _interface(path: _Path, endpoint: Resource, what: str) -> Iterator[Obstacle]:
    """An endpoint with addresses in the network: it answers for the service's name, and lets the function in."""
    graph, at = path.graph, Evidence(endpoint.urn)
    for argument in ("enableDnsSupport", "enableDnsHostnames"):
        value = path.vpc.inputs.get(argument, argument == "enableDnsSupport")
        if (on := as_flag(value)) is not True:
            why = f"the network does not answer for the name of {what}"
            yield Obstacle(why, Evidence(path.vpc.urn, argument), on is False)
    if (private := as_flag(endpoint.inputs.get("privateDnsEnabled", ABSENT))) is not True:
        why = f"the endpoint does not answer for the name of {what}"
        yield Obstacle(why, Evidence(endpoint.urn, "privateDnsEnabled"), private is False)
    inputs = endpoint.inputs
    beside = _sure(graph, endpoint, ENDPOINT_SUBNETS, "vpcEndpointId")
    subnets = graph.links(endpoint, "subnetIds", {SUBNET}, as_items(inputs.get("subnetIds", ABSENT)))
    groups = graph.links(endpoint, "securityGroupIds", GROUPS, as_items(inputs.get("securityGroupIds", ABSENT)))
    added = [subnet for each in beside for subnet in graph.links(each, "subnetId", {SUBNET}).found]
    standing = (*subnets.found, *added)
    if doubts := "; ".join(filter(None, (subnets.doubts if not added else "", groups.doubts))):
        yield Obstacle(f"where the endpoint to {what} stands is not known ({doubts})", at)
        return  # equivalent(pass): what follows are more obstacles
    theirs, ours = _range(path, standing), _range(path, path.subnets)
    if not any(_leads(rule, groups.found, theirs) for rule in _rules(path, path.groups, incoming=False)):
        why = f"no rule of its security groups lets HTTPS out to the endpoint of {what}"
        yield Obstacle(why, Evidence(path.groups[0].urn) if path.groups else at)
    if not any(_leads(rule, path.groups, ours) for rule in _rules(path, groups.found, incoming=True)):
        why = f"no rule of the endpoint of {what} lets HTTPS in from the function"
        yield Obstacle(why, Evidence(groups.found[0].urn) if groups.found else at)
    yield from _lists(path, path.subnets, theirs, what, outgoing=True)
    yield from _lists(path, standing, ours, what, outgoing=False)


def _range(path: _Path, subnets: Sequence[Resource]) -> IPv4Network:
    """The addresses of some subnets: those of their whole network where there are several, anywhere if not known."""
    holder = subnets[0] if len(subnets) == 1 else path.vpc
    network = read_network(holder.inputs.get("cidrBlock"))
    return network if isinstance(network, IPv4Network) else _WORLD


def _rules(path: _Path, groups: Sequence[Resource], *, incoming: bool) -> list[Rule]:
    """The rules of some groups in one direction. Groups only allow, so each adds to what the others let through."""
    return [rule for group in groups for rule in rules_of_group(group, path.graph) if rule.incoming is incoming]


def _leads(rule: Rule, peers: Sequence[Resource], network: IPv4Network) -> bool:
    """Whether a rule lets HTTPS through to (or from) one of some groups or endpoints, or all of a range."""
    # equivalent(operand): a range of IPv6 stops the reader, which proves nothing
    inside = any(isinstance(each, IPv4Network) and network.subnet_of(each) for each in rule.networks)
    ports = rule.ports is not None and rule.ports[0] <= HTTPS[0] and HTTPS[1] <= rule.ports[1]
    return ports and (inside or any(peer in peers for peer in rule.peers))


def _lists(
    path: _Path, subnets: Sequence[Resource], peer: IPv4Network, what: str, *, outgoing: bool
) -> Iterator[Obstacle]:
    """What access lists of subnets stop: HTTPS in one direction, and its answers in the other."""
    for subnet in subnets:
        for found in entries_of(subnet, path.vpc, path.graph):
            for egress, ports in ((outgoing, HTTPS), (not outgoing, ANSWERS)):
                passes = lets_through(found.egress if egress else found.ingress, Traffic(peer, ports))
                if passes is not True:
                    # equivalent(negate): the text of a finding: tests/golden
                    way = "to" if outgoing else "from the function to"
                    why = f"the access list of {subnet.name} stops what goes {way} {what}, or its answers"
                    yield Obstacle(why, found.evidence, passes is False)


def _names(path: _Path, hosts: Sequence[str]) -> Iterator[Obstacle]:
    """Who answers for the names of the services besides the network's own resolver."""
    graph, vpc = path.graph, path.vpc
    for options, _ in graph.touching(vpc, DHCP, "vpcId", VPCS):
        found = graph.links(options, "dhcpOptionsId", {DHCP_OPTIONS}).found
        servers = as_values(found[0].inputs.get("domainNameServers", ABSENT)) if found else ()
        if servers != ("AmazonProvidedDNS",):
            yield Obstacle("other name servers answer in its network", Evidence(options.urn, "dhcpOptionsId"))
    for firewall, _ in graph.touching(vpc, FIREWALL, "vpcId", VPCS):
        yield Obstacle("a firewall may refuse the names of the services", Evidence(firewall.urn, "vpcId"))
    for zone, at in _private_zones(graph, vpc):
        name = zone.inputs.get("name", ABSENT) if zone else Unknown("name")
        known = name.rstrip(".").lower() if isinstance(name, str) else None
        if not known or any(host == known or host.endswith(f".{known}") for host in hosts):
            which = zone.name if zone else "a private zone"
            why = f"{which} answers for the names of the services in its network"
            yield Obstacle(why, at, bool(known))


def _private_zones(graph: Graph, vpc: Resource) -> Iterator[tuple[Resource | None, Evidence]]:
    """The private zones that may answer in a network; None for one that is not known."""
    for zone in graph.of_type(ZONE):
        blocks = as_items(zone.inputs.get("vpcs", ABSENT))
        # equivalent(negate): a block is searched whole; blocks that are not known stop the reader, which proves nothing
        ids = blocks if isinstance(blocks, Unknown) else tuple(member(block, "vpcId") for block in blocks)
        if ids != ():
            found, doubts = graph.links(zone, "vpcs", VPCS, ids)
            if doubts or vpc in found:
                yield zone, Evidence(zone.urn, "vpcs")
    for each, _ in graph.touching(vpc, ZONE_ASSOCIATION, "vpcId", VPCS):
        found = graph.links(each, "zoneId", {ZONE}).found
        yield found[0] if found else None, Evidence(each.urn, "zoneId")


READERS: Final = {
    ZONE: resource(looked_up("name", "vpcs")),
    ZONE_ASSOCIATION: resource(looked_up("zoneId", "vpcId")),
    FIREWALL: resource(looked_up("vpcId")),
}
