"""TencentDB for Redis: the instance, its backups and slow log, and the switches around it."""

from collections.abc import Iterable, Iterator

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Amount, AtRest, Channel, Copy, Door, Fact, Remains, Resource, Store, Unknown
from im_stack.facts.tencent.downloads import ARGUMENTS, restricting, unrestricted
from im_stack.facts.tencent.location import numbered_zones, own_network, zone_places
from im_stack.facts.tencent.retention import beside_tls, fixed, setting

INSTANCE = "tencentcloud:Redis/instance:Instance"
SSL = "tencentcloud:Redis/ssl:Ssl"
DOWNLOADS = "tencentcloud:Redis/backupDownloadRestriction:BackupDownloadRestriction"
_SLOW_LOG = "API DescribeSlowLog of 2018-04-12: one query spans 30 days at most, nothing says when an entry ends"
_OPEN = "redis_backup_download_restriction is region-wide; absent means backups are downloaded from anywhere"
_NO_ENCRYPTION = "provider v1.82.42 and API of 2018-04-12: no argument and no call encrypts an instance or its backups"


def _instance(view: View, graph: Graph) -> Iterable[Fact]:
    yield Store(view.urn, "redis", protected=view.resource.options.protect)
    yield Copy(view.urn, "backups", fixed(view, "redis-backup", "backups kept"))
    endless = Amount(
        None,
        "the slow log holds commands with keys and arguments, and nothing in the plan ends it",
        view.evidence("", _SLOW_LOG),
    )
    yield Copy(view.urn, "slow log", (endless,))
    how = "the provider offers no encryption at rest for Redis"
    yield AtRest(view.urn, "data and backups", False, how, view.evidence("", _NO_ENCRYPTION), offered=False)
    if not graph.pointing_at(view.resource, SSL, "instanceId"):
        yield Channel(
            view.urn, "connections", False, view.evidence("", "redis_ssl is a resource of its own; absent is off")
        )
    yield from _doors(view, graph)
    yield from own_network(view, graph)
    forced = view.flag("forceDelete")
    source = "provider v1.82.42 redis_instance delete: cleaned up at once only with force_delete, else hours to days"
    remains = None if forced is None else not forced
    yield Remains(view.urn, "the recycle bin", remains, view.evidence("forceDelete", source))
    yield from zone_places(view, "availabilityZone")
    yield from numbered_zones(view, "replicaZoneIds")


def _doors(view: View, graph: Graph) -> Iterator[Fact]:
    switch = view.get("wanAddressSwitch")
    public = None if isinstance(switch, Unknown) else switch not in (ABSENT, "", "close")
    source = "provider v1.82.42 redis_instance.wan_address_switch: close unless said otherwise"
    yield Door(view.urn, "a public address", public, view.evidence("wanAddressSwitch", source), alone=True)
    yield Door(view.urn, "access without a password", view.flag("noAuth"), view.evidence("noAuth"), alone=True)
    yield from unrestricted(view, graph, DOWNLOADS, _OPEN)


def _ssl(view: View, instance: Resource, graph: Graph) -> Iterable[Fact]:
    state = view.get("sslConfig")
    on = None if isinstance(state, Unknown) else state == "enabled"
    yield Channel(instance.urn, "connections", on, view.evidence("sslConfig"))
    yield beside_tls(view, instance)


READERS = {
    INSTANCE: Reader(
        frozenset({"availabilityZone", "replicaZoneIds", "vpcId", "wanAddressSwitch", "noAuth", "forceDelete"}),
        _instance,
    ),
    SSL: setting("instanceId", {INSTANCE}, _ssl, also={"sslConfig"}),
    DOWNLOADS: Reader(ARGUMENTS, restricting(INSTANCE)),
}
