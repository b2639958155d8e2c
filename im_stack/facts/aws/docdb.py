"""DocumentDB: clusters, their instances, and the parameter group that says what a cluster logs, keeps and speaks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from im_stack.facts.aws import kms
from im_stack.facts.aws.location import arn_places, zone_places
from im_stack.facts.aws.network import GROUPS, SUBNET, strangers
from im_stack.facts.aws.retention import belongs, chosen, fixed, lag
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, member, show
from im_stack.facts.model import (
    ABSENT,
    SECRET,
    Amount,
    AtRest,
    Channel,
    Copy,
    Door,
    Evidence,
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
_ITEMS = "parameters"
_SUBNETS, _GROUPS = "dbSubnetGroupName", "vpcSecurityGroupIds"
_PASSWORDS = ("masterPassword", "masterPasswordWo")
_OWN_GROUP = re.compile(r"default\.docdb\d+\.\d+")
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


@dataclass(frozen=True)
class _Parameters:
    """What a cluster's parameter group says. `argument` of `view` is where; `items` may not be known at all."""

    view: View
    argument: str
    items: Sequence[Value] | Unknown

    def said(self, name: str) -> list[Value]:
        """Every value that a parameter has, or may have: absent, or not known, where nothing says so."""
        if isinstance(self.items, Unknown):
            return [self.items]
        named = [(member(item, "name"), item) for item in self.items]
        return [value for key, item in named if key == name for value in _in_force(name, item)] + [
            key for key, _ in named if isinstance(key, Unknown)
        ] or [ABSENT]

    def others(self) -> list[str]:
        """The parameters that no document at hand lists, or may not: what one of them keeps is not known."""
        items = (self.items,) if isinstance(self.items, Unknown) else self.items
        return sorted({show(member(item, "name")) for item in items} - _LISTED)

    def evidence(self, name: str, source: str = "") -> Evidence:
        return self.view.evidence(f"{self.argument}.{name}", source)

    def stream(self) -> Iterator[Amount]:
        """How long the change stream log keeps a document."""
        row, what = limits("aws")[_STREAM], "change stream log kept"
        for value in self.said("change_stream_log_retention_duration"):
            yield self.view.amount(value, self.argument, row, what)


def _in_force(name: str, item: Value) -> list[Value]:
    """The value of a parameter; and, where it waits for a restart that it need not wait for, what counts until then."""
    waits = name != _STATIC and member(item, "applyMethod") != "immediate"
    return [member(item, "value"), *([Unknown("applyMethod")] if waits else [])]


def _parameters(view: View, graph: Graph) -> _Parameters | NoLink:
    """The parameters of a cluster: of a group of the stack, or the service's own."""
    value = view.get(_GROUP)
    if value in (ABSENT, "") or (isinstance(value, str) and _OWN_GROUP.fullmatch(value)):
        return _Parameters(view, _GROUP, ())
    group = graph.link(view.resource, _GROUP, {PARAMETERS})
    return group if isinstance(group, NoLink) else _of(View(group, frozenset({_ITEMS}), {}))


def _of(group: View) -> _Parameters:
    return _Parameters(group, _ITEMS, group.items(_ITEMS))


def _cluster(view: View, graph: Graph) -> Iterable[Fact]:
    yield Store(view.urn, "mongodb", protected=view.resource.options.protect)
    backups = chosen(view, "backupRetentionPeriod", "docdb-backup", "backups kept")
    yield Copy(view.urn, "backups", backups)
    found = _parameters(view, graph)
    if isinstance(found, NoLink):
        yield Unread(view.urn, found.why, "link")
        found = _Parameters(view, _GROUP, Unknown(_GROUP))
    for stream in found.stream():  # nothing in the plan says whether there are change streams: a command switches them
        yield Copy(view.urn, "change stream log", (stream, lag(view, _STREAM), *backups))
    yield from _logs(view.urn, found)
    yield from _others(view.urn, found)
    yield from _expired(view.urn, found)
    yield from _channels(view.urn, found)
    yield from _rests(view, graph)
    yield from _inside(view, graph)
    yield from zone_places(view, "availabilityZones")
    yield from arn_places(view, "kmsKeyId")


def _logs(urn: str, parameters: _Parameters) -> Iterator[Fact]:
    for name, quiet in _QUIET.items():
        for value in parameters.said(name):
            if value is not ABSENT and value not in quiet:
                unknown = isinstance(value, Unknown)
                label = f"{name} is {show(value)}, and its log group never forgets"
                endless = Amount(None, label, parameters.evidence(name, _LOGGED), unknown=unknown)
                yield Copy(urn, f"{name.partition('_')[0]} log", (endless,))


def _others(urn: str, parameters: _Parameters) -> Iterator[Fact]:
    for name in parameters.others():
        label = f"what another parameter ({name}) may log is not known"
        unknown = Amount(None, label, parameters.evidence(name, _PARAMETER_LIST), unknown=True)
        yield Copy(urn, "log of other parameters", (unknown,))


def _expired(urn: str, parameters: _Parameters) -> Iterator[Fact]:
    """Documents whose time is over: deleted by a monitor, whose default is in no document at hand."""
    for value in parameters.said("ttl_monitor"):
        if value != "enabled":
            unknown = value is ABSENT or isinstance(value, Unknown)
            label = f"ttl_monitor is {show(value)}, and TTL indexes need it"
            endless = Amount(None, label, parameters.evidence("ttl_monitor", _MONITOR), unknown=unknown)
            yield Copy(urn, "expired documents", (endless,))


def _channels(urn: str, parameters: _Parameters) -> Iterator[Fact]:
    for value in parameters.said("tls"):
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
    list(_of(view).stream())
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
    PARAMETERS: Reader(frozenset({"name", _ITEMS}), _group),
}
