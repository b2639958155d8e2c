"""TencentDB for Redis: the instance, its backups and slow log, and the switches around it."""

from collections.abc import Iterator, Mapping, Sequence

from im_stack.facts.knowledge.database_parameters import other_parameters, quick_commands
from im_stack.facts.mechanism.rows import (
    at_rest,
    channel,
    copy,
    differs,
    endless,
    equals,
    exposure,
    fixed,
    is_off,
    is_on,
    looked_up,
    never,
    reads,
    residual,
    resource,
    setting_of,
    store,
    unless,
)
from im_stack.facts.mechanism.view import View, as_values, member
from im_stack.facts.model import ABSENT, Evidence, Fact, Unknown, Value
from im_stack.facts.tencent.location import numbered_zones, own_network, zones
from im_stack.facts.tencent.stores.databases import BESIDE_TLS, restriction_of, unrestricted

INSTANCE = "tencentcloud:Redis/instance:Instance"
SSL = "tencentcloud:Redis/ssl:Ssl"
DOWNLOADS = "tencentcloud:Redis/backupDownloadRestriction:BackupDownloadRestriction"
PARAMETERS = "tencentcloud:Redis/param:Param"
TEMPLATE = "tencentcloud:Redis/paramTemplate:ParamTemplate"
_SLOW_LOG = "API DescribeSlowLog of 2018-04-12: one query spans 30 days at most, nothing says when an entry ends"
_OPEN = "redis_backup_download_restriction is region-wide; absent means backups are downloaded from anywhere"
_NO_ENCRYPTION = "provider v1.82.42 and API of 2018-04-12: no argument and no call encrypts an instance or its backups"
_WAN = "provider v1.82.42 redis_instance.wan_address_switch: close unless said otherwise"
_DELETE = "provider v1.82.42 redis_instance delete: cleaned up at once only with force_delete, else hours to days"
_NO_TLS = "redis_ssl is a resource of its own; absent is off"
_ENDLESS = "the slow log holds commands with keys and arguments, and nothing in the plan ends it"


@reads("instanceParams")
def _parameters(view: View) -> Iterator[Fact]:
    """Parameters by name."""
    given = view.get("instanceParams")
    of_unknown_names = [] if given is ABSENT else [(Unknown("instanceParams"), Unknown("instanceParams"))]
    pairs = list(given.items()) if isinstance(given, Mapping) else of_unknown_names
    yield from _set(view, pairs, view.evidence("instanceParams"))


@reads("paramsTemplateId")
def _template(view: View) -> Iterator[Fact]:
    """Parameters of the template that an instance is made with."""
    if view.get("paramsTemplateId") in (ABSENT, ""):
        return
    found, doubts = view.links("paramsTemplateId", {TEMPLATE})
    if doubts:
        yield from _set(view, [(Unknown("paramsTemplateId"), ABSENT)], view.evidence("paramsTemplateId"))
    for template in found:
        given = as_values(template.inputs.get("paramsOverrides", ABSENT))
        pairs = [(member(each, "key"), member(each, "value")) for each in given]
        if template.inputs.get("templateId", "") != "":  # it has the parameters of another one besides
            pairs.append((Unknown("templateId"), ABSENT))
        yield from _set(view, pairs, Evidence(template.urn, "paramsOverrides"))


def _set(view: View, given: Sequence[tuple[Value, Value]], evidence: Evidence) -> Iterator[Fact]:
    """What parameters, as name and value, may log or keep."""
    yield from other_parameters(view, "redis", (name for name, _ in given), evidence)
    yield from quick_commands(view, "redis", lambda name: [value for key, value in given if key == name], evidence)


READERS = {
    INSTANCE: resource(
        store("redis"),
        copy("backups", fixed("redis-backup", "backups kept"), always=True),
        copy("slow log", endless(_ENDLESS, source=_SLOW_LOG), always=True),
        at_rest(
            "data and backups",
            False,
            "the provider offers no encryption at rest for Redis",
            _NO_ENCRYPTION,
            offered=False,
        ),
        unless(SSL, "instanceId", channel("connections", "", never, _NO_TLS)),
        exposure(
            "a public address",
            "wanAddressSwitch",
            differs(ABSENT, "", "close"),
            _WAN,
            alone=True,
            how="leave it out, or close",
        ),
        exposure("access without a password", "noAuth", is_on, alone=True, how="leave it out, and set a password"),
        unrestricted(DOWNLOADS, _OPEN),
        own_network,
        residual("the recycle bin", "forceDelete", is_off, _DELETE),
        zones("availabilityZone"),
        numbered_zones("replicaZoneIds"),
        _template,
    ),
    PARAMETERS: setting_of("instanceId", {INSTANCE}, _parameters),
    TEMPLATE: resource(looked_up("paramsOverrides", "templateId")),
    SSL: setting_of("instanceId", {INSTANCE}, channel("connections", "sslConfig", equals("enabled")), BESIDE_TLS),
    DOWNLOADS: restriction_of(INSTANCE),
}
