"""Mutants of the cache of inboxes and profiles."""

from tests.harness.mutate import REMOVED, add, declare, option, put, twin
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import m

_EC, _CACHE = "aws:elasticache", "ReplicationGroup im-redis"
_PARAMETERS, _SUBNETS = "ParameterGroup im-redis-parameters", "SubnetGroup im-redis-subnets"
_LOG = {"destination": "slow", "destinationType": "cloudwatch-logs", "logFormat": "json", "logType": "slow-log"}
_LOUD = [{"name": "slowlog-log-slower-than", "value": "10000"}]
_COPIES = [
    m("cache: snapshots for a month", "ceiling", put(_CACHE, "snapshotRetentionLimit", 30.0)),
    m("cache: snapshots not known", "ceiling?", put(_CACHE, "snapshotRetentionLimit", UNKNOWN)),
    m("cache: more snapshots than there can be", "ceiling known-types?", put(_CACHE, "snapshotRetentionLimit", 36.0)),
    m("cache: at rest as the engine is", "encrypted-at-rest?", put(_CACHE, "atRestEncryptionEnabled", REMOVED)),
    m("cache: a last snapshot", "nothing-survives-deletion", put(_CACHE, "finalSnapshotIdentifier", "last")),
    m("cache: out of a snapshot", "copies-stay-home", put(_CACHE, "snapshotName", "old")),
    m("cache: out of a file", "copies-stay-home", put(_CACHE, "snapshotArns", ["arn:aws:s3:::b/old.rdb"])),
    m("cache: its log sent on", "copies-stay-home", put(_CACHE, "logDeliveryConfigurations", [_LOG])),
    m("cache: durable", "copies-stay-home", put(_CACHE, "durability", "async")),
    m("cache: on disks", "copies-stay-home", put(_CACHE, "dataTieringEnabled", True)),
    m("cache: with another region", "copies-stay-home", put(_CACHE, "globalReplicationGroupId", "g")),
    m(
        "cache: the first of several regions",
        "copies-stay-home",
        add(f"{_EC}/globalReplicationGroup:GlobalReplicationGroup", "g", {}, primaryReplicationGroupId=_CACHE),
    ),
    m(
        "cache: events to another region",
        "copies-stay-home",
        put(_CACHE, "notificationTopicArn", "arn:aws:sns:ap-southeast-1:1:t"),
    ),
    m("cache: slow commands logged", "ceiling", put(_PARAMETERS, "parameters", _LOUD)),
    m("cache: parameters unless told", "ceiling", put(_PARAMETERS, "parameters", REMOVED)),
    m("cache: parameters not known", "ceiling?", put(_PARAMETERS, "parameters", UNKNOWN)),
    m(
        "cache: no parameters of its own",
        "ceiling",
        put(_CACHE, "parameterGroupName", REMOVED),
        option(_CACHE, links={}),
    ),
    m(
        "cache: the default parameters",
        "ceiling",
        put(_CACHE, "parameterGroupName", "default.valkey7"),
        option(_CACHE, links={}),
    ),
    m("cache: an engine that logs large commands", "ceiling", put(_PARAMETERS, "family", "valkey8")),
    m("cache: a longer inbox", "ceiling", declare("im-redis", "holdings.0.ttl", "P30D")),
    m(
        "cache: no end of the inbox",
        "ceiling",
        declare("im-redis", "holdings.0.ttl", REMOVED),
        declare("im-redis", "holdings.0.sweep", REMOVED),
    ),
    m("cache: a longer life of profiles", "ceiling", declare("im-redis", "holdings.1.ttl", "P31D")),
    m("cache: the inbox in clear", "declared-holdings", declare("im-redis", "flows.0.sealed", False)),
]
_GUARDS = [
    m("cache: rests in clear", "encrypted-at-rest", put(_CACHE, "atRestEncryptionEnabled", False)),
    m(
        "cache: of an engine that rests in clear unless told",
        "encrypted-at-rest",
        put(_CACHE, "atRestEncryptionEnabled", REMOVED),
        put(_CACHE, "engine", "redis"),
    ),
    m("cache: somebody's key", "encrypted-at-rest?", put(_CACHE, "kmsKeyId", "alias/other"), option(_CACHE, links={})),
    m("cache: its password in clear", "encrypted-at-rest", put(_CACHE, "authToken", "x")),
    m("cache: no TLS", "encrypted-in-transit", put(_CACHE, "transitEncryptionEnabled", False)),
    m("cache: no TLS unless told", "encrypted-in-transit", put(_CACHE, "transitEncryptionEnabled", REMOVED)),
    m("cache: TLS preferred", "encrypted-in-transit", put(_CACHE, "transitEncryptionMode", "preferred")),
    m("cache: TLS as it was", "encrypted-in-transit?", put(_CACHE, "transitEncryptionMode", REMOVED)),
    m("cache: old TLS", "encrypted-in-transit", put(_CACHE, "engineVersion", "5.0.6")),
    m("cache: changes wait", "encrypted-in-transit", put(_CACHE, "applyImmediately", REMOVED)),
    m("cache: no password", "no-public-door", put(_CACHE, "authToken", REMOVED)),
    m("cache: the password taken away", "no-public-door", put(_CACHE, "authTokenUpdateStrategy", "DELETE")),
    m("cache: no subnets of its own", "no-public-door?", put(_CACHE, "subnetGroupName", REMOVED)),
    m("cache: one subnet of somebody else", "no-public-door?", put(_SUBNETS, "subnetIds.2", "subnet-1")),
    m("cache: no group of its own", "no-public-door?", put(_CACHE, "securityGroupIds", REMOVED)),
    m("cache: one group of somebody else", "no-public-door?", put(_CACHE, "securityGroupIds.1", "sg-1")),
    m("cache: a zone of another region", "home-region", put(_CACHE, "preferredCacheClusterAzs.1", "ap-southeast-1b")),
    m("cache: in another region", "home-region", put(_CACHE, "region", "ap-southeast-1")),
    m("cache: on an outpost", "copies-stay-home", put(_CACHE, "nodeGroupConfigurations", [{"primaryOutpostArn": "x"}])),
    m("cache: retained", "judged-arguments-count", option(_CACHE, retain_on_delete=True)),
    m("cache: snapshots ignored", "judged-arguments-count", option(_CACHE, ignore_changes=["snapshotRetentionLimit"])),
    m("cache: its parameters ignored", "judged-arguments-count", option(_PARAMETERS, ignore_changes=["parameters"])),
    m("cache: looked up", "known-types?", option(_CACHE, read=True)),
]
_BESIDE = [
    m("cache: a second one", "declared-holdings ceiling", twin(_CACHE, "b", option(_CACHE, parent=""))),
    m(
        "cluster by itself",
        "declared-holdings encrypted-at-rest",
        add(f"{_EC}/cluster:Cluster", "k", {"engine": "redis"}),
    ),
    m(
        "serverless cache",
        "declared-holdings no-public-door",
        add(f"{_EC}/serverlessCache:ServerlessCache", "s", {"engine": "valkey"}),
    ),
    m("user without a password", "no-public-door", add(f"{_EC}/user:User", "u", {"noPasswordRequired": True})),
    m(
        "users with the built-in one",
        "no-public-door",
        add(f"{_EC}/userGroup:UserGroup", "g", {"userIds": ["default"]}),
    ),
    m("durable database", "known-types?", add("aws:memorydb/cluster:Cluster", "d", {})),
    m(
        "durable database of several regions",
        "copies-stay-home",
        add("aws:memorydb/multiRegionCluster:MultiRegionCluster", "d", {}),
    ),
]
MUTANTS = [*_COPIES, *_GUARDS, *_BESIDE]
EQUIVALENT = [
    # Profiles have thirty days and live an hour in here: snapshots of a day or two still end in time.
    m("cache: snapshots for two days", "", put(_CACHE, "snapshotRetentionLimit", 2.0)),
    # None is what there is unless told.
    m("cache: no word on snapshots", "", put(_CACHE, "snapshotRetentionLimit", REMOVED)),
    # Either of the two parameters keeps the log empty by itself.
    m("cache: a threshold and no length", "", put(_PARAMETERS, "parameters.0.value", "0")),
    m("cache: a length and no threshold", "", put(_PARAMETERS, "parameters.1.value", "128")),
    m("cache: under a key of the service", "", put(_CACHE, "kmsKeyId", REMOVED)),
    # The newest engine asks for no older TLS than this one.
    m("cache: the newest engine", "", put(_CACHE, "engineVersion", REMOVED)),
    # Zones are chosen inside the region where none is named.
    m("cache: any zones", "", put(_CACHE, "preferredCacheClusterAzs", REMOVED)),
]
MAY_BE_UNKNOWN = {
    "elasticache/replicationGroup replicationGroupId": "a name",
    "elasticache/parameterGroup parameters[].value": "the other of the two keeps the log empty by itself",
    "elasticache/replicationGroup engine": "encryption at rest is asked for, so it does not hang on the engine",
}
