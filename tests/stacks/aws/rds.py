"""Mutants of the database of profiles."""

from im_stack.preflight.recording.recording import Registration
from tests.harness.mutate import REMOVED, Change, add, declare, find, lose, option, put
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

_RDS = "aws:rds"
DB, PARAMETERS, SUBNETS = "Instance im-mysql", "ParameterGroup im-mysql-parameters", "SubnetGroup im-mysql-subnets"
_ABROAD = "ap-southeast-1"


def _parameter(name: str, value: str) -> list[dict[str, str]]:
    """The parameters of the stack with one of them set to something else."""
    given = {
        "require_secure_transport": "1",
        "general_log": "0",
        "slow_query_log": "0",
        "log_output": "FILE",
        name: value,
    }
    return [{"name": key, "value": each, "applyMethod": "immediate"} for key, each in given.items()]


def _tables(name: str) -> list[dict[str, str]]:
    """A log that is on, and written to a table."""
    return [{"name": name, "value": "1"}, {"name": "log_output", "value": "TABLE"}]


def _waiting(name: str) -> list[dict[str, str]]:
    """The parameters of the stack, one of which counts once somebody restarts the database."""
    rows = _parameter("log_output", "FILE")
    return [{**row, "applyMethod": "pending-reboot"} if row["name"] == name else row for row in rows]


def _named(argument: str, value: str) -> tuple[Change, Change]:
    """An argument of the database that is a text of one's own, and made from nothing of the stack."""

    def unlinked(registrations: list[Registration]) -> None:
        del find(registrations, DB)["links"][argument]

    return put(DB, argument, value), unlinked


_PERIODS = [
    m("mysql: backups of a month", "ceiling", put(DB, "backupRetentionPeriod", 35.0)),
    m("mysql: backups of more than there are", "known-types? ceiling", put(DB, "backupRetentionPeriod", 36.0)),
    m("mysql: backups not known", "ceiling?", put(DB, "backupRetentionPeriod", UNKNOWN)),
    m("mysql: rows stay a day longer", "ceiling", declare("im-mysql", "holdings.0.ttl", "P15DT23H")),
    m("mysql: rows stay", "ceiling", declare("im-mysql", "holdings.0.ttl", REMOVED)),
    m("mysql: nothing deletes rows", "ceiling", declare("im-mysql", "holdings.0.sweep", REMOVED)),
    m("mysql: rows seldom deleted", "ceiling", declare("im-mysql", "holdings.0.sweep.period", "P2D")),
    m("mysql: rows of another store", "ceiling?", declare("im-mysql", "holdings.0.store", "im-other")),
    m("mysql: every statement in a table", "ceiling", put(PARAMETERS, "parameters", _tables("general_log"))),
    m("mysql: slow statements in a table", "ceiling", put(PARAMETERS, "parameters", _tables("slow_query_log"))),
    m(
        "mysql: statements logged by another parameter",
        "ceiling?",
        put(PARAMETERS, "parameters", _parameter("server_audit_logging", "1")),
    ),
    m("mysql: parameters of nobody", "ceiling? known-types?", *_named("parameterGroupName", "elsewhere")),
    m(
        "mysql: statements of a month",
        "ceiling",
        put(DB, "performanceInsightsEnabled", True),
        put(DB, "performanceInsightsRetentionPeriod", 31.0),
    ),
    m("mysql: made from a snapshot", "copies-stay-home", put(DB, "snapshotIdentifier", "s-1")),
    m("mysql: a last snapshot", "nothing-survives-deletion", put(DB, "skipFinalSnapshot", False)),
    m("mysql: a last snapshot unless told", "nothing-survives-deletion", put(DB, "skipFinalSnapshot", REMOVED)),
    m("mysql: backups that stay", "nothing-survives-deletion", put(DB, "deleteAutomatedBackups", False)),
    m("mysql: what is set waits", "copies-stay-home", put(DB, "applyImmediately", False)),
    m("mysql: logs sent away", "copies-stay-home", put(DB, "enabledCloudwatchLogsExports", ["slowquery"])),
    m("mysql: another engine", "known-types?", put(DB, "engine", "mariadb")),
]
_CLOSED = [
    m("mysql: not encrypted", "encrypted-at-rest", put(DB, "storageEncrypted", False)),
    m("mysql: not encrypted unless told", "encrypted-at-rest", put(DB, "storageEncrypted", REMOVED)),
    m("mysql: under a key of somebody", "encrypted-at-rest?", *_named("kmsKeyId", "key-1")),
    m("mysql: its password in clear", "encrypted-at-rest", put(DB, "password", "secret")),
    m(
        "mysql: plaintext",
        "encrypted-in-transit",
        put(PARAMETERS, "parameters", _parameter("require_secure_transport", "0")),
    ),
    m("mysql: no parameters", "encrypted-in-transit", put(PARAMETERS, "parameters", REMOVED)),
    m("mysql: the engine's own parameters", "encrypted-in-transit", *_named("parameterGroupName", "default.mysql8.4")),
    m("mysql: old TLS", "encrypted-in-transit", put(DB, "engineVersion", "5.7.44")),
    m("mysql: on the Internet", "no-public-door", put(DB, "publiclyAccessible", True)),
    m("mysql: in the account's network", "no-public-door?", *_named("dbSubnetGroupName", "default")),
    m("mysql: subnets of somebody", "no-public-door?", put(SUBNETS, "subnetIds", ["subnet-1"])),
    m("mysql: let in by whoever", "no-public-door?", put(DB, "vpcSecurityGroupIds", REMOVED)),
    m("mysql: let in by another group", "no-public-door?", put(DB, "vpcSecurityGroupIds.1", "sg-1")),
    m("mysql: in another region", "home-region", put(DB, "region", _ABROAD)),
    m("mysql: in a zone of another region", "home-region", put(DB, "availabilityZone", f"{_ABROAD}a")),
    m("mysql: its subnets in another region", "home-region", put(SUBNETS, "region", _ABROAD)),
    m("mysql: retained", "judged-arguments-count", option(DB, retain_on_delete=True)),
    m("mysql: its backups ignored", "judged-arguments-count", option(DB, ignore_changes=["backupRetentionPeriod"])),
    m("mysql: its parameters ignored", "judged-arguments-count", option(PARAMETERS, ignore_changes=["parameters"])),
    m("mysql: looked up", "known-types?", option(DB, read=True)),
    m("mysql: by no declared provider", "explicit-provider", option(DB, provider="")),
    m("mysql: parameters left out", "ceiling? encrypted-in-transit?", lose(PARAMETERS)),
]


