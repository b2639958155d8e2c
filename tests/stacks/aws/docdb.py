"""Mutants of the documents' database."""

from tests.harness.mutate import REMOVED, add, declare, lose, option, put, twin
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

_DOCDB = "aws:docdb"
_HERE = "im-mongodb"
_DB, _GROUP, _ONE = f"Cluster {_HERE}", f"ClusterParameterGroup {_HERE}-parameters", f"ClusterInstance {_HERE}-1"
_PLACES = f"SubnetGroup {_HERE}-subnets"
_FAR = "arn:aws:kms:ap-southeast-1:123456789012:key/x"
_SAID = ("tls", "ttl_monitor", "audit_logs", "profiler", "change_stream_log_retention_duration")
"""The parameters in the order in which the component says them."""


def _told(name: str, rules: str, value: object, what: str = "") -> Mutant:
    label = f"documents: {name} {what or value}"
    return m(label, rules, put(_GROUP, f"parameters.{_SAID.index(name)}.value", value))


def _unsaid(name: str, rules: str) -> Mutant:
    return m(f"documents: {name} not said", rules, put(_GROUP, f"parameters.{_SAID.index(name)}", REMOVED))


def _again(name: str, rules: str, value: object) -> Mutant:
    said = {"name": name, "value": value, "applyMethod": "immediate"}
    return m(f"documents: {name} said again", rules, put(_GROUP, "parameters.9", said))


