"""ElastiCache: a cache in two zones whose keys expire, without snapshots and without a log of commands."""

from dataclasses import dataclass, field

import pulumi
from pulumi_aws import elasticache

from im_stack.components.aws.keys import Keys
from im_stack.components.contract import Endpoint
from im_stack.components.plan.budget import longest_copy, store_expiry
from im_stack.components.plan.holdings import Placed, Store
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Sweep

_COPIES: tuple[str, ...] = ()
"""No copies: snapshots and the log of slow commands are off."""
_ENGINE, _VERSION, _FAMILY = "valkey", "7.2", "valkey7"
_PORT = 6379
_NO_LOG = {"slowlog-log-slower-than": "-1", "slowlog-max-len": "0"}


@dataclass(frozen=True)
class RedisArgs:
    """`keyspaces` maps a key prefix to what it holds. The first of `zones` gets the primary, the second its replica.

    The service takes a password of 16 to 128 letters, numbers and `!&#$^<>-`.
    """

    keyspaces: dict[str, Placed]
    keys: Keys
    zones: tuple[str, str]
    subnet_ids: list[pulumi.Output[str]]
    group_id: pulumi.Output[str]
    size: str
    password: pulumi.Input[str] = field(repr=False)


class Redis(Service):
    """A primary and a replica in two zones, with TLS and a password required.

    The engine version has no log of large commands, so its one log can be kept empty. `ttl_seconds` maps a
    keyspace to the expiry that every write to it must set.
    """

    def __init__(self, name: str, args: RedisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        store = Store(name, "redis", longest_copy("aws", _COPIES), args.keyspaces, _sweep, by_arrival=True)
        super().__init__("im:aws:Redis", name, store.declares(), {"size": args.size}, opts)
        subnets = elasticache.SubnetGroup(f"{name}-subnets", subnet_ids=args.subnet_ids, opts=self.child())
        parameters = elasticache.ParameterGroup(
            f"{name}-parameters",
            family=_FAMILY,
            parameters=[{"name": key, "value": value} for key, value in _NO_LOG.items()],
            opts=self.child(),
        )
        self.group = elasticache.ReplicationGroup(
            name,
            replication_group_id=self.physical_name(name),
            description="Inboxes and cached profiles",
            engine=_ENGINE,
            engine_version=_VERSION,
            parameter_group_name=parameters.name,
            num_cache_clusters=len(args.zones),
            preferred_cache_cluster_azs=list(args.zones),
            multi_az_enabled=True,
            automatic_failover_enabled=True,
            at_rest_encryption_enabled=True,
            kms_key_id=args.keys.key.arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            auth_token=args.password,
            snapshot_retention_limit=0,
            apply_immediately=True,
            port=_PORT,
            subnet_group_name=subnets.name,
            security_group_ids=[args.group_id],
            **size("aws", "redis", args.size),
            opts=self.child(),
        )
        self.endpoint = Endpoint(self.group.primary_endpoint_address, _PORT, self.group.id)
        self.ttl_seconds = store.ttl_seconds()
        self.register_outputs({"host": self.group.primary_endpoint_address, "ttlSeconds": self.ttl_seconds})


def _sweep(keyspace: str) -> Sweep:
    return store_expiry("aws", f"{keyspace}-expiry", "elasticache-key-expiry", "the expiry that every write sets")
