"""RDS for MySQL: instances and Multi-AZ clusters, their backups and logs, encryption, connections and proxies.

The logs of Aurora and of other engines, and their periods, are not known here, so a database of such an engine is
unread. What makes a second copy of a database, or makes one from a copy, is in the table of forbidden settings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.aws.location import arns, zones
from im_stack.facts.aws.network.vpc import GROUPS, SUBNET
from im_stack.facts.aws.stores.parameters import Parameters, parameters_of
from im_stack.facts.knowledge.credentials import credential
from im_stack.facts.knowledge.database_parameters import other_parameters
from im_stack.facts.mechanism.rows import (
    Facts,
    channel,
    chosen,
    copy,
    fixed,
    inside,
    is_on,
    lag,
    limit_of,
    looked_up,
    reads,
    refers_to,
    resource,
    store,
    switched,
    together,
)
from im_stack.facts.mechanism.view import View, as_number, show
from im_stack.facts.model import ABSENT, Amount, AtRest, Channel, Copy, Exposure, Fact, Unknown, Unresolved, Value

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
PARAMETER_GROUP = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_PARAMETER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
OPTION_GROUP = "aws:rds/optionGroup:OptionGroup"
SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup"
PROXY = "aws:rds/proxy:Proxy"
PROXY_ENDPOINT = "aws:rds/proxyEndpoint:ProxyEndpoint"
PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget"
_PROXY_TARGETS = {"dbInstanceIdentifier": INSTANCE, "dbClusterIdentifier": CLUSTER}
"""The types that a proxy may lead to, by argument."""
_LOGS = {"general_log": ("general log", "rds-general-log"), "slow_query_log": ("slow log", "rds-slow-log")}
_TLS = "require_secure_transport"
_READ = frozenset({*_LOGS, "log_output", "innodb_print_all_deadlocks", _TLS, "tls_version"})
"""Parameters of logs and connections that are read here, and one that writes into the error log, a copy by itself."""
_OLD_TLS = {"5.7": False, "8.0": True, "8.4": True}
"""Whether engine versions refuse TLS below 1.2, whatever the parameters say."""
_TLS_TABLE = "Amazon RDS user guide, SSL/TLS support for MySQL: 8.0 and 8.4 support neither TLS 1.0 nor 1.1"
_REQUIRED = "Amazon RDS user guide: require_secure_transport is OFF unless a parameter group says otherwise"
_FOREIGN_NETWORK = "a network that is not the stack's"
_PROXY_TLS = "pulumi-aws 7.51.1 rds.Proxy.require_tls: plaintext is taken by default"
_BINLOG = fixed("rds-binlog", "binlog on the disk (there is none without backups)")


@reads("engine")
def _engine(view: View) -> Iterator[Fact]:
    if view.get("engine") != "mysql":
        why = f"its engine is {show(view.get('engine'))}: only the logs and periods of mysql are known"
        yield Unresolved(view.urn, why, "type")


def _backups(made_from: tuple[str, ...], *, optional: bool) -> Facts:
    """Backups, and with them the log of changes on the disk. `optional`: an instance may have neither, at zero days.

    A database that is restored from another inherits what is not set.
    """
    argument = "backupRetentionPeriod"

    @reads(argument, *made_from)
    def facts(view: View) -> Iterator[Fact]:
        value = view.get(argument)
        if value is ABSENT:
            value = Unknown(argument) if _inherits(view, made_from) else 0 if optional else ABSENT
        if optional and as_number(value) == 0:
            return
        kept = view.amount(value, argument, limit_of(view, "rds-backup"), "backups kept")
        binlog, slack = _BINLOG(view)
        if optional:
            kept, binlog = replace(kept, floor=timedelta(0)), replace(binlog, floor=timedelta(0))
        yield Copy(view.urn, "backups", (kept, lag(view, "rds-backup")))
        yield Copy(view.urn, "local binlog", (binlog, slack))

    return facts


def _inherits(view: View, made_from: tuple[str, ...]) -> bool:
    """Whether a database is made from another, or from a copy, and inherits its settings."""
    return any(view.get(argument) not in (ABSENT, "", ()) for argument in made_from)


def _parameters(argument: str, group_type: str) -> Facts:
    """What the parameter group of a database says of its logs and its connections."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        parameters = parameters_of(view, argument, group_type)
        if parameters.astray:
            yield Unresolved(view.urn, f"its parameters: {parameters.astray}", "link")
        for switch, (kind, limit) in _LOGS.items():
            yield from _log(view, parameters, switch, kind, limit)
        yield from other_parameters(view, "mysql", parameters.names(), parameters.evidence(), _READ)
        evidence = parameters.evidence(source=_REQUIRED)
        yield Channel(view.urn, "connections", parameters.flag(_TLS), evidence)

    return facts