_PARAMETERS = [
    _told("tls", "encrypted-in-transit", "disabled"),
    _told("tls", "encrypted-in-transit", "enabled"),
    _told("tls", "encrypted-in-transit?", "tls1.1+"),
    _told("tls", "encrypted-in-transit?", UNKNOWN, "not known"),
    _unsaid("tls", "encrypted-in-transit"),
    _again("tls", "encrypted-in-transit", "disabled"),
    _told("ttl_monitor", "ceiling", "disabled"),
    _told("ttl_monitor", "ceiling?", UNKNOWN, "not known"),
    _unsaid("ttl_monitor", "ceiling?"),
    _again("ttl_monitor", "ceiling", "disabled"),
    *(_told("audit_logs", "ceiling", value) for value in ("enabled", "dml_read", "dml_write", "all")),
    _told("audit_logs", "ceiling?", UNKNOWN, "not known"),
    _told("profiler", "ceiling", "enabled"),
    _told("profiler", "ceiling?", UNKNOWN, "not known"),
    _told("change_stream_log_retention_duration", "ceiling?", UNKNOWN, "not known"),
    _told("change_stream_log_retention_duration", "known-types?", "604801"),
    *(
        m(
            f"documents: {name} after a restart",
            "ceiling?",
            put(_GROUP, f"parameters.{at}.applyMethod", "pending-reboot"),
        )
        for at, name in enumerate(_SAID)
        if name != "tls"
    ),
    m(
        "documents: a parameter of no list",
        "ceiling?",
        put(_GROUP, "parameters.9", {"name": "query_log", "value": "1"}),
    ),
    m("documents: parameters not known", "encrypted-in-transit? ceiling?", put(_GROUP, "parameters", UNKNOWN)),
    m("documents: no parameters", "encrypted-in-transit ceiling?", put(_GROUP, "parameters", REMOVED)),
    m("documents: parameters ignored", "judged-arguments-count", option(_GROUP, ignore_changes=["parameters"])),
    m("documents: the group looked up", "known-types?", option(_GROUP, read=True)),
    m(
        "documents: the service's own group",
        "encrypted-in-transit ceiling?",
        put(_DB, "dbClusterParameterGroupName", "default.docdb5.0"),
        option(_DB, links={}),
    ),
    m("documents: no group", "encrypted-in-transit ceiling?", put(_DB, "dbClusterParameterGroupName", REMOVED)),
    m(
        "documents: somebody else's group",
        "encrypted-in-transit? ceiling? known-types?",
        put(_DB, "dbClusterParameterGroupName", "other"),
        option(_DB, links={}),
    ),
]
_CLUSTER = [
    m("documents: not encrypted", "encrypted-at-rest", put(_DB, "storageEncrypted", False)),
    m("documents: not told to be encrypted", "encrypted-at-rest", put(_DB, "storageEncrypted", REMOVED)),
    m("documents: not known to be encrypted", "encrypted-at-rest?", put(_DB, "storageEncrypted", UNKNOWN)),
    m(
        "documents: under a key of another region",
        "encrypted-at-rest? copies-stay-home",
        put(_DB, "kmsKeyId", _FAR),
        option(_DB, links={}),
    ),
    m("documents: password in plain text", "encrypted-at-rest", put(_DB, "masterPassword", "canary")),
    m("documents: a second password in plain text", "encrypted-at-rest", put(_DB, "masterPasswordWo", "canary")),
    m("documents: backups of a month", "ceiling", put(_DB, "backupRetentionPeriod", 35.0)),
    m("documents: backups of a period not known", "ceiling?", put(_DB, "backupRetentionPeriod", UNKNOWN)),
    m("documents: backups said to be off", "known-types?", put(_DB, "backupRetentionPeriod", 0.0)),
    m("documents: backups for longer than there are", "known-types?", put(_DB, "backupRetentionPeriod", 36.0)),
    m("documents: a final snapshot", "nothing-survives-deletion", put(_DB, "skipFinalSnapshot", False)),
    m("documents: a final snapshot unless told", "nothing-survives-deletion", put(_DB, "skipFinalSnapshot", REMOVED)),
    m("documents: logs exported", "copies-stay-home", put(_DB, "enabledCloudwatchLogsExports", ["audit"])),
    m("documents: of a global cluster", "copies-stay-home", put(_DB, "globalClusterIdentifier", "g")),
    m("documents: from a snapshot", "copies-stay-home", put(_DB, "snapshotIdentifier", "s")),
    m(
        "documents: from backups",
        "copies-stay-home",
        put(_DB, "restoreToPointInTime", {"sourceClusterIdentifier": "x"}),
    ),
    m("documents: what is set waits", "copies-stay-home", put(_DB, "applyImmediately", False)),
    m("documents: another major version", "copies-stay-home", put(_DB, "allowMajorVersionUpgrade", True)),
    m("documents: in another region", "home-region", put(_DB, "region", "ap-southeast-1")),
    m("documents: in a zone of another region", "home-region", put(_DB, "availabilityZones", ["ap-southeast-1a"])),
    m("documents: no security group", "no-public-door?", put(_DB, "vpcSecurityGroupIds", REMOVED)),
    m("documents: somebody else's security group", "no-public-door?", put(_DB, "vpcSecurityGroupIds.1", "sg-9")),
    m("documents: no subnets", "no-public-door?", put(_DB, "dbSubnetGroupName", REMOVED)),
    m("documents: somebody else's subnet", "no-public-door?", put(_PLACES, "subnetIds.1", "subnet-9")),
    m("documents: kept when the stack is destroyed", "judged-arguments-count", option(_DB, retain_on_delete=True)),
    m("documents: everything ignored", "judged-arguments-count", option(_DB, ignore_changes=["*"])),
    m("documents: backups ignored", "judged-arguments-count", option(_DB, ignore_changes=["backupRetentionPeriod"])),
    m("documents: looked up", "known-types?", option(_DB, read=True)),
    m("documents: by no declared provider", "explicit-provider", option(_DB, provider="")),
    m("documents: no cluster", "known-types?", lose(_DB)),
    m("documents: a second cluster", "declared-holdings", twin(_DB, "second", put(_DB, "region", "ap-southeast-3"))),
]
_BESIDE = [
    m("documents: statements perhaps kept", "ceiling?", put(_ONE, "enablePerformanceInsights", UNKNOWN)),
    m(
        "documents: statements under a key of another region",
        "copies-stay-home encrypted-at-rest?",
        put(_ONE, "enablePerformanceInsights", True),
        put(_ONE, "performanceInsightsKmsKeyId", _FAR),
    ),
    m("documents: what is set of an instance waits", "copies-stay-home", put(_ONE, "applyImmediately", REMOVED)),
    m("documents: an instance elsewhere", "home-region", put(_ONE, "availabilityZone", "ap-southeast-1a")),
    m("documents: an instance in a zone not known", "home-region?", put(_ONE, "availabilityZone", UNKNOWN)),
    m(
        "documents: an instance of another cluster",
        "known-types?",
        put(_ONE, "clusterIdentifier", "x"),
        option(_ONE, links={}),
    ),
    m("documents: a snapshot", "copies-stay-home", add(f"{_DOCDB}/clusterSnapshot:ClusterSnapshot", "s", {})),
    m("documents: a global cluster", "copies-stay-home", add(f"{_DOCDB}/globalCluster:GlobalCluster", "g", {})),
    m("documents: an elastic cluster", "copies-stay-home", add(f"{_DOCDB}/elasticCluster:ElasticCluster", "e", {})),
]
_WORDS = [
    m("documents: no seal", "declared-holdings ceiling", declare(_HERE, "holdings.0.seals", [])),
    m("documents: written in clear", "declared-holdings ceiling", declare(_HERE, "flows.0.sealed", False)),
    m("documents: another seal", "keyring-guarded", declare(_HERE, "holdings.0.seals", ["other-epochs"])),
    m("documents: silent about what is in clear", "declared-holdings", declare(_HERE, "holdings.0.clear", REMOVED)),
    m("documents: no flow", "ceiling?", declare(_HERE, "flows.0", REMOVED)),
    m("documents: no holding", "declared-holdings", declare(_HERE, "holdings", [])),
    m("documents: kept for a month", "ceiling", declare(_HERE, "holdings.0.ttl", "P30D")),
    m("documents: no time to live", "sweeps-alive ceiling", declare(_HERE, "holdings.0.ttl", REMOVED)),
    m("documents: no sweep", "sweeps-alive ceiling", declare(_HERE, "holdings.0.sweep", REMOVED)),
    m("keyring: a longer life declared", "ceiling", declare("im-keyring", "keyrings.0.life", "P8D")),
]
MUTANTS = [*_PARAMETERS, *_CLUSTER, *_BESIDE, *_WORDS]
EQUIVALENT = [
    # What stays in clear beside sealed messages may stay for a month, and this log is a week.
    _told("change_stream_log_retention_duration", "", "604800"),
    # Statements of performance insights are kept for a week, too.
    m("documents: statements kept", "", put(_ONE, "enablePerformanceInsights", True)),
    # A key of the service encrypts too.
    m("documents: under a key of the service", "", put(_DB, "kmsKeyId", REMOVED)),
    # Changes of collections and indexes repeat no document.
    _told("audit_logs", "", "ddl"),
    # Twice the same is the same.
    _again("tls", "", "tls1.3+"),
]
MAY_BE_UNKNOWN = {
    "docdb/clusterParameterGroup parameters[].applyMethod": "of tls: it counts after a restart, whatever it is told"
}
MAY_BE_LEFT_OUT = {"docdb/clusterInstance": "a replica less"}
