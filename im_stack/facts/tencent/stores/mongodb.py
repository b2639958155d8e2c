"""TencentDB for MongoDB: replica sets and sharded clusters, their backups and logs, and the switches around them."""

from collections.abc import Iterator

from im_stack.facts.knowledge.database_parameters import other_parameters
from im_stack.facts.mechanism.rows import (
    at_rest,
    channel,
    chosen,
    copy,
    endless,
    fixed,
    in_region,
    is_on,
    looked_up,
    never,
    reads,
    residual,
    resource,
    setting_of,
    store,
    under_key,
    unless,
)
from im_stack.facts.mechanism.view import View, as_flag, as_number, member, show
from im_stack.facts.model import ABSENT, Amount, AtRest, Copy, Evidence, Fact, Grade, Resource, Unknown
from im_stack.facts.tencent.identity.kms import KEY
from im_stack.facts.tencent.location import own_network, zones
from im_stack.facts.tencent.stores.databases import BESIDE_TLS

INSTANCE = "tencentcloud:Mongodb/instance:Instance"
SHARDED = "tencentcloud:Mongodb/shardingInstance:ShardingInstance"
BACKUP_RULE = "tencentcloud:Mongodb/instanceBackupRule:InstanceBackupRule"
TDE = "tencentcloud:Mongodb/instanceTransparentDataEncryption:InstanceTransparentDataEncryption"
SSL = "tencentcloud:Mongodb/instanceSsl:InstanceSsl"
PARAMETERS = "tencentcloud:Mongodb/instanceParams:InstanceParams"
_INSTANCES = (INSTANCE, SHARDED)
_ENCRYPTABLE = ("MONGO_44_WT", "MONGO_50_WT")
_LOGICAL = 0
_OPLOG = "API of 2019-07-25: the oplog is sized by disk share, no call or argument bounds it in time"
_ENDLESS = "the live oplog repeats every write, and only its size ends it"
_DUMPS = "API SetBackupRules: an encrypted instance takes logical backups only, and no call encrypts those"
_NO_BACKUP_ENCRYPTION = "the provider encrypts no logical backup, and an encrypted instance takes no other"
_TDE = (
    "provider v1.82.42 mongodb_instance_transparent_data_encryption: its create drops the service's error, so it is "
    "assumed until DescribeTransparentDataEncryptionStatus says open"
)
_NO_TLS = "mongodb_instance_ssl is a resource of its own; absent is off"
_OFFLINE = "provider v1.82.42 mongodb instance delete: isolates, then always takes offline at once"


@reads("longTermUnit", "longTermExpiredDays")
def _long_term_backups(view: View) -> Iterator[Fact]:
    unit = view.get("longTermUnit")
    if isinstance(unit, Unknown):
        kept = endless("long-term backups are not known to be off", "longTermUnit", unknown=True)
    elif unit in (ABSENT, ""):
        return
    else:
        kept = chosen("longTermExpiredDays", "mongodb-long-term-backup", f"{show(unit)} backups kept long-term")
    yield Copy(view.subject.urn, "long-term backups", kept(view))


@reads("keyId")
def _encryption(view: View) -> Iterator[Fact]:
    what, how = "data", "transparent data encryption"
    refused = next(_refusals(view.subject, view), None)
    if refused is not None:
        encrypted, why, evidence = refused
        yield AtRest(view.subject.urn, what, encrypted, f"{how}, but {why}", evidence)
        return  # equivalent(pass): what follows is better than a refusal, and the worst counts
    assumed = ", assumed until its status is read back"
    yield from under_key(what, "keyId", {KEY}, how, _TDE, Grade.ASSUMED, assumed)(view)


def _refusals(instance: Resource, view: View) -> Iterator[tuple[bool | None, str, Evidence]]:
    """Why the service would not encrypt this instance, what is certain first: its version, or its backups' method."""
    version = instance.inputs.get("engineVersion", ABSENT)
    rules = view.graph.pointing_at(instance, BACKUP_RULE, "instanceId")
    methods = [(rule, as_number(rule.inputs.get("backupMethod", ABSENT))) for rule in rules]
    by_version = Evidence(instance.urn, "engineVersion", source="API EnableTransparentDataEncryption: 4.4 and 5.0 only")
    if not isinstance(version, Unknown) and version not in _ENCRYPTABLE:
        yield False, f"{show(version)} is none of {', '.join(_ENCRYPTABLE)}", by_version
    for rule, number in methods:
        if number is not None and number != _LOGICAL:
            yield False, "the backups are not logical ones, which rules it out", Evidence(rule.urn, "backupMethod")
    if isinstance(version, Unknown):
        yield None, "the engine version is not known", by_version
    for rule, number in methods:
        if number is None:
            yield None, "the method of its backups is not known", Evidence(rule.urn, "backupMethod")
    if not rules:
        yield None, "no backup rule says that its backups are logical ones", Evidence(instance.urn)


_TTL = "setParameter.ttlMonitorEnabled"
_MONITOR = "MongoDB manual, server parameters: without ttlMonitorEnabled no TTL index deletes anything"


@reads("instanceParams")
def _parameters(view: View) -> Iterator[Fact]:
    """Parameters that are in no table may log or keep what nothing here knows of; one switches TTL indexes off."""
    given = [(member(each, "key"), member(each, "value")) for each in view.values("instanceParams")]
    evidence = view.evidence("instanceParams", _MONITOR)
    yield from other_parameters(view, "mongodb", (name for name, _ in given), evidence, {_TTL})
    for on in (as_flag(value) for name, value in given if name == _TTL):
        if on is not True:
            endless_ = Amount(None, "TTL indexes delete nothing", evidence, unknown=on is None)
            yield Copy(view.subject.urn, "data that TTL indexes leave", (endless_,), after="write")


_CLUSTER = (
    store("mongodb"),
    copy("backups", fixed("mongodb-backup", "backups kept (provider default)"), default=True),
    copy("oplog backups", fixed("mongodb-oplog-backup", "oplog backups kept (provider default)"), default=True),
    copy("live oplog", endless(_ENDLESS, source=_OPLOG)),
    copy("slow log", fixed("mongodb-slow-log", "slow and run logs kept")),
    unless(TDE, "instanceId", at_rest("data", False, "transparent data encryption is not on")),
    at_rest("backups", False, _NO_BACKUP_ENCRYPTION, _DUMPS, offered=False),
    unless(SSL, "instanceId", channel("connections", "", never, _NO_TLS)),
    residual("the recycle bin", "", never, _OFFLINE),
    own_network,
    zones("availableZone", "hiddenZone"),
    zones("availabilityZoneLists", optional=False),
    looked_up("engineVersion"),
)
READERS = {
    INSTANCE: resource(*_CLUSTER, zones("addNodeLists", key="zone", optional=False)),
    SHARDED: resource(*_CLUSTER),
    BACKUP_RULE: setting_of(
        "instanceId",
        _INSTANCES,
        copy("backups", chosen("backupRetentionPeriod", "mongodb-backup", "backups kept")),
        copy("oplog backups", chosen("oplogExpiredDays", "mongodb-oplog-backup", "oplog backups")),
        _long_term_backups,
        looked_up("backupMethod"),
    ),
    TDE: setting_of("instanceId", _INSTANCES, in_region("kmsRegion", "the key of"), _encryption),
    PARAMETERS: setting_of("instanceId", _INSTANCES, _parameters),
    SSL: setting_of("instanceId", _INSTANCES, channel("connections", "enable", is_on), BESIDE_TLS),
}
