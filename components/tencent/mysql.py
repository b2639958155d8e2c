"""TencentDB for MySQL: an instance in two zones with the shortest backups and binary logs."""

from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import mysql

from im_stack.components.contract import Endpoint
from im_stack.components.plan.budget import application_sweep, floor, longest_copy
from im_stack.components.plan.holdings import Placed, Store, encrypted_tables, tls_only
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.components.tencent.keys import Keys
from im_stack.terms.stack.wire import Sweep

_COPIES = ("mysql-backup", "mysql-binlog-backup", "mysql-local-binlog")


@dataclass(frozen=True)
class MysqlArgs:
    """`tables` maps a table to what it holds, `zones` names the primary and the second zone."""

    tables: dict[str, Placed]
    keys: Keys
    region: str
    zones: tuple[str, str]
    size: str
    root_password: pulumi.Input[str]
    vpc_id: pulumi.Input[str] | None = None
    subnet_id: pulumi.Input[str] | None = None
    security_group_ids: tuple[pulumi.Input[str], ...] = ()


class Mysql(Service):
    """An encrypted instance in two zones, with TLS and no public address; its slow log begins at ten seconds."""

    def __init__(self, name: str, args: MysqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        store = Store(name, "mysql", longest_copy("tencent", _COPIES), args.tables, _sweep)
        super().__init__(
            "im:tencent:Mysql", name, store.declares(tls_only(name), encrypted_tables(name)), {"size": args.size}, opts
        )
        first, second = args.zones
        downloads = mysql.BackupDownloadRestriction(
            f"{name}-backup-downloads", limit_type="LimitOnlyIntranet", opts=self.child()
        )
        self.instance = mysql.Instance(
            name,
            instance_name=self.physical_name(name),
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
            parameters={
                "long_query_time": str(floor("tencent", "mysql-slow-statement")),
                "binlog_row_image": "MINIMAL",
            },
            **size("tencent", "mysql", args.size),
            opts=self.child(depends_on=[downloads]),
        )
        mysql.BackupPolicy(
            f"{name}-backups",
            mysql_id=self.instance.id,
            backup_model="physical",
            retention_period=floor("tencent", "mysql-backup"),
            binlog_period=floor("tencent", "mysql-binlog-backup"),
            enable_binlog_standby="off",
            opts=self.setting(self.instance),
        )
        mysql.LocalBinlogConfig(
            f"{name}-local-binlog",
            instance_id=self.instance.id,
            save_hours=floor("tencent", "mysql-local-binlog"),
            max_usage=30,
            opts=self.setting(self.instance),
        )
        mysql.Ssl(f"{name}-tls", instance_id=self.instance.id, status="ON", opts=self.setting(self.instance))
        mysql.InstanceEncryptionOperation(
            f"{name}-tde",
            instance_id=self.instance.id,
            key_id=args.keys.key.id,
            key_region=args.region,
            opts=self.setting(self.instance),
        )
        mysql.BackupEncryptionStatus(
            f"{name}-backup-encryption",
            instance_id=self.instance.id,
            encryption_status="on",
            opts=self.setting(self.instance),
        )
        self.endpoint = Endpoint(self.instance.intranet_ip, self.instance.intranet_port, self.instance.id)
        self.register_outputs({"host": self.instance.intranet_ip, "port": self.instance.intranet_port})


def _sweep(table: str) -> Sweep:
    return application_sweep(f"{table}-purge")
