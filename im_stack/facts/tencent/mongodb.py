"""TencentDB for MongoDB: replica sets and sharded clusters, their backups and logs, and the switches around them."""

from collections.abc import Iterable, Iterator

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View, as_number, member, show
from im_stack.facts.model import (
    ABSENT,
    Amount,
    AtRest,
    Channel,
    Copy,
    Evidence,
    Fact,
    Grade,
    Located,
    Remains,
    Resource,
    Store,
    Unknown,
    Value,
)
from im_stack.facts.tencent.kms import KEY
from im_stack.facts.tencent.location import own_network, region_of_zone, zone_places
from im_stack.facts.tencent.retention import beside_tls, chosen, fixed, setting

INSTANCE = "tencentcloud:Mongodb/instance:Instance"
SHARDED = "tencentcloud:Mongodb/shardingInstance:ShardingInstance"
BACKUP_RULE = "tencentcloud:Mongodb/instanceBackupRule:InstanceBackupRule"
TDE = "tencentcloud:Mongodb/instanceTransparentDataEncryption:InstanceTransparentDataEncryption"
SSL = "tencentcloud:Mongodb/instanceSsl:InstanceSsl"
_INSTANCES = (INSTANCE, SHARDED)
_ENCRYPTABLE = ("MONGO_44_WT", "MONGO_50_WT")
_LOGICAL = 0
_OPLOG = "API of 2019-07-25: the oplog is sized by disk share, no call or argument bounds it in time"
_DUMPS = "API SetBackupRules: an encrypted instance takes logical backups only, and no call encrypts those"
_TDE = (
    "provider v1.82.42 mongodb_instance_transparent_data_encryption: its create drops the service's error, so it is "
    "assumed until DescribeTransparentDataEncryptionStatus says open"
)
_OFFLINE = "provider v1.82.42 mongodb instance delete: isolates, then always takes offline at once"


def _instance(view: View, graph: Graph) -> Iterable[Fact]:
    yield Store(view.urn, "mongodb", protected=view.resource.options.protect)
    yield Copy(view.urn, "backups", fixed(view, "mongodb-backup", "backups kept (provider default)"), default=True)
    yield Copy(
        view.urn,
        "oplog backups",
        fixed(view, "mongodb-oplog-backup", "oplog backups kept (provider default)"),
        default=True,
    )
    endless = Amount(None, "the live oplog repeats every write, and only its size ends it", view.evidence("", _OPLOG))
    yield Copy(view.urn, "live oplog", (endless,))
    yield Copy(view.urn, "slow log", fixed(view, "mongodb-slow-log", "slow and run logs kept"))
    if not graph.pointing_at(view.resource, TDE, "instanceId"):
        yield AtRest(view.urn, "data", False, "transparent data encryption is not on", view.evidence())
    how = "the provider encrypts no logical backup, and an encrypted instance takes no other"
    yield AtRest(view.urn, "backups", False, how, view.evidence("", _DUMPS), offered=False)
    if not graph.pointing_at(view.resource, SSL, "instanceId"):
        source = "mongodb_instance_ssl is a resource of its own; absent is off"
        yield Channel(view.urn, "connections", False, view.evidence("", source))
    yield Remains(view.urn, "the recycle bin", False, view.evidence("", _OFFLINE))
    yield from own_network(view, graph)
    yield from zone_places(view, "availableZone", "hiddenZone")
    yield from _zones(view, "availabilityZoneLists", view.items("availabilityZoneLists"))