def _log(view: View, parameters: Parameters, switch: str, kind: str, limit: str) -> Iterator[Fact]:
    """A log of statements that is, or may be, on: files end, tables do not, and written to nowhere it keeps nothing."""
    on, targets = parameters.flag(switch), set(parameters.values("log_output"))  # a table where none is set
    if on is None:
        yield Copy(view.urn, kind, _not_known(f"whether there is a {kind}", parameters))
    elif not on or targets == {"NONE"}:
        return  # equivalent(pass): nothing follows the branches
    elif targets == {"FILE"}:
        yield Copy(view.urn, kind, fixed(limit, f"files of the {kind} kept")(view))
    elif any(target is ABSENT or isinstance(target, Unknown) for target in targets):
        yield Copy(view.urn, kind, _not_known(f"where the {kind} is written", parameters))
    else:
        endless = Amount(None, f"the {kind} is a table that nothing ends", parameters.evidence())
        yield Copy(view.urn, kind, (endless,))


def _not_known(what: str, parameters: Parameters) -> tuple[Amount]:
    return (Amount(None, f"{what} is not known", parameters.evidence(), unknown=True),)


_INSIGHTS, _INSIGHTS_ON, _INSIGHTS_KEY = (
    "performance insights",
    "performanceInsightsEnabled",
    "performanceInsightsKmsKeyId",
)
_INSIGHTS_KEPT = chosen(
    "performanceInsightsRetentionPeriod", "rds-performance-insights", "statements of Performance Insights kept"
)


@reads(_INSIGHTS_ON, _INSIGHTS_KEY, *_INSIGHTS_KEPT.arguments)
def _insights(view: View) -> Iterator[Fact]:
    """Statements that took long, with the data in them, in a store of the service's own."""
    on = view.flag(_INSIGHTS_ON)
    if on is False:
        return
    label = "statements of Performance Insights kept (not known)"
    unknown = Amount(None, label, view.evidence(_INSIGHTS_ON), unknown=True)
    yield Copy(view.urn, _INSIGHTS, _INSIGHTS_KEPT(view) if on else (unknown,))
    yield from under_key(_INSIGHTS, "KMS", _INSIGHTS_KEY)(view)


def _at_rest(made_from: tuple[str, ...]) -> Facts:
    """Disk, backups and logs are encrypted together, or not at all."""
    argument, what = "storageEncrypted", "disk, backups and logs"
    itself = switched(what, argument, under_key(what, "KMS", "kmsKeyId"))

    @reads(*itself.arguments, *made_from)
    def facts(view: View) -> Iterable[Fact]:
        if _inherits(view, made_from):
            return [AtRest(view.urn, what, None, "as what it is made from is", view.evidence(argument))]
        return itself(view)

    return facts


@reads("manageMasterUserPassword", "masterUserSecretKmsKeyId")
def _managed_password(view: View) -> Iterable[Fact]:
    """A password that the service makes rests under a key."""
    managed = view.flag("manageMasterUserPassword") is not False
    return under_key("its password", "KMS", "masterUserSecretKmsKeyId")(view) if managed else ()


def _refuses_old_tls(version: Value) -> bool | None:
    """Whether an engine of this version refuses TLS below 1.2; None for a version that no table lists."""
    return _OLD_TLS.get(".".join(version.split(".")[:2])) if isinstance(version, str) else None


