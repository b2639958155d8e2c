"""CKafka: the instance and its routes, its topics (each a store of its own) and who may read them."""

from collections.abc import Callable, Iterable, Iterator

from im_stack.facts.knowledge import addresses
from im_stack.facts.mechanism.cloud import Link, Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, as_items, as_number, member
from im_stack.facts.model import (
    ABSENT,
    Amount,
    AtRest,
    Channel,
    Copy,
    Door,
    Evidence,
    Fact,
    Grade,
    Resource,
    Store,
    Unknown,
    Unread,
    Value,
)
from im_stack.facts.tencent.location import numbered_zones, own_network

INSTANCE = "tencentcloud:Ckafka/instance:Instance"
TOPIC = "tencentcloud:Ckafka/topic:Topic"
ROUTE = "tencentcloud:Ckafka/route:Route"
ACL = "tencentcloud:Ckafka/acl:Acl"
ACL_RULE = "tencentcloud:Ckafka/aclRule:AclRule"
_PER_SECOND = 1000  # the arguments count milliseconds
_UNCOUNTED = 10**18  # milliseconds, more than any period can be
_SASL_SSL = 3
_VPC = 3
_PUBLIC = (1, 2, 5)
_ANYBODY = ("*", "", "User:", "User:*")
_ANYWHERE = ("*", "", "0.0.0.0/0", "::/0")
_PLAIN = ("READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS")
_OPERATIONS = "ckafka_acl.operation_type: ALL and the ALTER ones reach the configuration of a topic"
_NO_ENCRYPTION = "provider v1.82.42 and its API: CKafka has no encryption at rest"
_NO_LIST = "document 597/39084: a topic without an access list is open to whoever reaches the instance"
_DEFAULT = "document 597/39084 and ckafka_route.access_type: the listener every instance has is plaintext"
_VIPS = "ckafka API RouteResponse.VipType: 3 is the VPC, 1, 2 and 5 are outside it"


def _instance(view: View, graph: Graph) -> Iterable[Fact]:
    routes = graph.pointing_at(view.resource, ROUTE, "instanceId")
    beside = any(as_number(route.inputs.get("accessType", ABSENT)) == _SASL_SSL for route in routes)
    unused = "no client may use it: the SASL_SSL route stands beside it" if beside else ""
    yield Channel(view.urn, "the default listener", False, view.evidence("", _DEFAULT), declared=unused)
    yield from numbered_zones("zoneId", "zoneIds")(view)
    yield from own_network("vpcId")(view)


def _of_instance(
    read: Callable[[View, Graph, Resource], Iterable[Fact]],
) -> Callable[[View, Graph], Iterable[Fact]]:
    """A reader of what belongs to an instance. Without one it is unread, and read all the same."""

    def reader(view: View, graph: Graph) -> Iterable[Fact]:
        instance = graph.link(view.resource, "instanceId", {INSTANCE})
        if isinstance(instance, NoLink):
            yield Unread(view.urn, instance.why, "link")
            instance = view.resource
        yield from read(view, graph, instance)

    return reader


def _topic(view: View, graph: Graph, instance: Resource) -> Iterable[Fact]:
    yield Store(view.urn, "ckafka", _expiry(view), protected=view.resource.options.protect, word="producer-clock")
    yield from _compacted(view)
    yield AtRest(
        view.urn,
        "records",
        False,
        "the service offers no encryption at rest",
        view.evidence("", _NO_ENCRYPTION),
        offered=False,
    )
    open_ = not _listed(view.resource, graph, instance)
    yield Door(view.urn, "the way past an access list", open_, view.evidence("topicName", _NO_LIST))


def _expiry(view: View) -> tuple[Amount, ...]:
    """Retention counts from a segment's last record, the roll from its first; then the cleaner runs."""
    policy = view.get("cleanUpPolicy")
    if isinstance(policy, Unknown):
        evidence = view.evidence("cleanUpPolicy")
        return (Amount(None, "what cleans the topic (not known)", evidence, unknown=True),)
    if policy != "delete":
        return ()
    row = limits("tencent")["ckafka-retention"]
    return (
        _period(view, "retention", "ckafka-retention", "records kept"),
        _period(view, "segment", "ckafka-segment", "segment roll"),
        Amount(row.lag, "cleaner run", Evidence(view.urn, "retention", Grade.ASSUMED, row.source, row.note)),
    )


def _period(view: View, argument: str, limit: str, label: str) -> Amount:
    value = view.get(argument)
    number = as_number(value)
    if number is not None and number <= 0:
        return Amount(None, f"{label} without end", view.evidence(argument))
    seconds: Value = value if number is None else min(number, _UNCOUNTED) / _PER_SECOND
    return view.amount(seconds, argument, limits("tencent")[limit], label)


def _compacted(view: View) -> Iterator[Fact]:
    """Compaction keeps the last record of every key for ever, whatever else the policy names."""
    policy = view.get("cleanUpPolicy")
    if not isinstance(policy, Unknown) and policy != "delete":
        endless = Amount(None, "compaction keeps the last record of each key", view.evidence("cleanUpPolicy"))
        yield Copy(view.urn, "compacted log", (endless,))


