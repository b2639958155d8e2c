"""RDS for MySQL: an instance in two zones with the shortest backups and without logs of statements."""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import rds

from im_stack.components.aws.keys import Keys
from im_stack.components.contract import Endpoint
from im_stack.components.plan.budget import application_sweep, floor, longest_copy
from im_stack.components.plan.holdings import Placed, Store
from im_stack.components.plan.sizes import size
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Sweep

_ERRORS, _ERROR_LOG = "error log", ("rds-error-log",)
_BACKED_UP = ("rds-backup", "rds-binlog")
_PARAMETERS = {
    "require_secure_transport": "1",
    "general_log": "0",
    "slow_query_log": "0",
    "log_output": "FILE",
    "binlog_row_image": "MINIMAL",
}


@dataclass(frozen=True)
class RdsArgs:
    """`tables` maps a table to what it holds; `subnet_ids` are in two zones, `group_id` is the security group."""

    tables: dict[str, Placed]
    keys: Keys
    subnet_ids: list[pulumi.Output[str]]
    group_id: pulumi.Input[str]
    size: str
    password: pulumi.Input[str]

    @property
    def backed_up(self) -> bool:
        """Whether each limit leaves rows a day besides the shortest backups, and the binary log that they need; copies
        of what is sealed end with its keys."""
        needed = longest_copy("aws", _BACKED_UP) + timedelta(days=1)
        plans = [part.of for part in self.tables.values()]
        return bool(plans) and all(of.epochs or (of.lives and of.people) or of.limit >= needed for of in plans)

    @property
    def copies(self) -> tuple[str, ...]:
        """The limits of the instance's copies, without those that the declaration says hold none of the class."""
        excused = all(_ERRORS in part.of.outside_of("mysql") for part in self.tables.values())
        return (*(() if excused else _ERROR_LOG), *(_BACKED_UP if self.backed_up else ()))


class Rds(Service):
    """An encrypted instance in two zones, with TLS required, no public address and no log of statements.

    Nothing outlives it: there is no final snapshot, and automated backups are deleted with it.
    """

    def __init__(self, name: str, args: RdsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        store = Store(name, "mysql", longest_copy("aws", args.copies), args.tables, _sweep)
        super().__init__("im:aws:Mysql", name, store.declares(), {"size": args.size}, opts)
        subnets = rds.SubnetGroup(f"{name}-subnets", subnet_ids=list(args.subnet_ids), opts=self.child())
        parameters = rds.ParameterGroup(
            f"{name}-parameters",
            family="mysql8.4",
            parameters=[
                rds.ParameterGroupParameterArgs(name=key, value=value, apply_method="immediate")
                for key, value in _PARAMETERS.items()
            ],
            opts=self.child(),
        )
        self.instance = rds.Instance(
            name,
            identifier=self.physical_name(name),
            engine="mysql",
            engine_version="8.4",
            username="root",
            password=args.password,
            multi_az=True,
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=args.keys.key.arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[args.group_id],
            publicly_accessible=False,
            parameter_group_name=parameters.name,
            apply_immediately=True,
            backup_retention_period=floor("aws", "rds-backup") if args.backed_up else 0,
            delete_automated_backups=True,
            skip_final_snapshot=True,
            copy_tags_to_snapshot=False,
            performance_insights_enabled=False,
            monitoring_interval=0,
            **size("aws", "mysql", args.size),
            opts=self.child(),
        )
        self.endpoint = Endpoint(self.instance.address, self.instance.port, self.instance.identifier)
        self.register_outputs({"host": self.instance.address, "port": self.instance.port})


def _sweep(table: str) -> Sweep:
    return application_sweep(f"{table}-purge")
