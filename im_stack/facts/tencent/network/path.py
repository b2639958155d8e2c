"""Network path of a function in a private network to the object store and the key service: what cuts it off.

Inside a network both services answer at inner addresses: what can stop a packet is the access list of the subnet, a
route to these addresses, and another answer to the name. A function in no network reaches both.

Sources: `vpc_acl`, `vpc_acl_attachment`, `route_table_entry`, `vpc.dns_servers` (provider v1.82.42). That inner
addresses need no route is assumed: no document seen says how they are routed.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from im_stack.facts.knowledge.access_lists import (
    ANSWERS,
    EVERY_PORT,
    HTTPS,
    NOT_KNOWN,
    Entry,
    Ports,
    Protocol,
    Traffic,
    lets_through,
)
from im_stack.facts.knowledge.addresses import read_network
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.requirements import Obstacle
from im_stack.facts.mechanism.rows import looked_up, resource
from im_stack.facts.mechanism.view import View, as_values
from im_stack.facts.model import ABSENT, Evidence, Resource, Value
from im_stack.facts.tencent.network.dns import ZONE, answers_for_the_cloud

NETWORK: Final = ("vpcId", "subnetId", "enablePublicNet")
VPC: Final = "tencentcloud:Vpc/instance:Instance"
SUBNET: Final = "tencentcloud:Subnet/instance:Instance"
TABLE: Final = "tencentcloud:Route/table:Table"
ENTRY: Final = "tencentcloud:Route/tableEntry:TableEntry"
LIST: Final = "tencentcloud:Vpc/acl:Acl"
ATTACHMENT: Final = "tencentcloud:Vpc/aclAttachment:AclAttachment"
QUINTUPLE: Final = "tencentcloud:Vpc/networkAclQuintuple:NetworkAclQuintuple"
_INSIDE: Final = "https://kms.internal.tencentcloudapi.com"
_INNER: Final = (IPv4Network("169.254.0.0/16"), IPv4Network("100.64.0.0/10"))
"""Inner addresses of services of the cloud (`components/tencent/network.yaml` lets the application reach the same)."""
RESOLVERS: Final = ("183.60.83.19", "183.60.82.98")
_DNS: Final = (53, 53)


def cut_off(view: View, kms_endpoint: str) -> Iterator[Obstacle]:
    """Everything that keeps a function from reaching the two services, as far as the plan shows."""
    if all(view.get(argument) in (ABSENT, "") for argument in ("vpcId", "subnetId")):
        return
    graph = view.graph
    networks, subnets = view.links("vpcId", {VPC}), view.links("subnetId", {SUBNET})
    doubts = "; ".join(filter(None, (networks.doubts, subnets.doubts)))
    if doubts:
        yield Obstacle(f"the network that it stands in is not known ({doubts})", view.evidence("vpcId"))
        return
    vpc, subnet = networks.found[0], subnets.found[0]
    if graph.links(subnet, "vpcId", {VPC}).found != (vpc,):
        yield Obstacle(f"{subnet.name} is not known to be a subnet of {vpc.name}", view.evidence("subnetId"))
    if kms_endpoint != _INSIDE and view.flag("enablePublicNet") is not True:
        why = f"from inside a network the key service is reached at {_INSIDE} only"
        yield Obstacle(why, view.evidence("environment"))
    for each in (vpc, subnet):
        network = read_network(each.inputs.get("cidrBlock"))
        if isinstance(network, IPv4Network) and any(inner.overlaps(network) for inner in _INNER):
            yield Obstacle(f"{each.name} has the inner addresses of services", Evidence(each.urn, "cidrBlock"))
    yield from _lists(graph, subnet)
    yield from _routes(graph, subnet)
    for zone in graph.of_type(ZONE):
        if answers_for_the_cloud(zone.inputs.get("domain", ABSENT)):
            yield Obstacle(f"{zone.name} may answer for the names of the services", Evidence(zone.urn, "domain"))
    if servers := [each for each in as_values(vpc.inputs.get("dnsServers", ABSENT)) if each not in RESOLVERS]:
        yield Obstacle(f"{len(servers)} other name servers answer in its network", Evidence(vpc.urn, "dnsServers"))


def _lists(graph: Graph, subnet: Resource) -> Iterator[Obstacle]:
    """What access lists of the subnet stop: HTTPS, its answers, and the questions for names."""
    for attachment, certain in graph.touching(subnet, ATTACHMENT, "subnetId"):
        found = graph.links(attachment, "aclId", {LIST}).found if certain else ()
        lists = found[0] if found else None
        for egress, ports in ((True, HTTPS), (False, ANSWERS)):
            entries = _entries(graph, lists, egress=egress)
            asked = [Traffic(network, ports) for network in _INNER]
            asked += (Traffic(IPv4Network(server), _DNS if egress else ANSWERS, "udp") for server in RESOLVERS)
            answers = [lets_through(entries, each) for each in asked]
            if not all(answers):
                why = f"the access list of {subnet.name} stops what goes to the services, or its answers"
                at = Evidence(lists.urn if lists else attachment.urn, "egresses" if egress else "ingresses")
                yield Obstacle(why, at, False in answers)


def _entries(graph: Graph, list_: Resource | None, *, egress: bool) -> list[Entry]:
    if list_ is None or any(True for _ in graph.touching(list_, QUINTUPLE, "networkAclId")):
        return [NOT_KNOWN]
    return [_entry(each) for each in as_values(list_.inputs.get("egresses" if egress else "ingresses", ABSENT))]


def _entry(value: Value) -> Entry:
    """An entry as it is written: `ACCEPT#10.0.0.0/8#443#TCP`, ports also as a range or ALL."""
    parts = value.upper().split("#") if isinstance(value, str) else []
    if len(parts) != 4:
        return NOT_KNOWN
    action, network, port, protocol = parts
    kinds: dict[str, Protocol] = {"ALL": "all", "TCP": "tcp", "UDP": "udp", "ICMP": "other"}
    allows = {"ACCEPT": True, "DROP": False}.get(action)
    return Entry(allows, kinds.get(protocol), read_network(network), _ports(port))


def _ports(text: str) -> Ports | None:
    ends = text.split("-")
    if text == "ALL":
        return EVERY_PORT
    # equivalent(operand, builtin): ports that are no numbers stop the reader, which proves nothing
    return (int(ends[0]), int(ends[-1])) if len(ends) <= 2 and all(map(str.isdecimal, ends)) else None


def _routes(graph: Graph, subnet: Resource) -> Iterator[Obstacle]:
    """Routes of the subnet's table, or of one that is not known, to inner addresses: others lead nowhere near."""
    tables = [*graph.links(subnet, "routeTableId", {TABLE}).found]
    for each, _ in graph.touching(subnet, _ASSOCIATION, "subnetId"):
        tables += graph.links(each, "routeTableId", {TABLE}).found
    entries = {entry.urn: entry for table in tables for entry, _ in graph.touching(table, ENTRY, "routeTableId")}
    for entry in entries.values():
        network = read_network(entry.inputs.get("destinationCidrBlock"))
        narrow = isinstance(network, IPv4Network) and network.prefixlen
        if network is None or (narrow and any(inner.overlaps(network) for inner in _INNER)):
            why = f"the route {entry.name} may lead what goes to the services elsewhere"
            yield Obstacle(why, Evidence(entry.urn, "destinationCidrBlock"))


_ASSOCIATION: Final = "tencentcloud:Route/tableAssociation:TableAssociation"
_LOOKED_UP: Final = {
    VPC: ("dnsServers", "cidrBlock"),
    LIST: ("ingresses", "egresses"),
    ATTACHMENT: ("aclId", "subnetId"),
    QUINTUPLE: ("networkAclId",),
    ENTRY: ("routeTableId", "destinationCidrBlock"),
    _ASSOCIATION: ("subnetId",),
}
READERS: Final = {type_: resource(looked_up(*arguments)) for type_, arguments in _LOOKED_UP.items()}
