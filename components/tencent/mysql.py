"""TencentDB for MySQL: profiles, with backups at their floor and everything else that keeps a row bounded."""

from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import mysql

from components.budget import ClassPlan, application_sweep, live_ttl, longest_copy
from components.service import Service
from components.tencent.keys import Keys
from components.tencent.sizes import size
from facts.tables import limits
from terms.period import format_period
from terms.wire import CLIENTS, Declares, Flow, Holding

_COPIES = ("mysql-backup", "mysql-binlog-backup", "mysql-local-binlog")


@dataclass(frozen=True)
class MysqlArgs:
    """`tables` maps a table to the class it holds, `zones` names the primary and the second zone."""

    tables: dict[str, ClassPlan]
    keys: Keys
    region: str
    zones: tuple[str, str]
    size: str
    root_password: pulumi.Input[str]
    vpc_id: pulumi.Input[str] | None = None
    subnet_id: pulumi.Input[str] | None = None
    security_group_ids: tuple[pulumi.Input[str], ...] = ()


class Mysql(Service):
    """A two-zone instance, encrypted, TLS on, nothing public, no slow statement logged before ten seconds."""

    def __init__(self, name: str, args: MysqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:tencent:Mysql", name, _declares(name, args), {"size": args.size}, opts)
        own = self.child(protect=True)
        first, second = args.zones
        self.instance = mysql.Instance(
            name,
            instance_name=name,
            engine_version="8.0",
            charge_type="POSTPAID",
            internet_service=0,
            force_delete=True,
            availability_zone=first,
            first_slave_zone=second,
            slave_deploy_mode=1,
            slave_sync_mode=1,
            root_password=args.root_password,
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_id,
            security_groups=list(args.security_group_ids) or None,
            parameters={"long_query_time": "10", "binlog_row_image": "MINIMAL"},
            **size("mysql", args.size),
            opts=own,
        )
        mysql.BackupPolicy(
            f"{name}-backups",
            mysql_id=self.instance.id,
            backup_model="physical",
            retention_period=_floor("mysql-backup"),
            binlog_period=_floor("mysql-binlog-backup"),
            enable_binlog_standby="off",
            opts=self.child(),
        )
        mysql.LocalBinlogConfig(
            f"{name}-local-binlog",
            instance_id=self.instance.id,
            save_hours=_floor("mysql-local-binlog"),
            max_usage=30,
            opts=self.child(),
        )
        mysql.Ssl(f"{name}-tls", instance_id=self.instance.id, status="ON", opts=self.child())
        mysql.InstanceEncryptionOperation(
            f"{name}-tde",
            instance_id=self.instance.id,
            key_id=args.keys.key.id,
            key_region=args.region,
            opts=self.child(),
        )
        mysql.BackupEncryptionStatus(
            f"{name}-backup-encryption", instance_id=self.instance.id, encryption_status="on", opts=self.child()
        )
        mysql.BackupDownloadRestriction(f"{name}-backup-downloads", limit_type="LimitOnlyIntranet", opts=self.child())
        self.register_outputs({"host": self.instance.intranet_ip, "port": self.instance.intranet_port})


def _declares(name: str, args: MysqlArgs) -> Declares:
    copies = longest_copy("tencent", _COPIES)
    holdings, flows = [], []
    for table, of in args.tables.items():
        sweep = application_sweep(f"{table}-purge")
        holdings.append(
            Holding(
                name=table,
                store=name,
                data_class=of.data_class,
                clock="birth" if of.clock == "birth" else "last-write",
                ttl=format_period(live_ttl(of, copies, sweep)),
                sweep=sweep,
                outside=of.outside_of("mysql"),
            )
        )
        flows.append(Flow(source=CLIENTS, target=table))
    return Declares(holdings=tuple(holdings), flows=tuple(flows))


def _floor(limit: str) -> int:
    """The least the provider takes, in its own unit."""
    row = limits("tencent")[limit]
    if row.least is None:
        raise LookupError(f"limit {limit} has no floor")
    return row.least // row.unit
