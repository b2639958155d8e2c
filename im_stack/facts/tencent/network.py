"""The network: who may reach whom by security groups, where subnets are, where flow logs go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from im_stack.facts.knowledge import addresses, security_groups
from im_stack.facts.knowledge.security_groups import Rule
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.identities import may_be
from im_stack.facts.mechanism.view import View, as_items, member
from im_stack.facts.model import ABSENT, Evidence, Fact, Located, Resource, Unknown, Unread, Value
from im_stack.facts.tencent.location import zones

GROUP = "tencentcloud:Security/group:Group"
RULE_SET = "tencentcloud:Security/groupRuleSet:GroupRuleSet"
RULE = "tencentcloud:Security/groupRule:GroupRule"
SUBNET = "tencentcloud:Subnet/instance:Instance"
FLOW_LOG = "tencentcloud:Vpc/flowLog:FlowLog"
_TOPIC = "tencentcloud:Cls/topic:Topic"
_EDGE = frozenset(
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
        items = as_items(resource.inputs.get(argument, ABSENT))
        links = resource.links.get(argument, ())
        if isinstance(items, Unknown):
            rules += _read(items, incoming, Evidence(resource.urn, argument), links, graph)
            continue
        for index, item in enumerate(items):
            rules += _read(item, incoming, Evidence(resource.urn, f"{argument}[{index}]"), links, graph)
    return rules


def _single(resource: Resource, graph: Graph) -> Iterator[Rule]:
    """The rule of a single-rule resource; for both ways where its type is not known."""
    block = {name: resource.inputs.get(argument, ABSENT) for argument, name in _SINGLE.items()}
    way = resource.inputs.get("type", ABSENT)
    text = way.lower() if isinstance(way, str) else ""
    links = resource.links.get("sourceSgid", ())
    for incoming in [text == "ingress"] if text in ("ingress", "egress") else [True, False]:
        yield from _read(block, incoming, Evidence(resource.urn, "cidrIp"), links, graph)


def _read(block: Value, incoming: bool, at: Evidence, links: Iterable[str], graph: Graph) -> Iterator[Rule]:
    action = member(block, "action")
    if isinstance(action, str) and action.upper() == "DROP":
        return
    evidence = replace(at, source=addresses.source())
    networks, why = _sources(block, links, graph)
    if isinstance(block, Unknown):
        networks, why = (), "not known before deployment"
    elif not isinstance(action, str):
        networks, why = (), "its action is not known before deployment"
    yield Rule(incoming, networks, _https(block), why, evidence)


def _sources(block: Value, links: Iterable[str], graph: Graph) -> tuple[tuple[addresses.Network, ...], str]:
    """The known ranges a rule names, and what about its source is not known."""
    given = [(key, member(block, key)) for key in ("cidrBlock", "ipv6CidrBlock")]
    given = [(key, value) for key, value in given if value not in (ABSENT, "")]
    networks, why = security_groups.ranges(given)
    named = bool(given)
    group = member(block, "sourceSecurityId")
    if group not in (ABSENT, ""):
        named = True
        if not _is_group(group, links, graph):
            why = "its source is no security group of this stack"
    for key in ("addressTemplateId", "addressTemplateGroup"):
        if member(block, key) not in (ABSENT, "", ()):
            named, why = True, "what an address template holds is not in the plan"
    return tuple(networks), why or ("" if named else "it names no source")


def _is_group(value: Value, links: Iterable[str], graph: Graph) -> bool:
    """Whether a source is a group of the stack. Links are per list, not per rule: for what is not known any group in
    it will do, because a group is never the world."""
    if isinstance(value, str) and graph.named(value, {GROUP}):
        return True
    linked = [graph.by_urn[urn] for urn in links if urn in graph.by_urn and graph.by_urn[urn].type == GROUP]
    return any(not isinstance(value, str) or may_be(value, group) for group in linked)


def _https(block: Value) -> bool:
    """Exactly TCP 443: no list, no range, no template. Absent is every protocol and every port."""
    protocol, port = member(block, "protocol"), member(block, "port")
    templates = [member(block, key) for key in ("serviceTemplateId", "serviceTemplateGroup")]
    exact = isinstance(protocol, str) and protocol.upper() == "TCP" and port in ("443", 443)
    return exact and all(value in (ABSENT, "", ()) for value in templates)


def _edge_only(group: Resource | None, graph: Graph) -> bool | None:
    """Whether a group guards load balancers and nothing else; None where nothing of this stack uses it."""
    if group is None:
        return None
    users = {r.type for r in graph.users(group.urn) if r.custom and r.type not in (RULE_SET, RULE)}
    return users <= _EDGE if users else None


def _rules(view: View, graph: Graph) -> Iterable[Fact]:
    group = graph.link(view.resource, "securityGroupId", {GROUP})
    if isinstance(group, NoLink):
        yield Unread(view.urn, group.why, "link")
    owner = None if isinstance(group, NoLink) else group
    yield from security_groups.doors(view.urn, _rules_of(view.resource, graph), lambda: _edge_only(owner, graph))


def _group(view: View, graph: Graph) -> Iterable[Fact]:
    """Ranges that are each small enough, and together are the world: over all rules of one group."""
    rules = [
        rule
        for type_ in (RULE_SET, RULE)
        for resource in graph.pointing_at(view.resource, type_, "securityGroupId")
        for rule in _rules_of(resource, graph)
    ]
    yield from security_groups.joined(view.urn, rules, lambda: _edge_only(view.resource, graph))


def _subnet(view: View, graph: Graph) -> Iterable[Fact]:
    yield from zones("availabilityZone")(view)


def _flow_log(view: View, graph: Graph) -> Iterable[Fact]:
    """Flow logs hold the addresses of callers: they must end in a topic of this stack, in the home region."""
    region, storage = view.get("cloudLogRegion"), view.get("storageType")
    if region not in (ABSENT, ""):
        place = region if isinstance(region, str) else None
        yield Located(view.urn, place, "the flow log", view.evidence("cloudLogRegion"), crosses=True)
    if storage not in (ABSENT, "cls"):
        yield Unread(view.urn, "flow logs go to something that is no log topic of this stack", "link")
        return
    topic = graph.link(view.resource, "cloudLogId", {_TOPIC})
    if isinstance(topic, NoLink):
        yield Unread(view.urn, f"flow logs: {topic.why}", "link")


READERS: Mapping[str, Reader] = {
    GROUP: Reader(frozenset(), _group),
    RULE_SET: Reader(frozenset({"securityGroupId", "ingresses", "egresses"}), _rules),
    RULE: Reader(frozenset({"securityGroupId", "type", *_SINGLE}), _rules),
    SUBNET: Reader(frozenset({"availabilityZone"}), _subnet),
    FLOW_LOG: Reader(frozenset({"cloudLogRegion", "storageType", "cloudLogId"}), _flow_log),
}
