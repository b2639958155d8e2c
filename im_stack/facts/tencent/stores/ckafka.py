"""CKafka: the instance and its routes, its topics (each a store of its own) and who may read them."""

from collections.abc import Iterator

from im_stack.facts.knowledge import addresses
from im_stack.facts.mechanism.cloud import Link
from im_stack.facts.mechanism.rows import (
    Facts,
    at_rest,
    channel,
    exposure,
    lag,
    limit_of,
    looked_up,
    reads,
    refers_to,
    resource,
    store,
)
from im_stack.facts.mechanism.view import View, as_items, as_number, member, test
from im_stack.facts.model import ABSENT, Amount, Channel, Copy, Exposure, Fact, Unknown, Value
from im_stack.facts.tencent.location import numbered_zones, own_network

INSTANCE = "tencentcloud:Ckafka/instance:Instance"
TOPIC = "tencentcloud:Ckafka/topic:Topic"
ROUTE = "tencentcloud:Ckafka/route:Route"
ACL = "tencentcloud:Ckafka/acl:Acl"
ACL_RULE = "tencentcloud:Ckafka/aclRule:AclRule"
_PER_SECOND = 1000  # the arguments count milliseconds
_UNCOUNTED = 10**18  # milliseconds, more than any period can be
_SASL_SSL = 3
_VIP_OUTSIDE = {3: False, 1: True, 2: True, 5: True}
_EVERYONE = ("*", "", "User:", "User:*", "ANONYMOUS", "User:ANONYMOUS")  # Kafka calls whoever gives no name so
_ANYWHERE = ("*", "", "0.0.0.0/0", "::/0")
_PLAIN = ("READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS")
_OPERATIONS = "ckafka_acl.operation_type: ALL and the ALTER ones reach the configuration of a topic"
_NO_ENCRYPTION = "provider v1.82.42 and its API: CKafka has no encryption at rest"
_NO_LIST = "document 597/39084: a topic without an access list is open to whoever reaches the instance"
_DEFAULT = "document 597/39084 and ckafka_route.access_type: the listener every instance has is plaintext"
_ROUTE = "ckafka_route.access_type: 3 is SASL_SSL, and 2 has no user behind it"
_INSIDE = "set it to 3, a private network"
_VIPS = "ckafka API RouteResponse.VipType: 3 is the VPC, 1, 2 and 5 are outside it"


@reads()
def _default_listener(view: View) -> Iterator[Fact]:
    """The plaintext listener of every instance is unused where a SASL_SSL route stands beside it and clients say so."""
    routes = view.pointing(ROUTE, "instanceId")
    beside = any(as_number(route.inputs.get("accessType", ABSENT)) == _SASL_SSL for route in routes)
    unused = "no client may use it: the SASL_SSL route stands beside it" if beside else ""
    yield Channel(view.urn, "the default listener", False, view.evidence("", _DEFAULT), declared=unused)


@reads("cleanUpPolicy", "retention", "segment")
def _expiry(view: View) -> tuple[Amount, ...]:
    """Retention counts from a segment's last record, the roll from its first; then the cleaner runs."""
    policy = view.get("cleanUpPolicy")
    if isinstance(policy, Unknown):
        evidence = view.evidence("cleanUpPolicy")
        return (Amount(None, "what cleans the topic (not known)", evidence, unknown=True),)
    if policy != "delete":
        return ()
    return (
        _period(view, "retention", "ckafka-retention", "records kept"),
        _period(view, "segment", "ckafka-segment", "segment roll"),
        lag(view, "ckafka-retention", "cleaner run", "retention"),
    )


def _period(view: View, argument: str, limit: str, label: str) -> Amount:
    value = view.get(argument)
    number = as_number(value)
    if number is not None and number <= 0:
        return Amount(None, f"{label} without end", view.evidence(argument))
    seconds: Value = value if number is None else min(number, _UNCOUNTED) / _PER_SECOND
    return view.amount(seconds, argument, limit_of(view, limit), label)


@reads("cleanUpPolicy")
def _compacted(view: View) -> Iterator[Fact]:
    """Compaction keeps the last record of every key for ever, whatever else the policy names."""
    policy = view.get("cleanUpPolicy")
    if not isinstance(policy, Unknown) and policy != "delete":
        endless = Amount(None, "compaction keeps the last record of each key", view.evidence("cleanUpPolicy"))
        yield Copy(view.urn, "compacted log", (endless,))


@reads("topicName", "instanceId")
def _listed(view: View) -> Iterator[Fact]:
    """A topic without an access list is open; one entry that allows an account closes it to all others."""
    is_open = not (_has_list(view) or _has_prefix_list(view))
    evidence, how = view.evidence("topicName", _NO_LIST), "an Acl of this topic that allows one user of the stack"
    yield Exposure(view.urn, "the way past an access list", is_open, evidence, how=how)


