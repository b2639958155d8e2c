"""DocumentDB: clusters, instances, subnet groups, and the parameter group that governs logs and connections."""

from collections.abc import Iterator
from dataclasses import replace

from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.aws.location import arns, zones
from im_stack.facts.aws.network.vpc import GROUPS, SUBNET
from im_stack.facts.aws.stores.parameters import ITEMS, Parameters, parameters_of
from im_stack.facts.knowledge.credentials import credential
from im_stack.facts.knowledge.database_parameters import engine, other_parameters
from im_stack.facts.mechanism.rows import (
    chosen,
    copy,
    fixed,
    lag,
    limit_of,
    looked_up,
    reads,
    resource,
    setting_of,
    store,
    switched,
)
from im_stack.facts.mechanism.view import View, as_items, show
from im_stack.facts.model import (
    ABSENT,
    Amount,
    Channel,
    Copy,
    Exposure,
    Fact,
    Unknown,
    Unresolved,
    Value,
)

CLUSTER = "aws:docdb/cluster:Cluster"
INSTANCE = "aws:docdb/clusterInstance:ClusterInstance"
SUBNETS = "aws:docdb/subnetGroup:SubnetGroup"
PARAMETERS = "aws:docdb/clusterParameterGroup:ClusterParameterGroup"
_GROUP = "dbClusterParameterGroupName"
_SUBNETS, _GROUPS = "dbSubnetGroupName", "vpcSecurityGroupIds"
_STREAM = "docdb-change-stream"
_TLS_SOURCE = (
    "DocumentDB developer guide, cluster parameters: tls is enabled by default; tls1.2+ and tls1.3+ name the least"
)
_STATIC = "tls"
"""The only static parameter: a change takes effect after a restart. A new cluster has it from the start."""
_READ = (_STATIC, "change_stream_log_retention_duration", "ttl_monitor")
_LOG_SOURCE = (
    "DocumentDB developer guide, auditing and profiling: events go to a CloudWatch log group that keeps them for ever"
)
_MONITOR = "DocumentDB developer guide, cluster parameters: without ttl_monitor no TTL index deletes anything"
_VPC_ONLY = (
    "DocumentDB developer guide: a cluster is in a VPC, with no address outside; its security groups say who comes in"
)
_BACKUPS = chosen("backupRetentionPeriod", "docdb-backup", "backups kept")
_STORED = "data and backups"
_STATEMENTS = fixed("docdb-performance-insights", "statements kept")


def _values(parameters: Parameters, name: str) -> tuple[Value, ...]:
    return parameters.values(name) or (ABSENT,)


def _stream(parameters: Parameters) -> Iterator[Amount]:
    """How long the change stream log keeps a document."""
    row, what = limit_of(parameters.view, _STREAM), "change stream log kept"
    for value in _values(parameters, "change_stream_log_retention_duration"):
        yield parameters.view.amount(value, parameters.argument, row, what)


@reads(_GROUP, *_BACKUPS.arguments)
def _parameters(view: View) -> Iterator[Fact]:
    """What the parameters of a cluster say of its logs, its expired documents and its connections."""
    parameters = replace(parameters_of(view, _GROUP, PARAMETERS), at_once=False, static=frozenset({_STATIC}))
    if parameters.astray:
        yield Unresolved(view.urn, parameters.astray, "link")
    for stream in _stream(parameters):  # nothing in the plan says whether there are change streams: a command does
        yield Copy(view.urn, "change stream log", (stream, lag(view, _STREAM), *_BACKUPS(view)))
    for name, quiet in engine("documentdb").empty.items():
        for value in _values(parameters, name):
            if value is not ABSENT and value not in quiet:
                label = f"{name} is {show(value)}, and its log group never forgets"
                yield _endless(view.urn, parameters, f"{name.partition('_')[0]} log", label, name, _LOG_SOURCE, value)
    yield from other_parameters(view, "documentdb", parameters.names(), parameters.evidence(), _READ)
    for value in _values(parameters, "ttl_monitor"):  # whose default is in no document at hand
        if value != "enabled":
            label = f"ttl_monitor is {show(value)}, and TTL indexes need it"
            yield _endless(view.urn, parameters, "expired documents", label, "ttl_monitor", _MONITOR, value)
    for value in _values(parameters, _STATIC):
        evidence = parameters.evidence(_STATIC, _TLS_SOURCE)
        encrypted, modern = _tls_levels(value)
        yield Channel(view.urn, "connections", encrypted, evidence)
        yield Channel(view.urn, "TLS below 1.2", modern, evidence)


