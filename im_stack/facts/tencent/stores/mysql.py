"""TencentDB for MySQL: the instance, what it leaves in backups and logs, and the switches around it."""

from collections.abc import Iterator, Mapping

from im_stack.facts.knowledge.credentials import credential
from im_stack.facts.knowledge.database_parameters import engine
from im_stack.facts.mechanism.rows import (
    at_rest,
    channel,
    chosen,
    copy,
    endless,
    equals,
    in_region,
    limit_of,
    looked_up,
    never,
    reads,
    resource,
    setting_of,
    store,
    under_key,
    unless,
)
from im_stack.facts.mechanism.view import View, as_number, member, show, test
from im_stack.facts.model import ABSENT, Amount, AtRest, Copy, Evidence, Fact, ResidualData
from im_stack.facts.tencent.identity.kms import KEY
from im_stack.facts.tencent.location import own_network, zones
from im_stack.facts.tencent.stores.databases import BESIDE_TLS, restriction_of, unrestricted

INSTANCE = "tencentcloud:Mysql/instance:Instance"
BACKUP_POLICY = "tencentcloud:Mysql/backupPolicy:BackupPolicy"
LOCAL_BINLOG = "tencentcloud:Mysql/localBinlogConfig:LocalBinlogConfig"
SSL = "tencentcloud:Mysql/ssl:Ssl"
TDE = "tencentcloud:Mysql/instanceEncryptionOperation:InstanceEncryptionOperation"
BACKUP_ENCRYPTION = "tencentcloud:Mysql/backupEncryptionStatus:BackupEncryptionStatus"
DOWNLOADS = "tencentcloud:Mysql/backupDownloadRestriction:BackupDownloadRestriction"
ACCOUNT = "tencentcloud:Mysql/account:Account"
_BY_MONTH = 0
_LOCAL_DISKS = (ABSENT, "", "UNIVERSAL", "EXCLUSIVE")
_ENCRYPTABLE = {"engineVersion": ("5.7", "8.0"), "engineType": ("InnoDB",)}
_INNODB = "MySQL manual on InnoDB encryption: tables are encrypted from 5.7 on, and by that engine only"
_BACKUPS = "provider v1.82.42 mysql_backup_policy: one node is backed up by snapshots only, its delete sets them"
_OPEN = "mysql_backup_download_restriction is account-wide; absent means backups can be downloaded from anywhere"
_SLOW_LOG = "doc 236/34588 and cdb API: slow log kept one month by the service, no argument ends it"
_NO_TLS = "mysql_ssl is a resource of its own; absent is off"
_TDE = "doc 236/38491: covers tables created with ENCRYPTION='Y'"
_BY_DEFAULT = "default_table_encryption"
_DELETE = "provider v1.82.42 mysql_instance delete: postpaid goes at once, prepaid waits 7 days unless force_delete"
_ENDLESS = "the slow log holds statements, and nothing in the plan ends it"
_NO_POLICY = "no backup policy says that backups are physical ones, and taking one away sets snapshots"
_PHYSICAL = "the service encrypts physical backups only"


@reads("parameters", "paramTemplateId")
def _quick_statements(view: View) -> Iterator[Fact]:
    """A log of its own where the slow log may hold more than slow statements: what is said of the slow log (a purge
    finds a row by its key, in milliseconds) is not true of this one."""
    parameters, least = view.get("parameters"), limit_of(view, "mysql-slow-statement").least
    slow_from = as_number(member(parameters, "long_query_time"))
    unread = set(parameters) - engine("mysql").quiet if isinstance(parameters, Mapping) else {"parameters"}
    if view.get("paramTemplateId") not in (ABSENT, 0):
        unread.add("paramTemplateId")
    # equivalent(operand): the table has a least for it
    if unread or slow_from is None or least is None or slow_from < least.total_seconds():
        why = "statements that are not slow may be logged, and nothing in the plan ends that log"
        every = Amount(None, why, view.evidence("parameters", _SLOW_LOG), unknown=True)
        yield Copy(view.urn, "log of quick statements", (every,))


@reads("deviceType")
def _snapshots(view: View) -> Iterator[Fact]:
    """On disks that are not local ones backups may be snapshots, which the service does not encrypt."""
    device = view.get("deviceType")
    if device not in _LOCAL_DISKS:
        how = f"{_PHYSICAL}, and {show(device)} may be backed up by snapshots"
        yield AtRest(view.urn, "backups", None, how, view.evidence("deviceType", _BACKUPS))


@reads("forceDelete", "chargeType", "payType")
def _recycle_bin(view: View) -> Iterator[Fact]:
    prepaid, forced = _prepaid(view), view.flag("forceDelete")
    remains = False if forced or prepaid is False else None if forced is None or prepaid is None else True
    yield ResidualData(view.urn, "the recycle bin", remains, view.evidence("forceDelete", _DELETE))


