"""TencentDB for Redis: an instance with a replica whose keys expire; its backups last seven days, unencrypted."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import redis

from im_stack.components.contract import Endpoint
from im_stack.components.plan.budget import longest_copy, store_expiry
from im_stack.components.plan.holdings import Placed, Store, encrypts, tls_only, zones_by_number
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Hop, Sweep

_COPIES = ("redis-backup",)
_REDIS_6_2_STANDARD = 15


@dataclass(frozen=True)
class RedisArgs:
    """`keyspaces` maps a key prefix to what it holds.

    `replica_zone_ids` are the service's numbers of the replicas' zones, one per replica; without them the one replica
    is in the primary's zone. The service does not encrypt at rest, so every class is sealed, or `encrypts` says what
    the application does instead (a declared hop).
    """

    keyspaces: dict[str, Placed]
    zone: str
    size: str
    password: pulumi.Input[str]
    replica_zone_ids: tuple[int, ...] = ()
    encrypts: str | None = None
    vpc_id: pulumi.Input[str] | None = None
    subnet_id: pulumi.Input[str] | None = None
    security_group_ids: tuple[pulumi.Input[str], ...] = ()
    zones_verified: str = ""


class Redis(Service):
    """A standard instance with TLS and a password, without a public address and without a recycle bin.

    `ttl_seconds` maps a keyspace to the expiry that every write to it must set.
    """

    def __init__(self, name: str, args: RedisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        store = Store(name, "redis", longest_copy("tencent", _COPIES), args.keyspaces, _sweep, by_arrival=True)
        declares = store.declares(*_hops(name, args))
        super().__init__("im:tencent:Redis", name, declares, {"size": args.size}, opts)
        downloads = redis.BackupDownloadRestriction(
            f"{name}-backup-downloads", limit_type="LimitOnlyIntranet", opts=self.child()
        )
        self.instance = redis.Instance(
            name,
            name=self.physical_name(name),
            type_id=_REDIS_6_2_STANDARD,
            charge_type="POSTPAID",
            availability_zone=args.zone,
            redis_shard_num=1,
            redis_replicas_num=max(len(args.replica_zone_ids), 1),
            replica_zone_ids=list(args.replica_zone_ids) or None,
            password=args.password,
            no_auth=False,
            wan_address_switch="close",
            force_delete=True,
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_id,
            security_groups=list(args.security_group_ids) or None,
            **size("tencent", "redis", args.size),
            opts=self.child(depends_on=[downloads]),
        )
        redis.Ssl(f"{name}-tls", instance_id=self.instance.id, ssl_config="enabled", opts=self.setting(self.instance))
        redis.BackupConfig(
            f"{name}-backups",
            redis_id=self.instance.id,
            backup_time="02:00-03:00",
            opts=self.setting(self.instance),
        )
        self.endpoint = Endpoint(self.instance.ip, self.instance.port, self.instance.id)
        self.ttl_seconds = store.ttl_seconds()
        self.register_outputs({"host": self.instance.ip, "port": self.instance.port, "ttlSeconds": self.ttl_seconds})


def _sweep(keyspace: str) -> Sweep:
    return store_expiry("tencent", f"{keyspace}-expiry", "redis-key-expiry", "the expiry that every write sets")


def _hops(name: str, args: RedisArgs) -> Iterator[Hop]:
    yield tls_only(name)
    if args.replica_zone_ids:
        yield zones_by_number(name, args.replica_zone_ids, args.zones_verified)
    if args.encrypts and not all(part.of.seals for part in args.keyspaces.values()):
        yield encrypts(name, "the application", args.encrypts)
