"""Network ACLs: the entries that hold in a subnet, from the lists of this stack or the network's own, which lets all
through until this stack changes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from im_stack.facts.aws.network.vpc import VPCS
from im_stack.facts.knowledge.access_lists import EVERY_PORT, NOT_KNOWN, Entry, Ports, Protocol
from im_stack.facts.knowledge.addresses import read_network
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import looked_up, resource
from im_stack.facts.mechanism.view import as_flag, as_number, as_values, member
from im_stack.facts.model import ABSENT, Evidence, Resource, Unknown, Value

LIST: Final = "aws:ec2/networkAcl:NetworkAcl"
OWN: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"
ASSOCIATION: Final = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
_EVERY: Final = Entry(True, "all", read_network("0.0.0.0/0"), EVERY_PORT)
_PROTOCOLS: Final[dict[str, Protocol]] = {
    "-1": "all",
    "all": "all",
    "tcp": "tcp",
    "6": "tcp",
    "udp": "udp",
    "17": "udp",
}
_OWN_ID: Final = "defaultNetworkAclId"
_FIRST: Final = -1
"""The number of an entry whose number is not known: it may come before all others."""


@dataclass
class AccessList:
    """The entries of one list in both directions, by number."""

    evidence: Evidence
    numbered: dict[bool, list[tuple[float, Entry]]] = field(default_factory=lambda: {True: [], False: []})

    @property
    def ingress(self) -> list[Entry]:
        return self._sorted(egress=False)

    @property
    def egress(self) -> list[Entry]:
        return self._sorted(egress=True)

    def _sorted(self, *, egress: bool) -> list[Entry]:
        return [entry for _, entry in sorted(self.numbered[egress], key=lambda pair: pair[0])]

    def add(self, egress: bool | None, number: Value, entry: Entry) -> None:
        """Add an entry; one of a direction that is not known may be in both."""
        found = as_number(number)
        # equivalent(constant): a path asks for both directions
        for way in (True, False) if egress is None else (egress,):
            self.numbered[way].append((_FIRST if found is None else found, NOT_KNOWN if egress is None else entry))


def entries_of(subnet: Resource, vpc: Resource, graph: Graph) -> list[AccessList]:
    """The lists that hold in a subnet, or may: those of this stack, or the network's own."""
    lists = list(graph.touching(subnet, LIST, "subnetIds"))
    for association, certain in graph.touching(subnet, ASSOCIATION, "subnetId"):
        found = graph.links(association, "networkAclId", {LIST}).found if certain else ()
        lists += [(each, True) for each in found] or [(association, False)]
    lists = lists or list(graph.touching(vpc, OWN, _OWN_ID))
    if not lists:
        return [_with_rules(AccessList(Evidence(vpc.urn)), vpc, graph, every=True)]
    return [_of(each, graph) if certain else _not_known(each) for each, certain in lists]


def _not_known(resource: Resource) -> AccessList:
    found = AccessList(Evidence(resource.urn))
    found.add(None, _FIRST, NOT_KNOWN)
    return found


def _of(resource: Resource, graph: Graph) -> AccessList:
    """The entries in a list, and those of rules beside it."""
    found = AccessList(Evidence(resource.urn))
    for argument in ("ingress", "egress"):
        for block in as_values(resource.inputs.get(argument, ABSENT)):
            found.add(argument == "egress", member(block, "ruleNo"), _entry(block, member(block, "action")))
    return _with_rules(found, resource, graph, every=False)


def _with_rules(found: AccessList, named: Resource, graph: Graph, *, every: bool) -> AccessList:
    """A list with the rules that name it, by itself or (the network's own) by its network; `every` lets all through."""
    for way in (True, False) if every else ():
        found.add(way, 100, _EVERY)
    for rule, certain in graph.touching(named, RULE, "networkAclId", {LIST, OWN, *VPCS}):
        egress = as_flag(rule.inputs.get("egress", ABSENT))
        entry = _entry(rule.inputs, rule.inputs.get("ruleAction", ABSENT)) if certain else NOT_KNOWN
        found.add(egress, rule.inputs.get("ruleNumber", ABSENT) if certain else _FIRST, entry)
    return found


def _entry(block: Value, action: Value) -> Entry:
    if isinstance(block, Unknown):
        return NOT_KNOWN
    allows = {"allow": True, "deny": False}.get(action.lower()) if isinstance(action, str) else None
    named = member(block, "protocol")
    protocol: Protocol | None = None if isinstance(named, Unknown) else _PROTOCOLS.get(str(named).lower(), "other")
    ranges = [value for key in ("cidrBlock", "ipv6CidrBlock") if (value := member(block, key)) not in (ABSENT, "")]
    network = read_network(ranges[0]) if len(ranges) == 1 else None
    return Entry(allows, protocol, network, EVERY_PORT if protocol == "all" else _ports(block))


def _ports(block: Value) -> Ports | None:
    ends = [as_number(member(block, key)) for key in ("fromPort", "toPort")]
    low, high = ends
    # equivalent(operand): a port that is not known stops the reader, which proves nothing
    return None if low is None or high is None else (int(low), int(high))


def _rows() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield LIST, ("subnetIds", "ingress", "egress")
    yield OWN, (_OWN_ID, "ingress", "egress")
    ends = ("cidrBlock", "ipv6CidrBlock", "fromPort", "toPort")
    yield RULE, ("networkAclId", "egress", "ruleNumber", "ruleAction", "protocol", *ends)
    yield ASSOCIATION, ("networkAclId", "subnetId")


READERS = {type_: resource(looked_up(*arguments)) for type_, arguments in _rows()}