@reads("optionGroupName")
def _options(view: View) -> Iterator[Fact]:
    options = view.get("optionGroupName")
    if options not in (ABSENT, "") and not (isinstance(options, str) and options.startswith("default:")):
        yield from refers_to("optionGroupName", OPTION_GROUP, what="its options")(view)


@reads("publiclyAccessible", "dbSubnetGroupName")
def _public_cluster(view: View) -> Iterator[Fact]:
    """A cluster gets an address on the Internet where nothing says otherwise and it is in the account's network."""
    public = view.flag("publiclyAccessible")
    if view.get("publiclyAccessible") is ABSENT:
        public = view.get("dbSubnetGroupName") in (ABSENT, "", "default")
    source = "pulumi-aws 7.51.1 rds.Cluster.publicly_accessible: true by default, in the default subnet group"
    evidence, how = view.evidence("publiclyAccessible", source), "set it to false"
    yield Exposure(view.urn, "an address on the Internet", public, evidence, alone=True, how=how)


@reads(*_PROXY_TARGETS)
def _proxy_target(view: View) -> Iterator[Fact]:
    """A proxy leads to databases of this stack: of others nothing is known."""
    given = [argument for argument in _PROXY_TARGETS if view.get(argument) not in (ABSENT, "")]
    if not given:
        yield Unresolved(view.urn, "it names no database that the proxy leads to", "link")
    for argument in given:
        yield from refers_to(argument, _PROXY_TARGETS[argument], what="what the proxy leads to")(view)


def _network(*arguments: str) -> tuple[Facts, ...]:
    """Lists that must name subnets or security groups of this stack; absent is the default network of the account."""
    types = {argument: GROUPS if argument.endswith("GroupIds") else {SUBNET} for argument in arguments}
    return tuple(inside(name, types[name], each=True, here="", elsewhere=_FOREIGN_NETWORK) for name in arguments)


def _database(parameters: str, group_type: str, zone: str, password: str, made_from: str, *, optional: bool) -> Facts:
    """What instances and clusters have in common, by the names of the arguments in which they differ."""
    sources = ("snapshotIdentifier", "restoreToPointInTime", "s3Import", made_from)
    return together(
        store("mysql"),
        _engine,
        _backups(sources, optional=optional),
        copy("error log", fixed("rds-error-log", "files of the error log kept")),
        _parameters(parameters, group_type),
        _insights,
        _at_rest(sources),
        credential("its password", password, f"{password}Wo"),
        _managed_password,
        channel("TLS below 1.2", "engineVersion", _refuses_old_tls, _TLS_TABLE),
        inside("dbSubnetGroupName", {SUBNET_GROUP}, here="", elsewhere=_FOREIGN_NETWORK),
        *_network("vpcSecurityGroupIds"),
        zones(zone),
        arns("kmsKeyId", _INSIGHTS_KEY, "masterUserSecretKmsKeyId", made_from),
    )


_GROUP_OF_PARAMETERS = resource(looked_up("name", "parameters"))
READERS = {
    INSTANCE: resource(
        _database(
            "parameterGroupName", PARAMETER_GROUP, "availabilityZone", "password", "replicateSourceDb", optional=True
        ),
        _options,
        looked_up("identifier"),
    ),
    CLUSTER: resource(
        _database(
            "dbClusterParameterGroupName",
            CLUSTER_PARAMETER_GROUP,
            "availabilityZones",
            "masterPassword",
            "replicationSourceIdentifier",
            optional=False,
        ),
        _public_cluster,
        looked_up("clusterIdentifier"),
    ),
    PARAMETER_GROUP: _GROUP_OF_PARAMETERS,
    CLUSTER_PARAMETER_GROUP: _GROUP_OF_PARAMETERS,
    SUBNET_GROUP: resource(*_network("subnetIds"), looked_up("name")),
    PROXY: resource(
        channel("connections", "requireTls", is_on, _PROXY_TLS), *_network("vpcSubnetIds", "vpcSecurityGroupIds")
    ),
    PROXY_ENDPOINT: resource(*_network("vpcSubnetIds", "vpcSecurityGroupIds")),
    PROXY_TARGET: resource(_proxy_target),
}