def _has_list(view: View) -> bool:
    return any(
        acl.inputs.get("permissionType", "ALLOW") == "ALLOW" and acl.inputs.get("resourceType", "TOPIC") == "TOPIC"
        for acl in view.pointing(ACL, "resourceName")
    )


def _has_prefix_list(view: View) -> bool:
    name, instances = view.get("topicName"), view.links("instanceId", {INSTANCE}).found
    for rule in (rule for each in instances for rule in view.graph.pointing_at(each, ACL_RULE, "instanceId")):
        prefix, entries = rule.inputs.get("pattern", ABSENT), as_items(rule.inputs.get("ruleLists", ABSENT))
        covers = isinstance(prefix, str) and prefix and isinstance(name, str) and name.startswith(prefix)
        if not covers or rule.inputs.get("patternType", ABSENT) != "PREFIXED" or isinstance(entries, Unknown):
            continue
        if any(member(entry, "permissionType") == "Allow" for entry in entries):
            return True
    return False  # equivalent(return): both mean no


def _is_sasl_ssl(access: Value) -> bool | None:
    return test(access, lambda kind: as_number(kind) == _SASL_SSL)


def _is_outside(vip: Value) -> bool | None:
    number = as_number(vip)
    return None if number is None else _VIP_OUTSIDE.get(int(number))


@reads("resourceType", "resourceName")
def _acl_topic(view: View) -> Iterator[Fact]:
    if view.get("resourceType") == "TOPIC":
        yield from refers_to("resourceName", TOPIC)(view)


@reads("permissionType", "principal", "host", "operationType")
def _acl(view: View) -> Iterator[Fact]:
    if view.get("permissionType") != "DENY":
        arguments = ("principal", "host", "operationType")
        yield from _grant(view, {argument: view.get(argument) for argument in arguments})


@reads("ruleLists")
def _acl_rule(view: View) -> Iterator[Fact]:
    entries = view.items("ruleLists")
    if isinstance(entries, Unknown):
        how = "entries that are known before deployment"
        yield Exposure(view.urn, "the access list", None, view.evidence("ruleLists"), how=how)
        return
    for entry in entries:
        if member(entry, "permissionType") != "Deny":
            keys = ("principal", "host", "operation")
            yield from _grant(view, {f"ruleLists.{key}": member(entry, key) for key in keys})


def _grant(view: View, entry: dict[str, Value]) -> Iterator[Fact]:
    """What one entry of an access list grants: who, from where, and what they may do, each by its argument.

    Reading and writing records is what an account is for; with more it could change how long they are kept.
    """
    (who, principal), (where, host), (acts, operation) = entry.items()
    more = test(operation, lambda act: str(act).upper() not in _PLAIN)
    anybody = view.evidence(who), "name one user: User:NAME"
    anywhere = view.evidence(where), "name addresses of the private network"
    beyond = view.evidence(acts, _OPERATIONS), "READ or WRITE"
    for what, is_open, (evidence, how) in (
        ("the grant to anybody", _any(principal, _EVERYONE), anybody),
        ("the grant from anywhere", _anywhere(host), anywhere),
        ("the grant to change the topic itself", more, beyond),
    ):
        yield Exposure(view.urn, what, is_open, evidence, how=how)


def _anywhere(host: Value) -> bool | None:
    """Whether addresses stand for everywhere, by a word or by ranges that are the world alone or together."""
    parts = host.split(";") if isinstance(host, str) else []
    ranges = [network for part in parts if (network := addresses.read_network(part)) is not None]
    wide = any(addresses.is_world(network) for network in ranges) or addresses.are_world(ranges)
    return wide or _any(host, _ANYWHERE)


def _any(value: Value, everyone: tuple[str, ...]) -> bool | None:
    """Whether one of the names in a value stands for everyone; absent stands for everyone too."""
    return test(value, lambda v: not isinstance(v, str) or any(part.strip() in everyone for part in v.split(";")))


_OF_INSTANCE: Facts = refers_to("instanceId", INSTANCE)
_OWNER = Link("instanceId", frozenset({INSTANCE}))
READERS = {
    INSTANCE: resource(_default_listener, numbered_zones("zoneId", "zoneIds"), own_network),
    TOPIC: resource(
        _OF_INSTANCE,
        store("ckafka", _expiry, declared="producer-clock"),
        _compacted,
        at_rest("records", False, "the service offers no encryption at rest", _NO_ENCRYPTION, offered=False),
        _listed,
    ),
    ROUTE: resource(
        _OF_INSTANCE,
        channel("the route", "accessType", _is_sasl_ssl, _ROUTE),
        exposure(
            "the route from outside the network",
            "vipType",
            _is_outside,
            _VIPS,
            alone=True,
            how=_INSIDE,
        ),
        own_network,
        part_of=_OWNER,
    ),
    ACL: resource(_OF_INSTANCE, _acl_topic, _acl, part_of=_OWNER),
    ACL_RULE: resource(_OF_INSTANCE, _acl_rule, looked_up("patternType", "pattern"), part_of=_OWNER),
}