def _beside() -> list[Mutant]:
    """One more resource of the module, and what notices."""
    rows: list[tuple[str, dict[str, object], str]] = [
        ("snapshot", {}, "copies-stay-home"),
        ("snapshotCopy", {"destinationRegion": _ABROAD}, "copies-stay-home"),
        ("instanceAutomatedBackupsReplication", {}, "copies-stay-home"),
        ("exportTask", {}, "copies-stay-home"),
        ("integration", {}, "copies-stay-home"),
        ("clusterActivityStream", {}, "copies-stay-home"),
        ("globalCluster", {}, "copies-stay-home"),
        ("roleAssociation", {}, "copies-stay-home"),
        ("optionGroup", {"options": [{"optionName": "MARIADB_AUDIT_PLUGIN"}]}, "copies-stay-home"),
        ("instanceDesiredState", {"state": "stopped"}, "copies-stay-home"),
        ("instance", {"engine": "mysql", "replicateSourceDb": "im-mysql"}, "copies-stay-home declared-holdings"),
        ("instance", {"engine": "mysql"}, "ceiling declared-holdings encrypted-at-rest encrypted-in-transit"),
        ("cluster", {"engine": "mysql"}, "ceiling declared-holdings no-public-door"),
        ("clusterInstance", {"engine": "aurora-mysql"}, "copies-stay-home"),
        ("proxy", {"requireTls": False}, "encrypted-in-transit no-public-door?"),
        ("proxy", {"requireTls": True, "debugLogging": True}, "copies-stay-home"),
        ("proxyTarget", {"dbInstanceIdentifier": "elsewhere"}, "known-types?"),
        ("proxyDefaultTargetGroup", {"connectionPoolConfig": {"initQuery": "SELECT 1"}}, "copies-stay-home"),
    ]
    return [
        m(f"mysql: beside it {kind} {' '.join(inputs)}", rules, add(_token(kind), "beside", inputs))
        for kind, inputs, rules in rows
    ]


def _token(kind: str) -> str:
    return f"{_RDS}/{kind}:{kind[0].upper()}{kind[1:]}"


_HALF_KNOWN = [
    m(f"mysql: {name} {what}", f"{rule}?", put(PARAMETERS, "parameters", rows))
    for name, rule in (
        ("require_secure_transport", "encrypted-in-transit"),
        ("general_log", "ceiling"),
        ("slow_query_log", "ceiling"),
    )
    for what, rows in (("not known", _parameter(name, UNKNOWN)), ("after a restart", _waiting(name)))
]
MUTANTS = [*_HALF_KNOWN, *_PERIODS, *_CLOSED, *_beside()]
EQUIVALENT = [
    # The files of the error log stay for two weeks and a day; backups of two weeks end no later.
    m("mysql: backups of two weeks", "", put(DB, "backupRetentionPeriod", 14.0)),
    # Without backups there are less copies.
    m("mysql: no backups", "", put(DB, "backupRetentionPeriod", 0.0)),
    # No backups is what an instance has that says nothing.
    m("mysql: silent about backups", "", put(DB, "backupRetentionPeriod", REMOVED)),
    # Protection keeps a database from deletion; without it nothing lives longer.
    m("mysql: not protected", "", option(DB, protect=False)),
    # Statements in files end with the error log's.
    m("mysql: slow statements in files", "", put(PARAMETERS, "parameters", _parameter("slow_query_log", "1"))),
    # One zone of the home region by name is in the home region.
    m("mysql: a zone by name", "", put(DB, "availabilityZone", "ap-southeast-3a")),
    # A key of the service encrypts as well.
    m("mysql: under a key of the service", "", put(DB, "kmsKeyId", REMOVED)),
]
_NO_LOG = "where a log that is off would be written, and how much of a row is in a binlog whose whole period counts"
MAY_BE_UNKNOWN = {
    "rds/instance allocatedStorage": "compared with what was deployed before, and no part of a proof",
    "rds/instance identifier": "what finds it by its name, a proxy or a selection of backups, is judged where it does",
    "rds/parameterGroup parameters[].value": _NO_LOG,
    "rds/parameterGroup parameters[].applyMethod": _NO_LOG,
}
MAY_BE_LEFT_OUT: dict[str, str] = {}
