"""Copies elsewhere, ways out and open doors of the Jakarta stack; and the mutants that weaken nothing."""

from tests.harness.mutate import REMOVED, add, declare, lose, option, put, statement, told, twin
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import GUARD, KEYRING, PURGE, RING, Mutant, m

_TC = "tencentcloud"
_MYSQL, _MONGODB, _REDIS, _KAFKA = (f"Instance im-{name}" for name in ("mysql", "mongodb", "redis", "ckafka"))
_TOPIC, _EDGE = "Topic im-ckafka-messages", "Instance im-edge"
_STORES = (_MYSQL, _MONGODB, _REDIS, _TOPIC, "Topic im-access", "Bucket im-media", "Bucket im-avatars")
_WORLD = {"action": "ACCEPT", "cidrBlock": "0.0.0.0/0", "port": "3306", "protocol": "TCP"}
_UNTIL = {"nonCurrentDays": 400.0}

COPIES: list[Mutant] = [
    m("MySQL backups for 30 days", "ceiling", put("BackupPolicy im-mysql-backups", "retentionPeriod", 30.0)),
    m("MySQL binlogs for 30 days", "ceiling", put("BackupPolicy im-mysql-backups", "binlogPeriod", 30.0)),
    m(
        "MySQL backups for a time not known",
        "ceiling?",
        put("BackupPolicy im-mysql-backups", "retentionPeriod", UNKNOWN),
    ),
    m(
        "MySQL backups also for 30 days",
        "ceiling",
        twin("BackupPolicy im-mysql-backups", "b", put("BackupPolicy im-mysql-backups", "retentionPeriod", 30.0)),
    ),
    m(
        "MySQL backups in another region",
        "copies-stay-home",
        add(
            f"{_TC}:Mysql/remoteBackupConfig:RemoteBackupConfig",
            "r",
            {"remoteBackupSave": "on", "remoteBinlogSave": "on", "expireDays": 7.0, "remoteRegions": ["ap-singapore"]},
            instanceId=_MYSQL,
        ),
    ),
    m("MySQL slow log undeclared", "ceiling", declare("im-mysql", "holdings.0.outside", {})),
    m("MySQL purge slower", "ceiling", declare("im-mysql", "holdings.0.sweep.period", "P1D")),
    m("MySQL purge gone", "sweeps-alive ceiling", declare("im-mysql", "holdings.0.sweep", REMOVED)),
    m("MySQL replica", "copies-stay-home", add(f"{_TC}:Mysql/readonlyInstance:ReadonlyInstance", "r", {})),
    m("MySQL tables in clear", "encrypted-at-rest", lose("InstanceEncryptionOperation im-mysql-tde")),
    m("MySQL backups in clear", "encrypted-at-rest", lose("BackupEncryptionStatus im-mysql-backup-encryption")),
    m("MySQL without TLS", "encrypted-in-transit", put("Ssl im-mysql-tls", "status", "OFF")),
    m(
        "MySQL backups fetched from anywhere",
        "no-public-door",
        lose("BackupDownloadRestriction im-mysql-backup-downloads"),
    ),
    m("MySQL on the Internet", "no-public-door", put(_MYSQL, "internetService", 1.0)),
    m("MySQL in another region", "home-region", put(_MYSQL, "firstSlaveZone", "ap-singapore-1")),
    m("MySQL open to the world", "no-public-door", put("GroupRuleSet im-network-mysql-rules", "ingresses.1", _WORLD)),
    m(
        "MongoDB backups long-term",
        "ceiling",
        put("InstanceBackupRule im-mongodb-backups", "longTermUnit", "monthly"),
        put("InstanceBackupRule im-mongodb-backups", "longTermExpiredDays", 365.0),
    ),
    m(
        "MongoDB backups for 30 days",
        "ceiling",
        put("InstanceBackupRule im-mongodb-backups", "backupRetentionPeriod", 30.0),
    ),
    m("MongoDB live oplog undeclared", "ceiling", declare("im-mongodb", "holdings.0.clearOutside", {})),
    m(
        "MongoDB backed up by hand",
        "copies-stay-home",
        add(f"{_TC}:Mongodb/instanceBackup:InstanceBackup", "b", {}, instanceId=_MONGODB),
    ),
    m("MongoDB in another region", "home-region", put(_MONGODB, "availableZone", "ap-singapore-1")),
    m("MongoDB in clear", "encrypted-at-rest", lose("InstanceTransparentDataEncryption im-mongodb-tde")),
    m("MongoDB without TLS", "encrypted-in-transit", put("InstanceSsl im-mongodb-tls", "enable", False)),
    m(
        "Redis log delivered",
        "copies-stay-home",
        add(f"{_TC}:Redis/logDelivery:LogDelivery", "d", {"period": 1.0}, instanceId=_REDIS),
    ),
    m("Redis slow log undeclared", "ceiling", declare("im-redis", "holdings.0.clearOutside", {})),
    m("Redis backed up by hand", "copies-stay-home", add(f"{_TC}:Redis/backupOperation:BackupOperation", "b", {})),
    m("Redis on the Internet", "no-public-door", put(_REDIS, "wanAddressSwitch", "open")),
    m("Redis without a password", "no-public-door", put(_REDIS, "noAuth", True)),
    m("Redis without TLS", "encrypted-in-transit", put("Ssl im-redis-tls", "sslConfig", "disabled")),
    m("profiles cached in clear", "encrypted-at-rest", declare("im-redis", "hops.2", REMOVED)),
    m("CKafka messages for 25 days", "ceiling", put(_TOPIC, "retention", 25 * 86_400_000.0)),
    m("CKafka messages compacted", "ceiling", put(_TOPIC, "cleanUpPolicy", "compact")),
    m("CKafka messages compacted too", "ceiling", put(_TOPIC, "cleanUpPolicy", "delete,compact")),
    m("CKafka messages of a policy not known", "ceiling?", put(_TOPIC, "cleanUpPolicy", UNKNOWN)),
    m("CKafka profiles for 10 days", "ceiling", put("Topic im-ckafka-profile-changes", "retention", 10 * 86_400_000.0)),
    m("CKafka topics by themselves", "copies-stay-home", put(_KAFKA, "config.autoCreateTopicEnable", True)),
    m("CKafka on the Internet", "no-public-door", put(_KAFKA, "publicNetwork", 3.0)),
    m("CKafka route in clear", "encrypted-in-transit", put("Route im-ckafka-tls", "accessType", 0.0)),
    m("CKafka route from outside", "no-public-door", put("Route im-ckafka-tls", "vipType", 5.0)),
    m("CKafka zones nobody looked up", "home-region?", declare("im-ckafka", "hops.4", REMOVED)),
    m("CKafka listener nobody vouches for", "encrypted-in-transit", declare("im-ckafka", "hops.3", REMOVED)),
    m(
        "CKafka topic for anybody",
        "no-public-door",
        lose("Acl im-ckafka-messages-read", "Acl im-ckafka-messages-write"),
    ),
    m("CKafka records carried elsewhere", "copies-stay-home", add(f"{_TC}:Ckafka/datahubTask:DatahubTask", "t", {})),
    m("CLS logs for 90 days", "ceiling", put("Topic im-access", "period", 90.0)),
    m(
        "CLS logs shipped",
        "copies-stay-home",
        add(f"{_TC}:Cls/cosShipper:CosShipper", "s", {}, topicId="Topic im-access"),
    ),
    m("COS media never removed", "ceiling", put("Bucket im-media", "lifecycleRules.0.filterPrefix", "tmp/")),
    m("COS avatars never removed", "ceiling", put("Bucket im-avatars", "lifecycleRules.0.filterPrefix", "tmp/")),
    m("COS avatars a day longer", "ceiling", put("Bucket im-avatars", "lifecycleRules.0.expiration.days", 29.0)),
    m(
        "COS avatars versioned for long",
        "ceiling",
        put("Bucket im-avatars", "versioningEnable", True),
        put("Bucket im-avatars", "lifecycleRules.0.nonCurrentExpiration", _UNTIL),
    ),
    m(
        "COS bucket beside all components",
        "declared-holdings ceiling",
        add(f"{_TC}:Cos/bucket:Bucket", "b", {"bucket": "b-1250000000", "acl": "private"}),
    ),
    m("CLB listener HTTP", "encrypted-in-transit no-public-door", put("Listener im-edge-443", "protocol", "HTTP")),
    m("CLB onward HTTP", "encrypted-in-transit", put("ListenerRule im-edge-api", "forwardType", "HTTP")),
    m("CLB onward unless told", "encrypted-in-transit", put("ListenerRule im-edge-api", "forwardType", REMOVED)),
    m(
        "CLB old TLS",
        "encrypted-in-transit",
        put("CustomizedConfig im-edge-tls", "configContent", "ssl_protocols TLSv1.1 TLSv1.2;"),
    ),
    m("CLB TLS of the service", "encrypted-in-transit", lose("CustomizedConfig im-edge-tls")),
    m("CLB logs to nowhere", "known-types?", put(_EDGE, "logTopicId", "x"), option(_EDGE, links={})),
    m("provider elsewhere", "home-region", put("tencentcloud im-ap-jakarta", "region", "ap-singapore")),
    m("provider not known", "home-region?", put("tencentcloud im-ap-jakarta", "region", UNKNOWN)),
    m("provider of its own accord", "explicit-provider", option(_MYSQL, provider="")),
    m("subnet elsewhere", "home-region", put("Instance im-network-1", "availabilityZone", "ap-singapore-1")),
    m("key switched off", "encrypted-at-rest", put("Key im-keys-key", "isEnabled", False)),
    m("key on unless told", "encrypted-at-rest", put("Key im-keys-key", "isEnabled", REMOVED)),
    m("key looked up", "known-types? encrypted-at-rest?", option("Key im-keys-key", read=True)),
    *(
        m(f"{store}: {what}", "judged-arguments-count", option(store, **options))
        for store in _STORES
        for what, options in (
            ("everything ignored", {"ignore_changes": ["*"]}),
            ("retained", {"retain_on_delete": True}),
        )
    ),
]