def _replica_set(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _instance(view, graph)
    added = view.items("addNodeLists")
    zones = added if isinstance(added, Unknown) else tuple(member(node, "zone") for node in added)
    yield from _zones(view, "addNodeLists", zones)


def _zones(view: View, argument: str, zones: Iterable[Value] | Unknown) -> Iterator[Fact]:
    """Where each zone of a list is; a list or a zone that is not known is nowhere provable."""
    for zone in (zones,) if isinstance(zones, Unknown) else zones:
        yield Located(view.urn, region_of_zone(zone), argument, view.evidence(argument))


def _backup_rule(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    yield Copy(instance.urn, "backups", chosen(view, "backupRetentionPeriod", "mongodb-backup", "backups kept"))
    yield Copy(instance.urn, "oplog backups", chosen(view, "oplogExpiredDays", "mongodb-oplog-backup", "oplog backups"))
    unit = view.get("longTermUnit")
    if isinstance(unit, Unknown):
        unclear = Amount(None, "long-term backups are not known to be off", view.evidence("longTermUnit"), unknown=True)
        yield Copy(instance.urn, "long-term backups", (unclear,))
    elif unit not in (ABSENT, ""):
        kept = chosen(view, "longTermExpiredDays", "mongodb-long-term-backup", f"{show(unit)} backups kept long-term")
        yield Copy(instance.urn, "long-term backups", kept)


def _tde(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    region = view.get("kmsRegion")
    place = region if isinstance(region, str) else None
    yield Located(view.urn, place, "the key of", view.evidence("kmsRegion"), crosses=True)
    refused = next(_refusals(instance, graph), None)
    if refused is not None:
        encrypted, how, evidence = refused
        yield AtRest(instance.urn, "data", encrypted, f"transparent data encryption, but {how}", evidence)
        return
    key = graph.link(view.resource, "keyId", {KEY})
    evidence = view.evidence("keyId", _TDE, Grade.ASSUMED)
    if isinstance(key, NoLink):
        yield AtRest(instance.urn, "data", None, f"transparent data encryption, but {key.why}", evidence)
    else:
        how = f"transparent data encryption under {key.name}, assumed until its status is read back"
        yield AtRest(instance.urn, "data", True, how, evidence, key=key.urn)


def _refusals(instance: Resource, graph: Graph) -> Iterator[tuple[bool | None, str, Evidence]]:
    """Why the service would not encrypt this instance, what is certain first: its version, or its backups' method."""
    version = instance.inputs.get("engineVersion", ABSENT)
    rules = graph.pointing_at(instance, BACKUP_RULE, "instanceId")
    methods = [(rule, rule.inputs.get("backupMethod", ABSENT)) for rule in rules]
    by_version = Evidence(instance.urn, "engineVersion", source="API EnableTransparentDataEncryption: 4.4 and 5.0 only")
    if not isinstance(version, Unknown) and version not in _ENCRYPTABLE:
        yield False, f"{show(version)} is none of {', '.join(_ENCRYPTABLE)}", by_version
    for rule, method in methods:
        number = as_number(method)
        if number is not None and number != _LOGICAL:
            yield False, "the backups are not logical ones, which rules it out", Evidence(rule.urn, "backupMethod")
    if isinstance(version, Unknown):
        yield None, "the engine version is not known", by_version
    for rule, method in methods:
        if as_number(method) is None:
            yield None, "the method of its backups is not known", Evidence(rule.urn, "backupMethod")
    if not rules:
        yield None, "no backup rule says that its backups are logical ones", Evidence(instance.urn)


def _ssl(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    yield Channel(instance.urn, "connections", view.flag("enable"), view.evidence("enable"))
    yield beside_tls(view, instance)


_INSTANCE_ARGUMENTS = frozenset({"engineVersion", "availableZone", "availabilityZoneLists", "hiddenZone", "vpcId"})
_RULE_ARGUMENTS = frozenset(
    {
        "instanceId",
        "backupMethod",
        "backupRetentionPeriod",
        "oplogExpiredDays",
        "longTermUnit",
        "longTermExpiredDays",
    }
)
READERS = {
    INSTANCE: Reader(_INSTANCE_ARGUMENTS | {"addNodeLists"}, _replica_set),
    SHARDED: Reader(_INSTANCE_ARGUMENTS, _instance),
    BACKUP_RULE: setting("instanceId", _INSTANCES, _backup_rule, also=_RULE_ARGUMENTS),
    TDE: setting("instanceId", _INSTANCES, _tde, also={"kmsRegion", "keyId"}),
    SSL: setting("instanceId", _INSTANCES, _ssl, also={"enable"}),
}