def _prepaid(view: View) -> bool | None:
    """How the instance is paid for: the deprecated number wins over the word where it is set."""
    number = view.get("payType")
    if number is not ABSENT:
        return None if as_number(number) is None else as_number(number) == _BY_MONTH
    return test(view.get("chargeType"), lambda charge: charge != "POSTPAID")


@reads("backupModel")
def _backup_model(view: View) -> Iterator[Fact]:
    model = view.get("backupModel")
    if model != "physical":
        how = f"{_PHYSICAL}, backupModel is {show(model)}"
        yield AtRest(view.subject.urn, "backups", test(model, never), how, view.evidence("backupModel"))


@reads("encryptionStatus")
def _backup_encryption(view: View) -> Iterator[Fact]:
    on = equals("on")(view.get("encryptionStatus"))
    how = "physical backups are encrypted by the service" if on else "backup encryption is not known to be on"
    yield AtRest(view.subject.urn, "backups", on, how, view.evidence("encryptionStatus"))


@reads()
def _engine(view: View) -> Iterator[Fact]:
    """An engine or a version that has no encrypted tables; absent is InnoDB, of a version that has."""
    for argument, able in _ENCRYPTABLE.items():
        value = view.subject.inputs.get(argument, ABSENT)
        if value is not ABSENT and value not in able:
            how = f"transparent data encryption, but {argument} {show(value)} is none of {', '.join(able)}"
            evidence = Evidence(view.subject.urn, argument, source=_INNODB)
            yield AtRest(view.subject.urn, "tables", test(value, never), how, evidence)


@reads()
def _encrypted_by_default(view: View) -> Iterator[Fact]:
    """Encryption covers a table that asks for it when it is created; a parameter makes every new one ask."""
    parameters = view.subject.inputs.get("parameters", ABSENT)
    newer = view.subject.inputs.get("engineVersion", ABSENT) == "8.0"  # older ones have no such parameter
    on = newer and equals("ON", "1", 1)(member(parameters, _BY_DEFAULT))
    how = f"{_BY_DEFAULT} is on" if on else f"only what is created with ENCRYPTION='Y', for {_BY_DEFAULT} is not on"
    evidence = Evidence(view.subject.urn, "parameters", source=_TDE)
    yield AtRest(view.subject.urn, "new tables", True, how, evidence, hop="" if on else "encrypted-tables")


READERS = {
    INSTANCE: resource(
        store("mysql"),
        copy("backups", chosen("", "mysql-backup", "backups kept"), default=True),
        copy("binlog backups", chosen("", "mysql-binlog-backup", "binlog backups kept"), default=True),
        copy("local binlog", chosen("", "mysql-local-binlog", "local binlog kept"), default=True),
        copy("slow log", endless(_ENDLESS, source=_SLOW_LOG)),
        _quick_statements,
        unless(TDE, "instanceId", at_rest("tables", False, "transparent data encryption is not on")),
        unless(BACKUP_ENCRYPTION, "instanceId", at_rest("backups", False, "backup encryption is not on")),
        _snapshots,
        unless(BACKUP_POLICY, "mysqlId", at_rest("backups", None, _NO_POLICY, _BACKUPS)),
        unless(SSL, "instanceId", channel("connections", "", never, _NO_TLS)),
        unrestricted(DOWNLOADS, _OPEN),
        _recycle_bin,
        own_network,
        zones("availabilityZone", "firstSlaveZone", "secondSlaveZone"),
        looked_up(*_ENCRYPTABLE),
    ),
    BACKUP_POLICY: setting_of(
        "mysqlId",
        {INSTANCE},
        copy("backups", chosen("retentionPeriod", "mysql-backup", "backups kept")),
        copy("binlog backups", chosen("binlogPeriod", "mysql-binlog-backup", "binlog backups kept")),
        _backup_model,
    ),
    LOCAL_BINLOG: setting_of(
        "instanceId", {INSTANCE}, copy("local binlog", chosen("saveHours", "mysql-local-binlog", "local binlog kept"))
    ),
    SSL: setting_of("instanceId", {INSTANCE}, channel("connections", "status", equals("ON")), BESIDE_TLS),
    BACKUP_ENCRYPTION: setting_of("instanceId", {INSTANCE}, _backup_encryption),
    TDE: setting_of(
        "instanceId",
        {INSTANCE},
        _engine,
        _encrypted_by_default,
        under_key("tables", "keyId", {KEY}, "transparent data encryption", _TDE),
        in_region("keyRegion", "the key of"),
    ),
    DOWNLOADS: restriction_of(INSTANCE),
    ACCOUNT: resource(credential("its password", "password")),
}
