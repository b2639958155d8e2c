"""DocumentDB: clusters, their instances, and the parameter group that says what a cluster logs, keeps and speaks."""

from collections.abc import Iterable, Iterator

from im_stack.facts.aws import kms
from im_stack.facts.aws.location import arn_places, zone_places
from im_stack.facts.aws.network import GROUPS, SUBNET, strangers
from im_stack.facts.aws.parameters import ITEMS, Parameters, parameters_of
from im_stack.facts.aws.retention import belongs, chosen, fixed, lag
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, show
from im_stack.facts.model import (
    ABSENT,
    SECRET,
    Amount,
    AtRest,
    Channel,
    Copy,
    Door,
    Fact,
    Resource,
    Store,
    Unknown,
    Unread,
    Value,
)

CLUSTER = "aws:docdb/cluster:Cluster"
INSTANCE = "aws:docdb/clusterInstance:ClusterInstance"
SUBNETS = "aws:docdb/subnetGroup:SubnetGroup"
PARAMETERS = "aws:docdb/clusterParameterGroup:ClusterParameterGroup"
_GROUP = "dbClusterParameterGroupName"
_SUBNETS, _GROUPS = "dbSubnetGroupName", "vpcSecurityGroupIds"
_PASSWORDS = ("masterPassword", "masterPasswordWo")
_STREAM = "docdb-change-stream"
_SPOKEN = (
    "DocumentDB developer guide, cluster parameters: tls is enabled unless told; tls1.2+ and tls1.3+ name the least"
)
_QUIET = {"audit_logs": ("disabled", "none", "ddl"), "profiler": ("disabled",)}
"""Values by which a log repeats no document. An absent one is disabled."""
_STATIC = "tls"
"""The one parameter that counts after a restart only, whatever it is told. A new cluster has it from the start."""
_LISTED = frozenset(
    {
        *_QUIET,
        _STATIC,
        "change_stream_log_retention_duration",
        "default_collection_compression",
        "planner_version",
        "profiler_sampling_rate",
        "profiler_threshold_ms",
        "ttl_monitor",
    }
)
_PARAMETER_LIST = "DocumentDB developer guide, cluster parameters: the whole list, and which of them are static"
_LOGGED = (
    "DocumentDB developer guide, auditing and profiling: events go to a CloudWatch log group that keeps them for ever"
)
_MONITOR = "DocumentDB developer guide, cluster parameters: without ttl_monitor no TTL index deletes anything"
_VPC_ONLY = (
    "DocumentDB developer guide: a cluster is in a VPC, with no address outside; its security groups say who comes in"
)


def _parameters(view: View, graph: Graph) -> Parameters:
    return parameters_of(view, _GROUP, PARAMETERS, graph, at_once=False, static=frozenset({_STATIC}))


def _said(parameters: Parameters, name: str) -> tuple[Value, ...]:
    return parameters.values(name) or (ABSENT,)


def _stream(parameters: Parameters) -> Iterator[Amount]:
    """How long the change stream log keeps a document."""
    row, what = limits("aws")[_STREAM], "change stream log kept"
    for value in _said(parameters, "change_stream_log_retention_duration"):
        yield parameters.view.amount(value, parameters.argument, row, what)


def _cluster(view: View, graph: Graph) -> Iterable[Fact]:
    yield Store(view.urn, "mongodb", protected=view.resource.options.protect)
    backups = chosen(view, "backupRetentionPeriod", "docdb-backup", "backups kept")
    yield Copy(view.urn, "backups", backups)
    found = _parameters(view, graph)
    if found.astray:
        yield Unread(view.urn, found.astray, "link")
    for stream in _stream(found):  # nothing in the plan says whether there are change streams: a command switches them
        yield Copy(view.urn, "change stream log", (stream, lag(view, _STREAM), *backups))
    yield from _logs(view.urn, found)
    yield from _others(view.urn, found)
    yield from _expired(view.urn, found)
    yield from _channels(view.urn, found)
    yield from _rests(view, graph)
    yield from _inside(view, graph)
    yield from zone_places(view, "availabilityZones")
    yield from arn_places(view, "kmsKeyId")


def _logs(urn: str, parameters: Parameters) -> Iterator[Fact]:
    for name, quiet in _QUIET.items():
        for value in _said(parameters, name):
            if value is not ABSENT and value not in quiet:
                unknown = isinstance(value, Unknown)
                label = f"{name} is {show(value)}, and its log group never forgets"
                endless = Amount(None, label, parameters.evidence(name, _LOGGED), unknown=unknown)
                yield Copy(urn, f"{name.partition('_')[0]} log", (endless,))


def _others(urn: str, parameters: Parameters) -> Iterator[Fact]:
    for name in sorted({show(name) for name in parameters.names()} - _LISTED):
        label = f"what another parameter ({name}) may log is not known"
        unknown = Amount(None, label, parameters.evidence(name, _PARAMETER_LIST), unknown=True)
        yield Copy(urn, "log of other parameters", (unknown,))


