"""Alarm on the function of a keyring: mail to one recipient when a run fails, and when none comes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, lambda_, sns

from im_stack.components.aws.account import Account, allow, document
from im_stack.components.aws.keys import Keys
from im_stack.components.plan.turnover import RUN
from im_stack.components.service import Service
from im_stack.terms.stack.wire import Declares, Nothing

_FAILED, _SILENT = timedelta(minutes=5), timedelta(minutes=15)
_SECOND = timedelta(seconds=1)
_NOTHING = "alarms publish the name of a function and numbers of its runs, and nothing else is sent to the topic"


@dataclass(frozen=True, kw_only=True)
class AlarmArgs:
    """`function` runs every `schedule`, and `recipient` is the address of mail that is told."""

    account: Account
    keys: Keys
    function: lambda_.Function
    schedule: timedelta
    recipient: str


class Alarm(Service):
    """Two alarms and a topic that sends their mail. The recipient confirms the subscription by the link in a mail.

    One alarm waits for an error of the function, the other for a quarter of an hour more than a schedule and a run
    without any invocation. Missing data are silence, so what keeps the service from starting the function raises it,
    too. It is raised from the deployment to the first run.
    """

    def __init__(self, name: str, args: AlarmArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        declares = Declares(nothing=(Nothing(resource=name, reason=_NOTHING),))
        super().__init__("im:aws:Alarm", name, declares, {"recipient": args.recipient}, opts)
        physical = self.physical_name(name)
        topic = sns.Topic(name, name=physical, kms_master_key_id=args.keys.key.arn, opts=self.child())
        policy = sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=_policy(args.account, args.account.arn("sns", physical)),
            opts=self.setting(topic),
        )
        sns.TopicSubscription(
            f"{name}-mail",
            topic=topic.arn,
            protocol="email",
            endpoint=args.recipient,
            opts=self.child(depends_on=[policy]),
        )
        waits: dict[str, Any] = {
            "namespace": "AWS/Lambda",
            "dimensions": {"FunctionName": args.function.name},
            "statistic": "Sum",
            "threshold": 1,
            "actions_enabled": True,
            "alarm_actions": [topic.arn],
            "opts": self.child(depends_on=[policy]),
        }
        cloudwatch.MetricAlarm(
            f"{name}-failed",
            name=f"{physical}-failed",
            metric_name="Errors",
            comparison_operator="GreaterThanOrEqualToThreshold",
            period=_FAILED // _SECOND,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            **waits,
        )
        cloudwatch.MetricAlarm(
            f"{name}-silent",
            name=f"{physical}-silent",
            metric_name="Invocations",
            comparison_operator="LessThanThreshold",
            period=_SILENT // _SECOND,
            evaluation_periods=-(-(args.schedule + RUN) // _SILENT),
            treat_missing_data="breaching",
            **waits,
        )
        self.register_outputs({"topicArn": topic.arn})


def _policy(account: Account, arn: str) -> str:
    """Alarms of the account may publish, by HTTPS only; nobody else may do anything."""
    alarms = {"StringEquals": {"aws:SourceAccount": account.number}}
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    return document(
        allow({"Service": ["cloudwatch.amazonaws.com"]}, "sns:Publish", resource=arn, Condition=alarms),
        {"Effect": "Deny", "Principal": "*", "Action": ["sns:*"], "Resource": arn, "Condition": plain},
    )
