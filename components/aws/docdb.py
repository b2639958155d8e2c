"""DocumentDB: a cluster in two zones whose documents expire by a TTL index, with the shortest backups.

TLS 1.2 at least, encrypted under the stack's key.
"""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import docdb

from im_stack.components.aws.keys import Keys
from im_stack.components.contract import Endpoint
from im_stack.components.plan.budget import floor, longest_copy, store_expiry
from im_stack.components.plan.holdings import Placed, Store
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Sweep

_STREAM = "docdb-change-stream"
_FAMILY, _VERSION = "docdb5.0", "5.0.0"
_USER = "im"
_STATIC = "tls"  # counts after a restart, and the service takes no other method for it


@dataclass(frozen=True)
class DocdbArgs:
    """`collections` maps a collection to what it holds. Each of `zones` gets an instance; `subnet_ids` are theirs."""

    collections: dict[str, Placed]
    keys: Keys
    zones: tuple[str, ...]
    subnet_ids: list[pulumi.Output[str]]
    group_id: pulumi.Input[str]
    size: str
    password: pulumi.Input[str]


class Docdb(Service):
    """A cluster with its parameters and instances.

    `ttl_seconds` maps a collection to the `expireAfterSeconds` that its TTL index must have.
    """

    def __init__(self, name: str, args: DocdbArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        store = Store(name, "mongodb", _copies(), args.collections, _sweep)
        super().__init__("im:aws:Docdb", name, store.declares(), {"size": args.size}, opts)
        bought = size("aws", "mongodb", args.size)
        self.cluster = self._cluster(name, args, self._parameters(name), bought["deletion_protection"])
        for number, zone in enumerate(args.zones, 1):
            docdb.ClusterInstance(
                f"{name}-{number}",
                cluster_identifier=self.cluster.id,
                availability_zone=zone,
                instance_class=bought["instance_class"],
                enable_performance_insights=False,  # it keeps statements for a week
                copy_tags_to_snapshot=False,
                apply_immediately=True,
                opts=self.change(self.cluster),
            )
        self.endpoint = Endpoint(self.cluster.endpoint, self.cluster.port, self.cluster.id)
        self.ttl_seconds = store.ttl_seconds()
        self.register_outputs({"endpoint": self.cluster.endpoint, "ttlSeconds": self.ttl_seconds})

    def _parameters(self, name: str) -> docdb.ClusterParameterGroup:
        """TLS, deletion and logs, each set explicitly because some defaults differ."""
        settings = {
            "tls": "tls1.2+",
            "ttl_monitor": "enabled",
            "audit_logs": "disabled",
            "profiler": "disabled",
            "change_stream_log_retention_duration": str(floor("aws", _STREAM)),
        }
        parameters = [
            docdb.ClusterParameterGroupParameterArgs(
                name=key, value=value, apply_method="pending-reboot" if key == _STATIC else "immediate"
            )
            for key, value in settings.items()
        ]
        return docdb.ClusterParameterGroup(
            f"{name}-parameters", family=_FAMILY, parameters=parameters, opts=self.child()
        )

    def _cluster(
        self, name: str, args: DocdbArgs, parameters: docdb.ClusterParameterGroup, protected: bool
    ) -> docdb.Cluster:
        subnets = docdb.SubnetGroup(f"{name}-subnets", subnet_ids=args.subnet_ids, opts=self.child())
        return docdb.Cluster(
            name,
            engine="docdb",
            engine_version=_VERSION,
            master_username=_USER,
            master_password=args.password,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[args.group_id],
            db_cluster_parameter_group_name=parameters.name,
            storage_encrypted=True,
            kms_key_id=args.keys.key.arn,
            backup_retention_period=floor("aws", "docdb-backup"),
            skip_final_snapshot=True,
            deletion_protection=protected,
            apply_immediately=True,
            opts=self.child(),
        )


def _copies() -> timedelta:
    """The longest that a deleted document stays: in a backup of the change stream log that contains it."""
    return longest_copy("aws", ["docdb-backup"]) + longest_copy("aws", [_STREAM])


def _sweep(collection: str) -> Sweep:
    return store_expiry("aws", f"{collection}-ttl-index", "docdb-ttl-index", "the TTL index of the collection")
