"""Deployed function that turns a keyring over: on a schedule it creates keys ahead of need and deletes due ones."""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_, scheduler, sqs

from im_stack.components.aws.account import Account, document
from im_stack.components.aws.keys import Keys
from im_stack.components.bundle import own_files
from im_stack.components.plan.budget import floor
from im_stack.components.plan.holdings import log_declares
from im_stack.components.plan.turnover import RUN, KeyRotation
from im_stack.components.service import Service
from im_stack.facts.mechanism.tables import limits
from im_stack.terms.period import format_period

_SECOND = timedelta(seconds=1)
_FUNCTIONS, _SCHEDULER = "lambda.amazonaws.com", "scheduler.amazonaws.com"
_OF_BUCKET = ("s3:ListBucket", "s3:GetBucketVersioning", "s3:GetReplicationConfiguration")
_OF_OBJECTS = ("s3:PutObject", "s3:DeleteObject")
_OF_KEY = ("kms:GenerateDataKeyWithoutPlaintext", "kms:GenerateDataKey")
_OF_SCHEDULE = "kms:EncryptionContext:aws:scheduler:schedule:arn"
_INSIDE = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
"""What the function service does with the role to give the function an address in the network; AWS offers no
resource-level permissions for it."""


@dataclass(frozen=True, kw_only=True)
class PurgeArgs(KeyRotation):
    """One keyring's function. Only in a private network can it be kept off the Internet, hence `subnet_ids` and
    `group_id`."""

    account: Account
    keys: Keys
    subnet_ids: list[pulumi.Output[str]]
    group_id: pulumi.Input[str]


class Purge(Service):
    """A schedule, a function that only the schedule invokes, their roles, a log group with a retention of a day, and a
    queue that holds failed invocations for a minute.

    The function resource has the component's own name, and its role the same name in the account: a keyring names both.
    """

    def __init__(self, name: str, args: PurgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        declares = log_declares(args.logs, f"{name}-logs", f"{name}-undone")
        super().__init__("im:aws:Purge", name, declares, args.shown, opts)
        key, physical = args.keys.key, self.physical_name(name)
        group = cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/lambda/{physical}",
            retention_in_days=floor("aws", "logs-retention"),
            kms_key_id=key.arn,
            skip_destroy=False,
            opts=self.child(),
        )
        queue = self._queue(name, args.account)
        role, policy = self._role(name, _FUNCTIONS, permissions(physical, args))
        self.function = lambda_.Function(
            name,
            name=physical,
            runtime="python3.13",
            handler="index.main_handler",
            code=code(),
            timeout=_timeout(),
            memory_size=256,
            role=role.arn,
            reserved_concurrent_executions=1,
            environment=lambda_.FunctionEnvironmentArgs(
                variables={"IM_KEYRING": args.config(args.account.region, cloud="aws"), "IM_KEYRING_KEY": key.key_id}
            ),
            vpc_config=lambda_.FunctionVpcConfigArgs(subnet_ids=args.subnet_ids, security_group_ids=[args.group_id]),
            logging_config=lambda_.FunctionLoggingConfigArgs(log_format="Text", log_group=group.name),
            dead_letter_config=lambda_.FunctionDeadLetterConfigArgs(target_arn=queue.arn),
            opts=self.child(depends_on=[policy, self.settled(queue)]),
        )
        lambda_.FunctionEventInvokeConfig(  # a repeated run would delete more than `delete_limit`; the next one is soon
            f"{name}-no-retry",
            function_name=self.function.name,
            maximum_event_age_in_seconds=floor("aws", "lambda-async"),
            maximum_retry_attempts=0,
            opts=self.setting(self.function),
        )
        self._schedule(name, args, queue)
        self.register_outputs({"function": self.function.name})

    def _queue(self, name: str, account: Account) -> sqs.Queue:
        physical = f"{self.physical_name(name)}-undone"
        queue = sqs.Queue(
            f"{name}-undone",
            name=physical,
            message_retention_seconds=floor("aws", "sqs-retention"),
            sqs_managed_sse_enabled=True,
            opts=self.child(),
        )
        sqs.QueuePolicy(
            f"{name}-undone-policy",
            queue_url=queue.id,
            policy=https_only(account.arn("sqs", physical)),
            opts=self.setting(queue),
        )
        return queue

    def _role(self, name: str, service: str, policy: str) -> tuple[iam.Role, iam.RolePolicy]:
        physical, trusts = self.physical_name(name), trust(service)
        role = iam.Role(f"{name}-role", name=physical, assume_role_policy=trusts, opts=self.child())
        return role, iam.RolePolicy(f"{name}-may", name=physical, role=role.name, policy=policy, opts=self.child())

    def _schedule(self, name: str, args: PurgeArgs, queue: sqs.Queue) -> None:
        physical = self.physical_name(name)
        itself = args.account.arn("scheduler", f"schedule/default/{physical}")
        acts = [
            may(["lambda:InvokeFunction"], args.account.arn("lambda", f"function:{physical}")),
            may(["sqs:SendMessage"], args.account.arn("sqs", f"{physical}-undone")),
            # With its role the scheduler reads the schedule, which is encrypted under the key.
            may(["kms:Decrypt"], args.account.arn("kms", "key/*"), Condition={"StringEquals": {_OF_SCHEDULE: itself}}),
        ]
        role, policy = self._role(f"{name}-schedule", _SCHEDULER, document(*acts))
        scheduler.Schedule(
            f"{name}-hourly",
            name=physical,
            schedule_expression=rate(args.schedule),
            state="ENABLED",
            flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            kms_key_arn=args.keys.key.arn,
            target=scheduler.ScheduleTargetArgs(
                arn=self.function.arn,
                role_arn=role.arn,
                retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_event_age_in_seconds=floor("aws", "scheduler-age"), maximum_retry_attempts=1
                ),
                dead_letter_config=scheduler.ScheduleTargetDeadLetterConfigArgs(arn=queue.arn),
            ),
            opts=self.child(depends_on=[policy, self.settled(self.function)]),
        )