def _endless(
    urn: str, parameters: Parameters, kind: str, label: str, name: str, source: str, value: Value = ABSENT
) -> Copy:
    """A copy that nothing ends or, where the value is not known, of which nothing is known."""
    unknown = value is ABSENT or isinstance(value, Unknown)
    return Copy(urn, kind, (Amount(None, label, parameters.evidence(name, source), unknown=unknown),))


def _tls_levels(value: Value) -> tuple[bool | None, bool | None]:
    """What a value of `tls` enforces: encrypted connections, and TLS 1.2 as the minimum."""
    if value in ("tls1.2+", "tls1.3+"):
        return True, True
    if value in (ABSENT, "enabled"):
        return True, False
    return (False, False) if value == "disabled" else (None, None)


@reads(_SUBNETS, _GROUPS)
def _network(view: View) -> Iterator[Fact]:
    """Whether a cluster is in subnets of the stack, behind security groups of the stack."""
    found, outside = view.links(_SUBNETS, {SUBNETS})
    for group in found:
        listed = as_items(group.inputs.get("subnetIds", ABSENT))
        outside = view.graph.links(group, "subnetIds", {SUBNET}, listed).doubts
    for argument, what, why in (
        (_SUBNETS, "subnets", outside),
        (_GROUPS, "security groups", view.links(_GROUPS, GROUPS, view.items(_GROUPS)).doubts),
    ):
        name = f"the way in by its {what} ({why})" if why else f"the way in but by its {what}"
        how = f"name {what} of this stack"
        yield Exposure(view.urn, name, None if why else False, view.evidence(argument, _VPC_ONLY), how=how)


@reads("enablePerformanceInsights", "performanceInsightsKmsKeyId")
def _insights(view: View) -> Iterator[Fact]:
    """Statements with the documents in them, in a store of the service's own."""
    on, kind, key = view.flag("enablePerformanceInsights"), "performance insights", "performanceInsightsKmsKeyId"
    if on is None:
        unknown = Amount(None, "statements may be kept", view.evidence("enablePerformanceInsights"), unknown=True)
        yield Copy(view.subject.urn, kind, (unknown,))
    elif on:
        yield Copy(view.subject.urn, kind, _STATEMENTS(view))
        yield from under_key(kind, "always encrypted", key)(view)
        yield from arns(key)(view)


@reads(ITEMS)
def _stream_in_range(view: View) -> tuple[()]:
    """What a group says counts for the clusters that name it; a period that the service does not take is refused."""
    list(_stream(Parameters(view, ITEMS, view.items(ITEMS))))
    return ()


READERS = {
    CLUSTER: resource(
        store("mongodb"),
        copy("backups", _BACKUPS),
        _parameters,
        switched(_STORED, "storageEncrypted", under_key(_STORED, "storage encrypted", "kmsKeyId")),
        credential("its password", "masterPassword", "masterPasswordWo"),
        _network,
        zones("availabilityZones"),
        arns("kmsKeyId"),
        looked_up("clusterIdentifier"),
    ),
    INSTANCE: setting_of("clusterIdentifier", {CLUSTER}, zones("availabilityZone"), _insights, kept=True),
    SUBNETS: resource(looked_up("name", "subnetIds")),
    PARAMETERS: resource(_stream_in_range, looked_up("name")),
}
