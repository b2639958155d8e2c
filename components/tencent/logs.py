"""Log service: a topic of the stack's own for access logs, with a retention."""

from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import cls

from im_stack.components.plan.budget import ClassPlan, lifecycle_days
from im_stack.components.plan.holdings import encrypts, log_declares
from im_stack.components.service import Service
from im_stack.terms.stack.wire import CLIENTS

ENCRYPTED = "have the log service admit the account to encryption and switch it on for this topic"
"""What an operator must do for a log topic to rest encrypted: the provider has no argument for it."""


@dataclass(frozen=True)
class LogsArgs:
    """One topic for one class of logs. `encrypts` is who answers for encryption at rest, for which the provider has no
    argument."""

    of: ClassPlan
    source: str = CLIENTS
    encrypts: str = "the operator"


class Logs(Service):
    """A log set and a topic, without anonymous writes or reads."""

    def __init__(self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        hops = [encrypts(name, args.encrypts, ENCRYPTED)]
        declares = log_declares(args.of, name, service="cls", source=args.source, hops=hops)
        super().__init__("im:tencent:Logs", name, declares, opts=opts)
        # Load balancers write to a log set of any name; `clb_logset` is their default (document 214/37821).
        self.logset = cls.Logset(f"{name}-set", logset_name=self.physical_name(name), opts=self.child())
        self.topic = cls.Topic(
            name,
            topic_name=self.physical_name(name),
            logset_id=self.logset.id,
            period=lifecycle_days(args.of, "tencent", "cls-topic"),
            storage_type="hot",
            is_web_tracking=False,
            auto_split=True,
            opts=self.child(),
        )
        self.register_outputs({"topicId": self.topic.id})
