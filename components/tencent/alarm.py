"""Alarm on the log of a keyring's function: mail to one user of the account when no run ends well in time."""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from tencentcloud_iac_pulumi import cls

from im_stack.components.plan.turnover import RUN
from im_stack.components.service import Service
from im_stack.purge.handler import IN_ORDER
from im_stack.terms.stack.wire import Declares

_EVERY, _SPARE = timedelta(minutes=15), timedelta(minutes=10)
_MINUTE = timedelta(minutes=1)
_BETWEEN_WORDS = "@&?|#()='\",;:<>[]{}/ \n\t\r"
"""What parts words in a line. An underscore does not: the word that is looked for has some."""


@dataclass(frozen=True, kw_only=True)
class AlarmArgs:
    """`topic` is the log of a function that runs every `schedule`, `recipient` the number of a user."""

    logset: cls.Logset
    topic: cls.Topic
    schedule: timedelta
    recipient: str


class Alarm(Service):
    """An index of the log, a search every quarter of an hour, and a notice by mail at any hour.

    What is searched is the word that ends a run that left nothing undone, in a schedule, a run and ten minutes for the
    lines to arrive. It is raised from the deployment to the first run.
    """

    def __init__(self, name: str, args: AlarmArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("im:tencent:Alarm", name, Declares(), {"recipient": args.recipient}, opts)
        index = cls.Index(
            f"{name}-index",
            topic_id=args.topic.id,
            status=True,
            rule=cls.IndexRuleArgs(
                full_text=cls.IndexRuleFullTextArgs(case_sensitive=True, contain_zh=False, tokenizer=_BETWEEN_WORDS)
            ),
            opts=self.child(),
        )
        notice = cls.AlarmNotice(
            f"{name}-notice",
            name=self.physical_name(name),
            type="Trigger",
            notice_receivers=[
                cls.AlarmNoticeNoticeReceiverArgs(
                    receiver_type="Uin",
                    receiver_ids=[int(args.recipient)],
                    receiver_channels=["Email"],
                    start_time="00:00:00",
                    end_time="23:59:59",
                )
            ],
            opts=self.child(),
        )
        cls.Alarm(
            name,
            name=self.physical_name(name),
            status=True,
            alarm_targets=[
                cls.AlarmAlarmTargetArgs(
                    logset_id=args.logset.id,
                    topic_id=args.topic.id,
                    query=IN_ORDER,
                    number=1,
                    start_time_offset=-((args.schedule + RUN + _SPARE) // _MINUTE),
                    end_time_offset=0,
                    syntax_rule=1,
                )
            ],
            condition="[$1.__QUERYCOUNT__] < 1",
            alarm_level=2,
            monitor_time=cls.AlarmMonitorTimeArgs(type="Period", time=_EVERY // _MINUTE),
            trigger_count=1,
            alarm_period=60,
            alarm_notice_ids=[notice.id],
            opts=self.child(depends_on=[index]),
        )
        self.register_outputs({"noticeId": notice.id})