_PERIOD = f"{_TC}:Scf/triggerConfig:TriggerConfig"
EQUIVALENT: list[Mutant] = [
    # The lifecycle is a backstop: the function ends every key before it, and a later one ends no key later.
    m("keyring: a later backstop", "", put(KEYRING, "lifecycleRules.0.expiration.days", 400.0)),
    # Not set is off for the service, and nothing else switches it on.
    m("keyring: no word of versions", "", put(KEYRING, "versioningEnable", REMOVED)),
    # Nothing in the plan says which account it is deployed to, so any account's users count. The act is a listing of
    # names: no key is copied by it.
    m(
        "keyring: listing refused to another account's users",
        "",
        statement(GUARD, 3, "principal.qcs", ["qcs::cam::uin/999999:uin/*"]),
    ),
    # Protection keeps a bucket from deletion; without it nothing lives longer.
    m("keyring: not protected", "", option(KEYRING, protect=False)),
    # More often than declared is sooner than declared; the declared period stays what is counted.
    m("timer: more often", "", put(PURGE, "triggers.0.triggerDesc", "0 */10 * * * * *")),
    m(
        "timer: a second, slower one",
        "",
        put(PURGE, "triggers.1", {"type": "timer", "name": "b", "triggerDesc": "0 0 3 * * * *"}),
    ),
    m("timer: another trigger off", "", add(_PERIOD, "t", {"triggerName": "b", "enable": "CLOSE"}, functionName=PURGE)),
    # What is declared stays what is counted: the longest of what anybody says is taken.
    m("told a shorter life", "", told(PURGE, "IM_KEYRING", "classes.messages.life", "P1D")),
    m("a shorter life declared", "", declare(RING, "keyrings.0.life", "P1D")),
    # A life is how long keys are kept; how far ahead they are made is before anything is sealed with them.
    m("told to make keys further ahead", "", told(PURGE, "IM_KEYRING", "ahead", 48)),
    # Until a failed turnover is repaired is a second number, published beside the bound.
    m("repaired later", "", declare(RING, "keyrings.0.sweep.repair", "P2D")),
    # Messages are sealed and so end with their key; what is in clear beside them is within its own 30 days.
    m("CKafka messages for 10 days", "", put(_TOPIC, "retention", 10 * 86_400_000.0)),
    # Its own lifecycle ends media within the period, and a master key covers them: a stack may say they are in clear.
    m(
        "im-media: no seal, nor a word of one",
        "",
        declare("im-media", "holdings.0.seals", []),
        declare("im-media", "holdings.0.clear", REMOVED),
        declare("im-media", "flows.0.sealed", False),
    ),
    # Who runs the turnover is then somebody's word, one more promise. What a function is told still counts.
    m("keyring: turned over by word only", "", declare(RING, "keyrings.0.sweep.function", REMOVED)),
]
FUNCTIONS: list[Mutant] = [
    m(
        "a function told to end fewer keys than are made",
        "known-types?",
        told(PURGE, "IM_KEYRING", "delete_limit", 1),
        told(PURGE, "IM_KEYRING", "classes.messages.epoch", "PT30M"),
    ),
    m("a function that refuses what it is told", "known-types?", told(PURGE, "IM_KEYRING", "region", REMOVED)),
    m("a function told to look elsewhere", "copies-stay-home", told(PURGE, "IM_KEYRING", "region", "ap-singapore")),
    m("a function without a master key", "known-types?", put(PURGE, "environment.IM_KEYRING_KEY", REMOVED)),
    m("a function that does something else", "known-types?", put(PURGE, "handler", "other.main_handler")),
    m("a function that may not delete", "known-types?", lose("RolePolicyAttachment im-keyring-purge-attachment")),
    # What everybody is refused, the function is refused too.
    m("keyring: every action in one", "known-types?", statement(GUARD, 2, "action", ["name/cos:*"])),
    m(
        "keyring: listing refused to everybody",
        "known-types?",
        statement(GUARD, 3, "principal.qcs", ["qcs::cam::anyone:anyone"]),
    ),
]
"""A function that could not do what it is told."""
