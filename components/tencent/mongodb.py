"""TencentDB for MongoDB: a replica set whose documents expire by a TTL index, with the shortest backups."""

from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import mongodb

from im_stack.components.contract import Endpoint
from im_stack.components.plan.budget import floor, longest_copy, store_expiry
from im_stack.components.plan.holdings import Placed, Store, tls_only
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.components.tencent.keys import Keys
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.stack.wire import Sweep

_COPIES = ("mongodb-backup", "mongodb-oplog-backup", "mongodb-slow-log")
_LOGICAL = 0


@dataclass(frozen=True)
class MongodbArgs:
    """`collections` maps a collection to what it holds.

    `zones` is one zone, or three different ones (primary, secondary, hidden node): the service has no other layout.
    `engine_version` decides whether the service can encrypt at rest: 4.4 and 5.0 can.
    """

    collections: dict[str, Placed]
    keys: Keys
    region: str
    zones: tuple[str, ...]
    size: str
    password: pulumi.Input[str]
    vpc_id: pulumi.Input[str] | None = None
    subnet_id: pulumi.Input[str] | None = None
    security_group_ids: tuple[pulumi.Input[str], ...] = ()
    engine_version: str = "MONGO_50_WT"

    def __post_init__(self) -> None:
        if len(self.zones) not in (1, 3) or len(set(self.zones)) != len(self.zones):
            what = f"MongoDB runs in one zone or in three different ones, found {', '.join(self.zones)}"
            raise InputError(Problem(what, "one zone, or three different ones", "im:zones.mongodb"))


class Mongodb(Service):
    """A replica set with TLS, encrypted at rest where its version can be.

    `ttl_seconds` maps a collection to the `expireAfterSeconds` that its TTL index must have.
    """

    def __init__(self, name: str, args: MongodbArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        store = Store(name, "mongodb", longest_copy("tencent", _COPIES), args.collections, _sweep)
        super().__init__("im:tencent:Mongodb", name, store.declares(tls_only(name)), {"size": args.size}, opts)
        self.instance = self._replica_set(name, args)
        mongodb.InstanceBackupRule(
            f"{name}-backups",
            instance_id=self.instance.id,
            backup_method=_LOGICAL,  # the service refuses physical backups of an encrypted instance
            backup_time=2,
            backup_retention_period=floor("tencent", "mongodb-backup"),
            oplog_expired_days=floor("tencent", "mongodb-oplog-backup"),
            opts=self.setting(self.instance),
        )
        mongodb.InstanceTransparentDataEncryption(
            f"{name}-tde",
            instance_id=self.instance.id,
            kms_region=args.region,
            key_id=args.keys.key.id,
            opts=self.setting(self.instance),
        )
        mongodb.InstanceSsl(f"{name}-tls", instance_id=self.instance.id, enable=True, opts=self.setting(self.instance))
        self.endpoint = Endpoint(self.instance.vip, self.instance.vport, self.instance.id)
        self.ttl_seconds = store.ttl_seconds()
        self.register_outputs({"vip": self.instance.vip, "port": self.instance.vport, "ttlSeconds": self.ttl_seconds})

    def _replica_set(self, name: str, args: MongodbArgs) -> mongodb.Instance:
        spread = len(args.zones) > 1
        return mongodb.Instance(
            name,
            instance_name=self.physical_name(name),
            engine_version=args.engine_version,
            machine_type="HIO10G",
            charge_type="POSTPAID_BY_HOUR",
            node_num=3,
            available_zone=args.zones[0],
            availability_zone_lists=list(args.zones) if spread else None,
            hidden_zone=args.zones[-1] if spread else None,
            password=args.password,
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_id,
            security_groups=list(args.security_group_ids) or None,
            **size("tencent", "mongodb", args.size),
            opts=self.child(),
        )


def _sweep(collection: str) -> Sweep:
    return store_expiry("tencent", f"{collection}-ttl-index", "mongodb-ttl-index", "the TTL index of the collection")
