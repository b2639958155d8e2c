"""RDS for MySQL: instances and clusters of two zones, what they leave in backups and logs, and how they are reached.

Of Aurora and of other engines neither the logs nor their periods are known here, so a database of such an engine is
unread. What makes a second copy of a database, or makes one of a copy, is refused by the leak table.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from im_stack.facts.aws import kms
from im_stack.facts.aws.location import arn_places, zone_places
from im_stack.facts.aws.network import GROUPS, SUBNET, strangers
from im_stack.facts.aws.parameters import Parameters, parameters_of
from im_stack.facts.aws.retention import chosen, fixed, lag
from im_stack.facts.knowledge.credentials import set_in_state
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, as_number, show
from im_stack.facts.model import (
    ABSENT,
    Amount,
    AtRest,
    Channel,
    Copy,
    Door,
    Fact,
    Store,
    Unknown,
    Unread,
    Value,
)

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
PARAMETER_GROUP = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_PARAMETER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
OPTION_GROUP = "aws:rds/optionGroup:OptionGroup"
SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup"
PROXY = "aws:rds/proxy:Proxy"
PROXY_ENDPOINT = "aws:rds/proxyEndpoint:ProxyEndpoint"
PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget"
_LEADS = {"dbInstanceIdentifier": INSTANCE, "dbClusterIdentifier": CLUSTER}
"""What a proxy may lead to, by the argument that says so."""
_LOGS = {"general_log": ("general log", "rds-general-log"), "slow_query_log": ("slow log", "rds-slow-log")}
_TLS = "require_secure_transport"
_QUIET = frozenset(
    {
        *_LOGS,
        "log_output",
        _TLS,
        "tls_version",
        "long_query_time",
        "binlog_row_image",
        "binlog_format",
        "character_set_server",
        "collation_server",
        "innodb_print_all_deadlocks",
        "max_connections",
        "time_zone",
    }
)
"""Parameters that are read here, or are known to keep nothing anywhere that is not counted anyway."""
_OLD_TLS = {"5.7": False, "8.0": True, "8.4": True}
"""Versions that refuse TLS below 1.2, whatever they are told."""
_TLS_TABLE = "Amazon RDS user guide, SSL/TLS support for MySQL: 8.0 and 8.4 support neither TLS 1.0 nor 1.1"
_REQUIRED = "Amazon RDS user guide: require_secure_transport is OFF unless a parameter group says otherwise"
_SHARED = "a network that is not the stack's"


@dataclass(frozen=True)
class _Kind:
    """How one of the two kinds of database calls its arguments, and what it makes of absent ones."""

    zones: str
    group: str
    group_type: str
    passwords: tuple[str, ...]
    made_from: tuple[str, ...]
    always: bool  # whether it has backups whatever it is told; else it has none unless told


_COPIES = ("snapshotIdentifier", "restoreToPointInTime", "s3Import")
_OF = {
    INSTANCE: _Kind(
        "availabilityZone",
        "parameterGroupName",
        PARAMETER_GROUP,
        ("password", "passwordWo"),
        (*_COPIES, "replicateSourceDb"),
        always=False,
    ),
    CLUSTER: _Kind(
        "availabilityZones",
        "dbClusterParameterGroupName",
        CLUSTER_PARAMETER_GROUP,
        ("masterPassword", "masterPasswordWo"),
        (*_COPIES, "replicationSourceIdentifier"),
        always=True,
    ),
}


def _database(view: View, graph: Graph) -> Iterable[Fact]:
    kind = _OF[view.resource.type]
    yield Store(view.urn, "mysql", protected=view.resource.options.protect)
    if view.get("engine") != "mysql":
        why = f"its engine is {show(view.get('engine'))}: only the logs and periods of mysql are known"
        yield Unread(view.urn, why, "type")
    parameters = parameters_of(view, kind.group, kind.group_type, graph)
    if parameters.astray:
        yield Unread(view.urn, f"its parameters: {parameters.astray}", "link")
    yield from _backups(view, kind)
    yield from _logs(view, parameters)
    yield from _insights(view, graph)
    yield from _at_rest(view, kind, graph)
    yield from _passwords(view, kind, graph)
    yield from _connections(view, parameters)
    yield from _network(view, graph)
    yield from zone_places(view, kind.zones)
    yield from arn_places(view, "kmsKeyId", "performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId")


def _instance(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _database(view, graph)
    yield from arn_places(view, "replicateSourceDb")
    options = view.get("optionGroupName")
    if options not in (ABSENT, "") and not (isinstance(options, str) and options.startswith("default:")):
        group = graph.link(view.resource, "optionGroupName", {OPTION_GROUP})
        if isinstance(group, NoLink):
            yield Unread(view.urn, f"its options: {group.why}", "link")


def _cluster(view: View, graph: Graph) -> Iterable[Fact]:
    """A cluster gets an address on the Internet where nothing says otherwise and it is in the account's network."""
    yield from _database(view, graph)
    yield from arn_places(view, "replicationSourceIdentifier")
    public = view.flag("publiclyAccessible")
    if view.get("publiclyAccessible") is ABSENT:
        public = view.get("dbSubnetGroupName") in (ABSENT, "", "default")
    source = "pulumi-aws 7.51.1 rds.Cluster.publicly_accessible: true unless told, in the default subnet group"
    yield Door(view.urn, "an address on the Internet", public, view.evidence("publiclyAccessible", source), alone=True)


