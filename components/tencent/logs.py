"""The log service: access logs in a topic of the stack's own, with a period."""

from dataclasses import dataclass

import pulumi
from tencentcloud_iac_pulumi import cls

from im_stack.components.budget import ClassPlan, lifecycle_days
from im_stack.components.hops import encrypts
from im_stack.components.placed import log_declares
from im_stack.components.service import Service
from im_stack.terms.wire import CLIENTS

ENCRYPTED = "have the log service admit the account to encryption and switch it on for this topic"
"""What somebody must do for a log topic to rest encrypted: no argument of the provider asks for it."""


@dataclass(frozen=True)
class LogsArgs:
    """One topic for one class of logs. `encrypts` is who answers for encryption at rest, which no argument of the
    provider can ask for."""

    of: ClassPlan
    source: str = CLIENTS
    encrypts: str = "the operator"


class Logs(Service):
    """A log set and a topic that nobody writes to or reads without credentials."""

    def __init__(self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        hops = [encrypts(name, args.encrypts, ENCRYPTED)]
        declares = log_declares(args.of, name, service="cls", source=args.source, hops=hops)
        super().__init__("im:tencent:Logs", name, declares, opts=opts)
        # Load balancers write to a set of any name: `clb_logset` is that of theirs by default (document 214/37821).
        self.logset = cls.Logset(f"{name}-set", logset_name=self.called(name), opts=self.child())
        self.topic = cls.Topic(
            name,
            topic_name=self.called(name),
            logset_id=self.logset.id,
            period=lifecycle_days(args.of, "tencent", "cls-topic"),
            storage_type="hot",
            is_web_tracking=False,
            auto_split=True,
            opts=self.child(),
        )
        self.register_outputs({"topicId": self.topic.id})
