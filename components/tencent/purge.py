"""Deployed function that turns a keyring over: on a timer it creates keys ahead of need and deletes due ones."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pulumi
from tencentcloud_iac_pulumi import cam, cls, scf

from im_stack.components.plan.budget import floor
from im_stack.components.plan.holdings import encrypts, log_declares
from im_stack.components.plan.turnover import RUN, KeyRotation
from im_stack.components.service import Service
from im_stack.components.tencent.keys import TAG, Keys
from im_stack.components.tencent.logs import ENCRYPTED
from im_stack.terms.period import format_period

_SECOND, _HOUR, _DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
_EVENT_AGE = timedelta(minutes=1)
"""How long the event of a run that cannot be started is kept: the next run is soon."""
_LISTED = ("HeadBucket", "GetBucket", "GetBucketVersioning", "GetBucketReplication", "PutObject", "DeleteObject")


@dataclass(frozen=True, kw_only=True)
class PurgeArgs(KeyRotation):
    """One keyring's function.

    `app_id` owns the bucket, and `bundle` is the path of the zip to deploy. The provider compares paths, not contents,
    so the path must change when the code does. Only in a private network can a function be kept off the Internet, hence
    `vpc_id`, `subnet_id`, and `kms_endpoint`, which answers there.
    """

    app_id: str
    region: str
    keys: Keys
    bundle: str
    vpc_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    kms_endpoint: str = "https://kms.internal.tencentcloudapi.com"


class Purge(Service):
    """A timer, a function that only the timer invokes, its role, and a log topic with the shortest retention.

    The function resource has the component's own name, by which a keyring's sweep names it.
    """

    def __init__(self, name: str, args: PurgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        logs = f"{name}-logs"
        declares = log_declares(args.logs, logs, hops=[encrypts(logs, "the operator", ENCRYPTED)])
        super().__init__("im:tencent:Purge", name, declares, args.shown, opts)
        role, attachment = self._role(name, args)
        self.logset = cls.Logset(f"{name}-logset", logset_name=self.physical_name(logs), opts=self.child())
        self.topic = cls.Topic(
            logs,
            logset_id=self.logset.id,
            topic_name=self.physical_name(logs),
            period=floor("tencent", "scf-log"),
            storage_type="hot",
            partition_count=1,
            auto_split=False,
            is_web_tracking=False,
            opts=self.child(),
        )
        config = args.config(args.region, kms_endpoint=args.kms_endpoint)
        self.function = scf.Function(
            name,
            name=self.physical_name(name),
            func_type="Event",
            runtime="Python3.10",
            handler="index.main_handler",
            zip_file=args.bundle,
            timeout=(RUN - _EVENT_AGE) // _SECOND,
            mem_size=256,
            role=role.name,
            vpc_id=args.vpc_id,
            subnet_id=args.subnet_id,
            enable_public_net=False,
            enable_eip_config=False,
            cls_logset_id=self.logset.id,
            cls_topic_id=self.topic.id,
            environment={"IM_KEYRING": config, "IM_KEYRING_KEY": args.keys.key.id},
            triggers=[scf.FunctionTriggerArgs(name="turnover", type="timer", trigger_desc=cron(args.schedule))],
            opts=self.child(depends_on=[attachment]),
        )
        scf.FunctionEventInvokeConfig(  # a repeated run would delete more than `delete_limit`; the next one is due soon
            f"{name}-no-retry",
            function_name=self.function.name,
            async_trigger_config=scf.FunctionEventInvokeConfigAsyncTriggerConfigArgs(
                msg_ttl=_EVENT_AGE // _SECOND,
                retry_configs=[scf.FunctionEventInvokeConfigAsyncTriggerConfigRetryConfigArgs(retry_num=0)],
            ),
            opts=self.setting(self.function),
        )
        self.register_outputs({"function": self.function.name})

    def _role(self, name: str, args: PurgeArgs) -> tuple[cam.Role, cam.RolePolicyAttachment]:
        role = cam.Role(
            f"{name}-role", name=self.physical_name(name), document=trust(), console_login=False, opts=self.child()
        )
        policy = cam.Policy(
            f"{name}-policy",
            name=self.physical_name(name),
            document=permissions(args.bucket, args.region, args.app_id, args.keys.tag),
            opts=self.child(),
        )
        attachment = cam.RolePolicyAttachment(
            f"{name}-attachment", role_id=role.id, policy_id=policy.id, opts=self.child()
        )
        return role, attachment


def cron(period: timedelta) -> str:
    """A period as the cron expression of a timer, in seven fields. Raises ValueError unless it divides an hour or a
    day."""
    minutes, rest = divmod(period, timedelta(minutes=1))
    if rest or minutes < 1 or (_DAY if period > _HOUR else _HOUR) % period:
        raise ValueError(f"{format_period(period)} does not divide an hour or a day evenly")
    if period < _HOUR:
        return f"0 */{minutes} * * * * *"
    if period == _HOUR:
        return "0 0 * * * * *"
    if period == _DAY:
        return "0 0 0 * * * *"
    hours, rest = divmod(period, _HOUR)
    if rest:
        raise ValueError(f"{format_period(period)} is no whole number of hours")
    return f"0 0 */{hours} * * * *"


def trust() -> str:
    """A trust policy: the function service assumes the role."""
    return document({"action": ["name/sts:AssumeRole"], "principal": {"service": ["scf.qcloud.com"]}})


def permissions(bucket: str, region: str, app_id: str, key_tag: str) -> str:
    """Permissions of the role: list, write and delete in one bucket, and generate data keys under one master key.

    It can neither read an object nor unwrap a key. Built from names: the master key is named by its tag.
    """
    return document(
        {
            "action": [f"name/cos:{act}" for act in _LISTED],
            "resource": [f"qcs::cos:{region}:uid/{app_id}:{bucket}/*"],
        },
        {
            "action": ["kms:GenerateDataKey"],
            "resource": [f"qcs::kms:{region}::key/*"],
            "condition": {"for_any_value:string_equal": {"qcs:resource_tag": [f"{TAG}&{key_tag}"]}},
        },
    )


def document(*statements: Mapping[str, object]) -> str:
    """A policy document that allows these statements, as JSON."""
    allowed = [{"effect": "allow", **statement} for statement in statements]
    return json.dumps({"version": "2.0", "statement": allowed}, sort_keys=True)