def _inherits(view: View, kind: _Kind) -> bool:
    """Whether a database is made from another, or from a copy: what it is not told, it then takes from there."""
    return any(view.get(argument) not in (ABSENT, "", ()) for argument in kind.made_from)


def _backups(view: View, kind: _Kind) -> Iterator[Fact]:
    """Backups, and with them the log of changes on the disk: both are off, for an instance, at zero days."""
    argument = "backupRetentionPeriod"
    value = view.get(argument)
    if value is ABSENT:
        value = Unknown(argument) if _inherits(view, kind) else ABSENT if kind.always else 0
    if as_number(value) == 0 and not kind.always:
        return
    kept = view.amount(value, argument, limits("aws")["rds-backup"], "backups kept")
    binlog, slack = fixed(view, "rds-binlog", "binlog on the disk (there is none without backups)")
    yield Copy(view.urn, "backups", (_down_to(kind, kept), lag(view, "rds-backup")))
    yield Copy(view.urn, "local binlog", (_down_to(kind, binlog), slack))


def _down_to(kind: _Kind, amount: Amount) -> Amount:
    """A period that can be nothing for a kind of database that need not have backups."""
    return amount if kind.always else replace(amount, floor=timedelta(0))


def _logs(view: View, parameters: Parameters) -> Iterator[Fact]:
    """The log of errors, which is always kept, and the logs of statements that parameters switch on."""
    yield Copy(view.urn, "error log", fixed(view, "rds-error-log", "files of the error log kept"))
    for switch, (kind, limit) in _LOGS.items():
        on = parameters.flag(switch)
        if on is None:
            yield Copy(view.urn, kind, (_not_known(f"whether there is a {kind}", parameters),))
        elif on:
            yield from _written(view, parameters, kind, limit)
    names = parameters.names()
    more = sorted(name for name in names - _QUIET if isinstance(name, str))
    known = all(isinstance(name, str) for name in names)
    if more or not known:
        what = f"what {', '.join(more)} may log" if known else "what parameters log"
        yield Copy(view.urn, "log of other parameters", (_not_known(what, parameters),))


def _written(view: View, parameters: Parameters, kind: str, limit: str) -> Iterator[Fact]:
    """A log that is on: files have an end, tables none, and written to nowhere it keeps nothing."""
    targets = set(parameters.values("log_output"))  # a table where none is told
    if targets == {"NONE"}:
        return
    if targets == {"FILE"}:
        yield Copy(view.urn, kind, fixed(view, limit, f"files of the {kind} kept"))
    elif any(target is ABSENT or isinstance(target, Unknown) for target in targets):
        yield Copy(view.urn, kind, (_not_known(f"where the {kind} is written", parameters),))
    else:
        yield Copy(view.urn, kind, (Amount(None, f"the {kind} is a table that nothing ends", parameters.evidence()),))


def _not_known(what: str, parameters: Parameters) -> Amount:
    return Amount(None, f"{what} is not known", parameters.evidence(), unknown=True)


def _insights(view: View, graph: Graph) -> Iterator[Fact]:
    """Statements that took long, with what they are about, in a store of the service's own."""
    on, label = view.flag("performanceInsightsEnabled"), "statements of Performance Insights kept"
    if on is False:
        return
    limit, argument = "rds-performance-insights", "performanceInsightsRetentionPeriod"
    if on is None:
        kept = Amount(None, f"{label} (not known)", view.evidence("performanceInsightsEnabled"), unknown=True)
        yield Copy(view.urn, "performance insights", (kept,))
    else:
        yield Copy(view.urn, "performance insights", chosen(view, argument, limit, label))
    key = "performanceInsightsKmsKeyId"
    yield kms.rests(view.urn, "performance insights", "KMS", view.resource, key, view.get(key), graph)


def _at_rest(view: View, kind: _Kind, graph: Graph) -> Iterator[Fact]:
    """Disk, backups and logs are encrypted together, or not at all."""
    what, on, evidence = "disk, backups and logs", view.flag("storageEncrypted"), view.evidence("storageEncrypted")
    if _inherits(view, kind):
        yield AtRest(view.urn, what, None, "as what it is made from is", evidence)
    elif on:
        yield kms.rests(view.urn, what, "KMS", view.resource, "kmsKeyId", view.get("kmsKeyId"), graph)
    else:
        how = "not known to be encrypted" if on is None else "storageEncrypted is not on"
        yield AtRest(view.urn, what, on, how, evidence)