def rate(period: timedelta) -> str:
    """A period as a rate expression of the scheduler. Raises ValueError unless it is a whole number of minutes."""
    minutes, rest = divmod(period, timedelta(minutes=1))
    if rest or minutes < 1:
        raise ValueError(f"{format_period(period)} is no whole number of minutes")
    return f"rate({minutes} minutes)" if minutes % 60 else f"rate({minutes // 60} hours)"


def code() -> pulumi.Archive:
    """The function's code, file by file. The runtime has the packages it needs; the engine compares the contents."""
    files = {name: pulumi.StringAsset(text.decode()) for name, text in sorted(own_files().items())}
    return pulumi.AssetArchive(dict(files))


def trust(service: str) -> str:
    """A trust policy: one service assumes the role."""
    return document({"Effect": "Allow", "Principal": {"Service": [service]}, "Action": ["sts:AssumeRole"]})


def permissions(physical: str, args: PurgeArgs) -> str:
    """Permissions of the function of this name in the account: list, write and delete in one bucket, generate data keys
    under one master key, attach to the network, write log lines, and send failed invocations to the queue.

    It can neither read an object nor unwrap a key. Built from names: the master key is named by its alias.
    """
    account, bucket = args.account, args.account.bucket(args.bucket)
    by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [args.keys.name]}}
    return document(
        may(_OF_BUCKET, bucket),
        may(_OF_OBJECTS, f"{bucket}/*"),
        may(_OF_KEY, account.arn("kms", "key/*"), Condition=by_alias),
        may(("logs:CreateLogStream", "logs:PutLogEvents"), account.arn("logs", f"log-group:/aws/lambda/{physical}:*")),
        may(("sqs:SendMessage",), account.arn("sqs", f"{physical}-undone")),
        may(_INSIDE, "*"),
    )


def https_only(arn: str) -> str:
    """A queue policy that denies every request that is not HTTPS."""
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    return document({"Effect": "Deny", "Principal": "*", "Action": ["sqs:*"], "Resource": arn, "Condition": plain})


def may(actions: tuple[str, ...] | list[str], resource: str, **more: object) -> dict[str, object]:
    """A statement that allows whoever has it some actions."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": [resource], **more}


def _timeout() -> int:
    """The time limit of a run, so that it and everything that may delay it end within `RUN`."""
    rows = limits("aws")
    delays = rows["scheduler-precision"].lag + sum(
        ((rows[row].least or timedelta(0)) for row in ("scheduler-age", "lambda-async")), timedelta(0)
    )
    return (RUN - delays) // _SECOND
