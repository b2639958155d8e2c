"""The network: who may reach whom by security groups, where subnets are, where flow logs go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_network

from im_stack.facts.knowledge import addresses, security_groups
from im_stack.facts.knowledge.security_groups import Rule, SecurityGroups
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.identities import may_be
from im_stack.facts.mechanism.rows import in_region, looked_up, reads, resource, writes
from im_stack.facts.mechanism.view import View, member, numbered
from im_stack.facts.model import ABSENT, ACCESS_LOGS, Evidence, Fact, Resource, Unknown, Unresolved, Value
from im_stack.facts.tencent.location import zones
from im_stack.facts.tencent.network.path import RESOLVERS

GROUP = "tencentcloud:Security/group:Group"
RULE_SET = "tencentcloud:Security/groupRuleSet:GroupRuleSet"
RULE = "tencentcloud:Security/groupRule:GroupRule"
SUBNET = "tencentcloud:Subnet/instance:Instance"
FLOW_LOG = "tencentcloud:Vpc/flowLog:FlowLog"
_TOPIC = "tencentcloud:Cls/topic:Topic"
EDGE = frozenset(
    {"tencentcloud:Clb/instance:Instance", "tencentcloud:Clb/securityGroupAttachment:SecurityGroupAttachment"}
)
_SINGLE = {  # the arguments of a single rule, as a member of a rule set calls them
    "policy": "action",
    "cidrIp": "cidrBlock",
    "sourceSgid": "sourceSecurityId",
    "addressTemplate": "addressTemplateId",
    "protocolTemplate": "serviceTemplateId",
    "ipProtocol": "protocol",
    "portRange": "port",
}


def _rules_of(resource: Resource, graph: Graph) -> list[Rule]:
    """Every rule of a rule set or of a single-rule resource, except those that drop.

    A DROP before an ACCEPT is not trusted to close it: what counts is what is accepted.
    """
    if resource.type == RULE:
        return list(_single(resource, graph))
    rules: list[Rule] = []
    for argument, incoming in (("ingresses", True), ("egresses", False)):
        links = resource.links.get(argument, ())
        for path, block in numbered(argument, resource.inputs.get(argument, ABSENT)):
            rules += _read(block, incoming, Evidence(resource.urn, path), links, graph)
    return rules


def _single(resource: Resource, graph: Graph) -> Iterator[Rule]:
    """The rule of a single-rule resource; for both ways where its type is not known."""
    block = {name: resource.inputs.get(argument, ABSENT) for argument, name in _SINGLE.items()}
    way = resource.inputs.get("type", ABSENT)
    text = way.lower() if isinstance(way, str) else ""
    links = resource.links.get("sourceSgid", ())
    # equivalent(constant): what is open as a way in is open as a way out, which is never better
    for incoming in [text == "ingress"] if text in ("ingress", "egress") else [True, False]:
        yield from _read(block, incoming, Evidence(resource.urn, "cidrIp"), links, graph)


def _read(block: Value, incoming: bool, at: Evidence, links: Iterable[str], graph: Graph) -> Iterator[Rule]:
    action = member(block, "action")
    if isinstance(action, str) and action.upper() == "DROP":
        return
    evidence = replace(at, source=addresses.source())
    networks, why, peers = _sources(block, links, graph)
    if isinstance(block, Unknown):
        networks, why = (), "not known before deployment"
    elif not isinstance(action, str):
        networks, why = (), "its action is not known before deployment"
    yield Rule(incoming, networks, _https(block), why, evidence, peers=peers)


def _sources(
    block: Value, links: Iterable[str], graph: Graph
) -> tuple[tuple[addresses.Network, ...], str, tuple[Resource, ...]]:
    """The known ranges a rule names, what about its source is not known, and the groups that it may be."""
    given = [(key, member(block, key)) for key in ("cidrBlock", "ipv6CidrBlock")]
    given = [(key, value) for key, value in given if value not in (ABSENT, "")]
    networks, why = security_groups.ranges(given)
    named, groups = bool(given), list[Resource]()
    group = member(block, "sourceSecurityId")
    if group not in (ABSENT, ""):
        named, groups = True, _groups(group, links, graph)
        if not groups:
            why = "its source is no security group of this stack"
    for key in ("addressTemplateId", "addressTemplateGroup"):
        if member(block, key) not in (ABSENT, "", ()):
            # equivalent(constant): why it is not known is said already
            named, why = True, "what an address template holds is not in the plan"
    return tuple(networks), why or ("" if named else "it names no source"), tuple(groups)


def _groups(value: Value, links: Iterable[str], graph: Graph) -> list[Resource]:
    """The groups of the stack that a source may be. Links are per list, not per rule: what is not known may be any
    group in it, of which none is the world."""
    # equivalent(operand): what is no text names no resource
    if isinstance(value, str) and (named := graph.named(value, {GROUP})):
        return named
    # equivalent(operand): a table links only to what it holds
    linked = [graph.by_urn[urn] for urn in links if urn in graph.by_urn and graph.by_urn[urn].type == GROUP]
    return [group for group in linked if not isinstance(value, str) or may_be(value, group)]


def rules_of_group(group: Resource, graph: Graph) -> list[Rule]:
    """Every rule of a group."""
    beside = [each for type_ in (RULE_SET, RULE) for each in graph.pointing_at(group, type_, "securityGroupId")]
    return [rule for each in beside for rule in _rules_of(each, graph)]


def _https(block: Value) -> bool:
    """Exactly TCP 443: no list, no range, no template. Absent is every protocol and every port."""
    protocol, port = member(block, "protocol"), member(block, "port")
    templates = [member(block, key) for key in ("serviceTemplateId", "serviceTemplateGroup")]
    exact = isinstance(protocol, str) and protocol.upper() == "TCP" and port in ("443", 443)
    return exact and all(value in (ABSENT, "", ()) for value in templates)


@reads("storageType", "cloudLogId")
def _flow_log_target(view: View) -> Iterator[Fact]:
    """Flow logs hold the addresses of callers: they must end in a topic of this stack."""
    if view.get("storageType") in (ABSENT, "cls"):
        yield from writes("flow logs", "cloudLogId", {_TOPIC}, ACCESS_LOGS)(view)
    else:
        yield Unresolved(view.urn, "flow logs go to something that is no log topic of this stack", "link")


_GROUPS = SecurityGroups(frozenset({GROUP}), (RULE_SET, RULE), EDGE, _rules_of, frozenset(map(ip_network, RESOLVERS)))
READERS: Mapping[str, Reader] = {
    GROUP: resource(_GROUPS.of_group()),
    RULE_SET: resource(_GROUPS.of_rule("ingresses", "egresses")),
    RULE: resource(_GROUPS.of_rule("type", *_SINGLE)),
    SUBNET: resource(zones("availabilityZone"), looked_up("cidrBlock")),
    FLOW_LOG: resource(in_region("cloudLogRegion", "the flow log", optional=True), _flow_log_target),
}