def _listed(topic: Resource, graph: Graph, instance: Resource) -> bool:
    """Whether an access list that allows somebody speaks of the topic: everybody else is refused then."""
    for acl in graph.pointing_at(topic, ACL, "resourceName"):
        if acl.inputs.get("permissionType", "ALLOW") == "ALLOW" and acl.inputs.get("resourceType", "TOPIC") == "TOPIC":
            return True
    name = topic.inputs.get("topicName", ABSENT)
    for rule in graph.pointing_at(instance, ACL_RULE, "instanceId"):
        prefix, entries = rule.inputs.get("pattern", ABSENT), as_items(rule.inputs.get("ruleLists", ABSENT))
        covers = isinstance(prefix, str) and prefix and isinstance(name, str) and name.startswith(prefix)
        if not covers or rule.inputs.get("patternType", ABSENT) != "PREFIXED" or isinstance(entries, Unknown):
            continue
        if any(member(entry, "permissionType") == "Allow" for entry in entries):
            return True
    return False


def _route(view: View, graph: Graph, instance: Resource) -> Iterable[Fact]:
    access, network = view.get("accessType"), view.get("vipType")
    yield Channel(
        view.urn,
        "the route",
        None if isinstance(access, Unknown) else as_number(access) == _SASL_SSL,
        view.evidence("accessType", "ckafka_route.access_type: 3 is SASL_SSL, and 2 has no user behind it"),
    )
    number = as_number(network)
    outside = False if number == _VPC else True if number in _PUBLIC else None
    yield Door(view.urn, "the route from outside the network", outside, view.evidence("vipType", _VIPS), alone=True)
    yield from own_network("vpcId")(view)


def _acl(view: View, graph: Graph, instance: Resource) -> Iterable[Fact]:
    if view.get("resourceType") == "TOPIC":
        topic = graph.link(view.resource, "resourceName", {TOPIC})
        if isinstance(topic, NoLink):
            yield Unread(view.urn, topic.why, "link")
    if view.get("permissionType") != "DENY":
        yield from _grant(view, view.get("principal"), view.get("host"), "principal", "host")
        yield _rights(view, view.get("operationType"), "operationType")


def _acl_rule(view: View, graph: Graph, instance: Resource) -> Iterable[Fact]:
    entries = view.items("ruleLists")
    if isinstance(entries, Unknown):
        yield Door(view.urn, "the access list", None, view.evidence("ruleLists"))
        return
    for entry in entries:
        if member(entry, "permissionType") != "Deny":
            who, where = member(entry, "principal"), member(entry, "host")
            yield from _grant(view, who, where, "ruleLists.principal", "ruleLists.host")
            yield _rights(view, member(entry, "operation"), "ruleLists.operation")


def _grant(view: View, principal: Value, host: Value, who: str, where: str) -> Iterator[Fact]:
    """What one entry of an access list grants: to a named account, from named addresses, or to the world."""
    yield Door(view.urn, "the grant to anybody", _any(principal, _ANYBODY), view.evidence(who))
    yield Door(view.urn, "the grant from anywhere", _anywhere(host), view.evidence(where))


def _rights(view: View, operation: Value, argument: str) -> Fact:
    """Reading and writing records is what an account is for; with more it could change how long they are kept."""
    more = None if isinstance(operation, Unknown) else str(operation).upper() not in _PLAIN
    return Door(view.urn, "the grant to change the topic itself", more, view.evidence(argument, _OPERATIONS))


def _anywhere(host: Value) -> bool | None:
    """Whether addresses stand for everywhere, by a word or by ranges that are the world alone or together."""
    parts = host.split(";") if isinstance(host, str) else []
    ranges = [network for part in parts if (network := addresses.read_network(part)) is not None]
    wide = any(addresses.is_world(network) for network in ranges) or addresses.are_world(ranges)
    return wide or _any(host, _ANYWHERE)


def _any(value: Value, everyone: tuple[str, ...]) -> bool | None:
    """Whether one of the names in a value stands for everyone; absent stands for everyone too."""
    if isinstance(value, Unknown):
        return None
    return not isinstance(value, str) or any(part.strip() in everyone for part in value.split(";"))


_OWNER = Link("instanceId", frozenset({INSTANCE}))
READERS = {
    INSTANCE: Reader(frozenset({"zoneId", "zoneIds", "vpcId"}), _instance),
    TOPIC: Reader(
        frozenset({"instanceId", "topicName", "retention", "segment", "cleanUpPolicy"}), _of_instance(_topic)
    ),
    ROUTE: Reader(frozenset({"instanceId", "vipType", "accessType", "vpcId"}), _of_instance(_route), setting_of=_OWNER),
    ACL: Reader(
        frozenset(
            {"instanceId", "resourceType", "resourceName", "permissionType", "host", "principal", "operationType"}
        ),
        _of_instance(_acl),
        setting_of=_OWNER,
    ),
    ACL_RULE: Reader(
        frozenset({"instanceId", "patternType", "pattern", "ruleLists"}), _of_instance(_acl_rule), setting_of=_OWNER
    ),
}