def _expired(urn: str, parameters: Parameters) -> Iterator[Fact]:
    """Documents whose time is over: deleted by a monitor, whose default is in no document at hand."""
    for value in _said(parameters, "ttl_monitor"):
        if value != "enabled":
            unknown = value is ABSENT or isinstance(value, Unknown)
            label = f"ttl_monitor is {show(value)}, and TTL indexes need it"
            endless = Amount(None, label, parameters.evidence("ttl_monitor", _MONITOR), unknown=unknown)
            yield Copy(urn, "expired documents", (endless,))


def _channels(urn: str, parameters: Parameters) -> Iterator[Fact]:
    for value in _said(parameters, "tls"):
        evidence = parameters.evidence("tls", _SPOKEN)
        encrypted, modern = _spoken(value)
        yield Channel(urn, "connections", encrypted, evidence)
        yield Channel(urn, "TLS below 1.2", modern, evidence)


def _spoken(value: Value) -> tuple[bool | None, bool | None]:
    """What a value of `tls` means: whether connections are encrypted, and whether what is older than 1.2 is refused."""
    if value in ("tls1.2+", "tls1.3+"):
        return True, True
    if value in (ABSENT, "enabled"):
        return True, False
    return (False, False) if value == "disabled" else (None, None)


def _rests(view: View, graph: Graph) -> Iterator[Fact]:
    """The cluster's storage; backups are under the same key. And its password, which is in the state as it is here."""
    on, what = view.flag("storageEncrypted"), "data and backups"
    if on:
        yield kms.rests(view.urn, what, "storage encrypted", view.resource, "kmsKeyId", view.get("kmsKeyId"), graph)
    else:
        how = "encryption of the storage is off" if on is False else "encryption of the storage is not known to be on"
        yield AtRest(view.urn, what, on, how, view.evidence("storageEncrypted"))
    for argument in _PASSWORDS:
        value = view.get(argument)
        if value not in (ABSENT, ""):
            sealed = True if value is SECRET else None if isinstance(value, Unknown) else False
            how = {True: "a secret", False: "plain text", None: "not known to be a secret"}[sealed]
            yield AtRest(view.urn, "its password in the state", sealed, how, view.evidence(argument))


def _inside(view: View, graph: Graph) -> Iterator[Fact]:
    """Whether a cluster is in subnets of the stack, behind groups of the stack: what others let in nothing judges."""
    subnets = graph.link(view.resource, _SUBNETS, {SUBNETS})
    outside = subnets.why if isinstance(subnets, NoLink) else strangers(subnets, "subnetIds", {SUBNET}, graph)
    for argument, what, why in (
        (_SUBNETS, "subnets", outside),
        (_GROUPS, "security groups", strangers(view.resource, _GROUPS, GROUPS, graph)),
    ):
        name = f"the way in by its {what} ({why})" if why else f"the way in but by its {what}"
        yield Door(view.urn, name, None if why else False, view.evidence(argument, _VPC_ONLY))


def _subnets(view: View, graph: Graph) -> Iterable[Fact]:
    """Its subnets count for the clusters that name it."""
    return ()


def _instance(view: View, cluster: Resource, graph: Graph) -> Iterable[Fact]:
    yield from zone_places(view, "availabilityZone")
    on = view.flag("enablePerformanceInsights")
    if on is False:
        return
    kind, key = "performance insights", "performanceInsightsKmsKeyId"
    if on is None:
        evidence = view.evidence("enablePerformanceInsights")
        yield Copy(cluster.urn, kind, (Amount(None, "statements may be kept", evidence, unknown=True),))
        return
    yield Copy(cluster.urn, kind, fixed(view, "docdb-performance-insights", "statements kept"))
    yield kms.rests(cluster.urn, kind, "always encrypted", view.resource, key, view.get(key), graph)
    yield from arn_places(view, key)


def _group(view: View, graph: Graph) -> Iterable[Fact]:
    """What it says counts for the clusters that name it. What the service does not take is refused here."""
    list(_stream(Parameters(view, ITEMS, view.items(ITEMS), at_once=False)))
    return ()


_KEPT = frozenset({"backupRetentionPeriod", _GROUP, "storageEncrypted", "kmsKeyId"})
_PLACED = frozenset({"clusterIdentifier", "availabilityZones", _SUBNETS, _GROUPS})
_INSIGHTS = frozenset({"enablePerformanceInsights", "performanceInsightsKmsKeyId"})
READERS = {
    CLUSTER: Reader(_KEPT | _PLACED | frozenset(_PASSWORDS), _cluster, credentials=frozenset(_PASSWORDS)),
    INSTANCE: Reader(
        _INSIGHTS | {"clusterIdentifier", "availabilityZone"},
        belongs("clusterIdentifier", {CLUSTER}, _instance),
    ),
    SUBNETS: Reader(frozenset({"name", "subnetIds"}), _subnets),
    PARAMETERS: Reader(frozenset({"name", ITEMS}), _group),
}