def _passwords(view: View, kind: _Kind, graph: Graph) -> Iterator[Fact]:
    """A password that the program knows must be a secret; one that the service makes rests under a key."""
    yield from set_in_state(view, "its password", kind.passwords)
    if view.flag("manageMasterUserPassword") is not False:
        key = "masterUserSecretKmsKeyId"
        yield kms.rests(view.urn, "its password", "KMS", view.resource, key, view.get(key), graph)


def _connections(view: View, parameters: Parameters) -> Iterator[Fact]:
    yield Channel(view.urn, "connections", parameters.flag(_TLS), parameters.evidence(source=_REQUIRED))
    yield Channel(
        view.urn, "TLS below 1.2", _refuses_old(view.get("engineVersion")), view.evidence("engineVersion", _TLS_TABLE)
    )


def _refuses_old(version: Value) -> bool | None:
    """Whether an engine of this version refuses TLS below 1.2; None for a version that no table lists."""
    return _OLD_TLS.get(".".join(version.split(".")[:2])) if isinstance(version, str) else None


def _network(view: View, graph: Graph) -> Iterator[Fact]:
    group = graph.link(view.resource, "dbSubnetGroupName", {SUBNET_GROUP})
    if isinstance(group, NoLink):
        yield Door(view.urn, f"{_SHARED} ({group.why})", None, view.evidence("dbSubnetGroupName"))
    yield from _own(view, "vpcSecurityGroupIds", GROUPS, graph)


def _own(view: View, argument: str, types: frozenset[str], graph: Graph) -> Iterator[Door]:
    """A list that must name resources of this stack, and at least one: none is what the account shares."""
    why = strangers(view.resource, argument, types, graph)
    if why:
        yield Door(view.urn, f"{_SHARED} ({why})", None, view.evidence(argument))


def _subnets(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _own(view, "subnetIds", frozenset({SUBNET}), graph)


def _proxy(view: View, graph: Graph) -> Iterable[Fact]:
    source = "pulumi-aws 7.51.1 rds.Proxy.require_tls: plaintext is taken unless told"
    yield Channel(view.urn, "connections", view.flag("requireTls"), view.evidence("requireTls", source))
    yield from _inside(view, graph)


def _inside(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _own(view, "vpcSubnetIds", frozenset({SUBNET}), graph)
    yield from _own(view, "vpcSecurityGroupIds", GROUPS, graph)


def _target(view: View, graph: Graph) -> Iterable[Fact]:
    """A proxy leads to databases of this stack: of others nothing is known."""
    given = [argument for argument in _LEADS if view.get(argument) not in (ABSENT, "")]
    if not given:
        yield Unread(view.urn, "it names no database that the proxy leads to", "link")
    for argument in given:
        found = graph.link(view.resource, argument, {_LEADS[argument]})
        if isinstance(found, NoLink):
            yield Unread(view.urn, f"what the proxy leads to: {found.why}", "link")


def _beside(view: View, graph: Graph) -> Iterable[Fact]:
    """What the reader of the database looks up, or the leak table judges."""
    return ()


_SHARED_ARGUMENTS = frozenset(
    {
        "engine",
        "engineVersion",
        "backupRetentionPeriod",
        "performanceInsightsEnabled",
        "performanceInsightsRetentionPeriod",
        "performanceInsightsKmsKeyId",
        "storageEncrypted",
        "kmsKeyId",
        "manageMasterUserPassword",
        "masterUserSecretKmsKeyId",
        "dbSubnetGroupName",
        "vpcSecurityGroupIds",
    }
)


def _arguments(type_: str) -> frozenset[str]:
    kind = _OF[type_]
    return _SHARED_ARGUMENTS | {kind.zones, kind.group, *kind.passwords, *kind.made_from}


_ALONE, _TOGETHER = frozenset({"identifier", "optionGroupName"}), frozenset({"clusterIdentifier", "publiclyAccessible"})
READERS = {
    INSTANCE: Reader(_arguments(INSTANCE) | _ALONE, _instance, frozenset(_OF[INSTANCE].passwords)),
    CLUSTER: Reader(_arguments(CLUSTER) | _TOGETHER, _cluster, frozenset(_OF[CLUSTER].passwords)),
    PARAMETER_GROUP: Reader(frozenset({"name", "parameters"}), _beside),
    CLUSTER_PARAMETER_GROUP: Reader(frozenset({"name", "parameters"}), _beside),
    SUBNET_GROUP: Reader(frozenset({"name", "subnetIds"}), _subnets),
    PROXY: Reader(frozenset({"requireTls", "vpcSubnetIds", "vpcSecurityGroupIds"}), _proxy),
    PROXY_ENDPOINT: Reader(frozenset({"vpcSubnetIds", "vpcSecurityGroupIds"}), _inside),
    PROXY_TARGET: Reader(frozenset(_LEADS), _target),
}
