"""TencentDB for MySQL: the instance, what it leaves in backups and logs, and the switches around it."""

from collections.abc import Iterable, Iterator, Mapping

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, as_number, member, show
from im_stack.facts.model import (
    ABSENT,
    Amount,
    AtRest,
    Channel,
    Copy,
    Evidence,
    Fact,
    Located,
    Remains,
    Resource,
    Store,
    Unknown,
)
from im_stack.facts.tencent.downloads import ARGUMENTS, restricting, unrestricted
from im_stack.facts.tencent.kms import KEY
from im_stack.facts.tencent.location import own_network, zone_places
from im_stack.facts.tencent.retention import beside_tls, lag, setting

INSTANCE = "tencentcloud:Mysql/instance:Instance"
BACKUP_POLICY = "tencentcloud:Mysql/backupPolicy:BackupPolicy"
LOCAL_BINLOG = "tencentcloud:Mysql/localBinlogConfig:LocalBinlogConfig"
SSL = "tencentcloud:Mysql/ssl:Ssl"
TDE = "tencentcloud:Mysql/instanceEncryptionOperation:InstanceEncryptionOperation"
BACKUP_ENCRYPTION = "tencentcloud:Mysql/backupEncryptionStatus:BackupEncryptionStatus"
DOWNLOADS = "tencentcloud:Mysql/backupDownloadRestriction:BackupDownloadRestriction"
_BY_MONTH = 0
_LOCAL_DISKS = (ABSENT, "", "UNIVERSAL", "EXCLUSIVE")
_QUIET = frozenset({"long_query_time", "binlog_row_image", "character_set_server", "max_connections", "time_zone"})
"""Parameters that are known to log no statement."""
_ENCRYPTABLE = {"engineVersion": ("5.7", "8.0"), "engineType": ("InnoDB",)}
_INNODB = "MySQL manual on InnoDB encryption: tables are encrypted from 5.7 on, and by that engine only"
_BACKUPS = "provider v1.82.42 mysql_backup_policy: one node is backed up by snapshots only, its delete sets them"
_OPEN = "mysql_backup_download_restriction is account-wide; absent means backups can be downloaded from anywhere"
_SLOW_LOG = "doc 236/34588 and cdb API: slow log kept one month by the service, no argument ends it"


def _instance(view: View, graph: Graph) -> Iterable[Fact]:
    yield Store(view.urn, "mysql", protected=view.resource.options.protect)
    for kind, limit in (
        ("backups", "mysql-backup"),
        ("binlog backups", "mysql-binlog-backup"),
        ("local binlog", "mysql-local-binlog"),
    ):
        kept = view.amount(ABSENT, "", limits("tencent")[limit], f"{kind} kept")
        yield Copy(view.urn, kind, (kept, lag(view, limit)), default=True)
    yield from _statement_logs(view)
    if not graph.pointing_at(view.resource, TDE, "instanceId"):
        yield AtRest(view.urn, "tables", False, "transparent data encryption is not on", view.evidence())
    if not _on(graph, view.resource, BACKUP_ENCRYPTION):
        yield AtRest(view.urn, "backups", False, "backup encryption is not on", view.evidence())
    yield from _snapshots(view, graph)
    if not _on(graph, view.resource, SSL):
        yield Channel(
            view.urn, "connections", False, view.evidence("", "mysql_ssl is a resource of its own; absent is off")
        )
    yield from unrestricted(view, graph, DOWNLOADS, _OPEN)
    yield from _recycle_bin(view)
    yield from own_network(view, graph)
    yield from zone_places(view, "availabilityZone", "firstSlaveZone", "secondSlaveZone")


def _statement_logs(view: View) -> Iterator[Fact]:
    """The slow log, and where it may hold more than slow statements a log of its own: what is said of one (a purge
    touches a row by its key, in milliseconds) is not true of the other."""
    endless = Amount(
        None, "the slow log holds statements, and nothing in the plan ends it", view.evidence("", _SLOW_LOG)
    )
    yield Copy(view.urn, "slow log", (endless,))
    parameters, least = view.get("parameters"), limits("tencent")["mysql-slow-statement"].least
    from_ = as_number(member(parameters, "long_query_time"))
    unread = set(parameters) - _QUIET if isinstance(parameters, Mapping) else {"parameters"}
    template = view.get("paramTemplateId")
    if template not in (ABSENT, 0):
        unread.add("paramTemplateId")
    if unread or from_ is None or least is None or from_ < least.total_seconds():
        why = "statements that are not slow may be logged, and nothing in the plan ends that log"
        every = Amount(None, why, view.evidence("parameters", _SLOW_LOG), unknown=True)
        yield Copy(view.urn, "log of quick statements", (every,))


def _snapshots(view: View, graph: Graph) -> Iterator[Fact]:
    """Backups of an instance that nothing says to be physical ones: the service encrypts no others."""
    device = view.get("deviceType")
    if device not in _LOCAL_DISKS:
        how = f"the service encrypts physical backups only, and {show(device)} may be backed up by snapshots"
        yield AtRest(view.urn, "backups", None, how, view.evidence("deviceType", _BACKUPS))
    if not graph.pointing_at(view.resource, BACKUP_POLICY, "mysqlId"):
        how = "no backup policy says that backups are physical ones, and taking one away sets snapshots"
        yield AtRest(view.urn, "backups", None, how, view.evidence("", _BACKUPS))


