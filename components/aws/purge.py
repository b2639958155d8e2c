"""The function that turns a keyring over: new keys before they are needed, due keys deleted, on a schedule."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_, scheduler, sqs

from im_stack.components.aws.account import Account, document
from im_stack.components.aws.keys import Keys
from im_stack.components.budget import ClassPlan, floor
from im_stack.components.bundle import own_files
from im_stack.components.placed import log_declares
from im_stack.components.service import Service
from im_stack.components.turnover import AHEAD, RUN, Turn, told_of
from im_stack.facts.mechanism.tables import limits
from im_stack.terms.period import format_period

_SECOND = timedelta(seconds=1)
_FUNCTIONS, _SCHEDULER = "lambda.amazonaws.com", "scheduler.amazonaws.com"
_OF_BUCKET = ("s3:ListBucket", "s3:GetBucketVersioning", "s3:GetReplicationConfiguration")
_OF_OBJECTS = ("s3:PutObject", "s3:DeleteObject")
_OF_KEY = ("kms:GenerateDataKeyWithoutPlaintext", "kms:GenerateDataKey")
_INSIDE = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
"""What the service does in the function's name to give it an address in the network: on no resource in particular."""


@dataclass(frozen=True)
class PurgeArgs:
    """One keyring's function.

    `bucket` is the keyring's name in the whole cloud. `logs` is the class that its log group and its queue are declared
    to hold: lines hold counts only, and the strictest reading costs nothing. A function can only be kept off the
    Internet inside a private network, hence `subnet_ids` and `group_id`.
    """

    bucket: str
    account: Account
    keys: Keys
    classes: Mapping[str, Turn]
    schedule: timedelta
    logs: ClassPlan
    subnet_ids: list[pulumi.Output[str]]
    group_id: pulumi.Input[str]
    ahead: int = AHEAD
    delete_limit: int = 200


class Purge(Service):
    """A schedule, a function that only the schedule starts, roles that can do nothing else, a log group for a day, and
    a queue that shows for a minute what could not be done.

    The function resource bears the component's own name, and its role the same in the account: so a keyring names them.
    """

    def __init__(self, name: str, args: PurgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shown = {"bucket": args.bucket, "schedule": format_period(args.schedule)}
        declares = log_declares(args.logs, f"{name}-logs", f"{name}-undone")
        super().__init__("im:aws:Purge", name, declares, shown, opts)
        key, called = args.keys.key, self.called(name)
        group = cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/lambda/{called}",
            retention_in_days=floor("aws", "logs-retention"),
            kms_key_id=key.arn,
            skip_destroy=False,
            opts=self.child(),
        )
        queue = self._queue(name, args.account)
        role, policy = self._role(name, _FUNCTIONS, permissions(called, args))
        self.function = lambda_.Function(
            name,
            name=called,
            runtime="python3.13",
            handler="index.main_handler",
            code=code(),
            timeout=_timeout(),
            memory_size=256,
            role=role.arn,
            reserved_concurrent_executions=1,
            environment=lambda_.FunctionEnvironmentArgs(
                variables={"IM_KEYRING": keyring_text(args), "IM_KEYRING_KEY": key.key_id}
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
        called = f"{self.called(name)}-undone"
        queue = sqs.Queue(
            f"{name}-undone",
            name=called,
            message_retention_seconds=floor("aws", "sqs-retention"),
            sqs_managed_sse_enabled=True,
            opts=self.child(),
        )
        sqs.QueuePolicy(
            f"{name}-undone-policy",
            queue_url=queue.id,
            policy=https_only(account.arn("sqs", called)),
            opts=self.setting(queue),
        )
        return queue

    def _role(self, name: str, service: str, policy: str) -> tuple[iam.Role, iam.RolePolicy]:
        called, trusts = self.called(name), trust(service)
        role = iam.Role(f"{name}-role", name=called, assume_role_policy=trusts, opts=self.child())
        return role, iam.RolePolicy(f"{name}-may", name=called, role=role.name, policy=policy, opts=self.child())

    def _schedule(self, name: str, args: PurgeArgs, queue: sqs.Queue) -> None:
        called = self.called(name)
        acts = [
            _may(["lambda:InvokeFunction"], args.account.arn("lambda", f"function:{called}")),
            _may(["sqs:SendMessage"], args.account.arn("sqs", f"{called}-undone")),
        ]
        role, policy = self._role(f"{name}-schedule", _SCHEDULER, document(*acts))
        scheduler.Schedule(
            f"{name}-hourly",
            name=called,
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
    """A period as the scheduler writes it. Raises ValueError for one that is no whole number of minutes."""
    minutes, rest = divmod(period, timedelta(minutes=1))
    if rest or minutes < 1:
        raise ValueError(f"{format_period(period)} is no whole number of minutes")
    return f"rate({minutes} minutes)" if minutes % 60 else f"rate({minutes // 60} hours)"


def keyring_text(args: PurgeArgs) -> str:
    """What the function is told, without the key's id: so it is known, and judged, before anything is deployed."""
    told = {
        "cloud": "aws",
        "bucket": args.bucket,
        "region": args.account.region,
        "classes": told_of(args.classes),
        "ahead": args.ahead,
        "delete_limit": args.delete_limit,
    }
    return json.dumps(told, sort_keys=True)


def code() -> pulumi.Archive:
    """The function's code, file by file: its runtime has all else that it needs. The engine compares what is in it."""
    files = {name: pulumi.StringAsset(text.decode()) for name, text in sorted(own_files().items())}
    return pulumi.AssetArchive(dict(files))


def trust(service: str) -> str:
    """Who may take a role: one service, and nobody else."""
    return document({"Effect": "Allow", "Principal": {"Service": [service]}, "Action": ["sts:AssumeRole"]})


def permissions(called: str, args: PurgeArgs) -> str:
    """What the function of this name in the account may do: list, write and delete in one bucket, have data keys made
    by one master key, and what the service needs of it to place it in the network, write its lines and report what it
    could not do.

    It can neither read an object nor unwrap a key. Built from names: the master key is named by its alias.
    """
    account, bucket = args.account, args.account.bucket(args.bucket)
    by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [args.keys.name]}}
    return document(
        _may(_OF_BUCKET, bucket),
        _may(_OF_OBJECTS, f"{bucket}/*"),
        _may(_OF_KEY, account.arn("kms", "key/*"), Condition=by_alias),
        _may(("logs:CreateLogStream", "logs:PutLogEvents"), account.arn("logs", f"log-group:/aws/lambda/{called}:*")),
        _may(("sqs:SendMessage",), account.arn("sqs", f"{called}-undone")),
        _may(_INSIDE, "*"),
    )


def https_only(arn: str) -> str:
    """A policy of a queue that refuses everyone every request that is not HTTPS."""
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    return document({"Effect": "Deny", "Principal": "*", "Action": ["sqs:*"], "Resource": arn, "Condition": plain})


def _may(actions: tuple[str, ...] | list[str], resource: str, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": [resource], **more}


def _timeout() -> int:
    """The time limit of a run, so that it and everything that may delay it end within `RUN`."""
    rows = limits("aws")
    delays = rows["scheduler-precision"].lag + sum(
        ((rows[row].least or timedelta(0)) for row in ("scheduler-age", "lambda-async")), timedelta(0)
    )
    return (RUN - delays) // _SECOND