def _on(graph: Graph, instance: Resource, switch: str) -> bool:
    """Whether a switch resource points at the instance; what it says is read where it is declared."""
    return bool(graph.pointing_at(instance, switch, "instanceId"))


def _recycle_bin(view: View) -> Iterator[Fact]:
    prepaid, forced = _prepaid(view), view.flag("forceDelete")
    remains = False if forced or prepaid is False else None if forced is None or prepaid is None else True
    source = "provider v1.82.42 mysql_instance delete: postpaid goes at once, prepaid waits 7 days unless force_delete"
    yield Remains(view.urn, "the recycle bin", remains, view.evidence("forceDelete", source))


def _prepaid(view: View) -> bool | None:
    """How the instance is paid for: the deprecated number wins over the word where it is set."""
    charge, number = view.get("chargeType"), view.get("payType")
    if number is not ABSENT:
        return None if as_number(number) is None else as_number(number) == _BY_MONTH
    return None if isinstance(charge, Unknown) else charge != "POSTPAID"


def _backup_policy(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    kept = view.amount(
        view.get("retentionPeriod"), "retentionPeriod", limits("tencent")["mysql-backup"], "backups kept"
    )
    yield Copy(instance.urn, "backups", (kept, lag(view, "mysql-backup")))
    kept = view.amount(
        view.get("binlogPeriod"), "binlogPeriod", limits("tencent")["mysql-binlog-backup"], "binlog backups kept"
    )
    yield Copy(instance.urn, "binlog backups", (kept, lag(view, "mysql-binlog-backup")))
    model = view.get("backupModel")
    if model != "physical":
        encrypted = None if isinstance(model, Unknown) else False
        how = f"the service encrypts physical backups only, backupModel is {show(model)}"
        yield AtRest(instance.urn, "backups", encrypted, how, view.evidence("backupModel"))


def _local_binlog(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    kept = view.amount(view.get("saveHours"), "saveHours", limits("tencent")["mysql-local-binlog"], "local binlog kept")
    yield Copy(instance.urn, "local binlog", (kept, lag(view, "mysql-local-binlog")))


def _ssl(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    status = view.get("status")
    yield Channel(
        instance.urn, "connections", None if isinstance(status, Unknown) else status == "ON", view.evidence("status")
    )
    yield beside_tls(view, instance)


def _backup_encryption(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    status = view.get("encryptionStatus")
    on = None if isinstance(status, Unknown) else status == "on"
    how = "physical backups are encrypted by the service" if on else "backup encryption is not known to be on"
    yield AtRest(instance.urn, "backups", on, how, view.evidence("encryptionStatus"))


def _tde(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    yield from _engine(instance)
    key = graph.link(view.resource, "keyId", {KEY})
    evidence = view.evidence("keyId", "doc 236/38491: covers tables created with ENCRYPTION='Y'")
    if isinstance(key, NoLink):
        yield AtRest(instance.urn, "tables", None, f"transparent data encryption, but {key.why}", evidence)
    else:
        yield AtRest(
            instance.urn, "tables", True, f"transparent data encryption under {key.name}", evidence, key=key.urn
        )
    region = view.get("keyRegion")
    yield Located(
        view.urn, region if isinstance(region, str) else None, "the key of", view.evidence("keyRegion"), crosses=True
    )


def _engine(instance: Resource) -> Iterator[Fact]:
    """An engine or a version that knows no encrypted table; absent is InnoDB, of a version that does."""
    for argument, able in _ENCRYPTABLE.items():
        value = instance.inputs.get(argument, ABSENT)
        if value is not ABSENT and value not in able:
            encrypted = None if isinstance(value, Unknown) else False
            how = f"transparent data encryption, but {argument} {show(value)} is none of {', '.join(able)}"
            yield AtRest(instance.urn, "tables", encrypted, how, Evidence(instance.urn, argument, source=_INNODB))


_INSTANCE_ARGUMENTS = frozenset(
    {
        "chargeType",
        "payType",
        "forceDelete",
        "availabilityZone",
        "firstSlaveZone",
        "secondSlaveZone",
        "vpcId",
        "parameters",
        "paramTemplateId",
        "deviceType",
        "engineType",
        "engineVersion",
    }
)
READERS = {
    INSTANCE: Reader(_INSTANCE_ARGUMENTS, _instance),
    BACKUP_POLICY: setting(
        "mysqlId", {INSTANCE}, _backup_policy, also={"retentionPeriod", "binlogPeriod", "backupModel"}
    ),
    LOCAL_BINLOG: setting("instanceId", {INSTANCE}, _local_binlog, also={"saveHours"}),
    SSL: setting("instanceId", {INSTANCE}, _ssl, also={"status"}),
    BACKUP_ENCRYPTION: setting("instanceId", {INSTANCE}, _backup_encryption, also={"encryptionStatus"}),
    TDE: setting("instanceId", {INSTANCE}, _tde, also={"keyId", "keyRegion"}),
    DOWNLOADS: Reader(ARGUMENTS, restricting(INSTANCE)),
}
