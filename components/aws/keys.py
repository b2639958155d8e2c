"""Master key of the stack in KMS, with its alias and policy."""

import pulumi
from pulumi_aws import kms

from im_stack.components.aws.account import Account, allow, document
from im_stack.components.service import Service
from im_stack.facts.mechanism.tables import limits
from im_stack.terms.stack.wire import Declares


class Keys(Service):
    """One KMS key of the region for everything that rests encrypted.

    It is no multi-region key, because copies of those in other regions stay. Its deletion takes the longest window,
    because everything under the key becomes unreadable. Its policy is built from names, so that it is known in a
    preview: the account grants the use of the key, the log service uses it for log groups of the account, and alarms of
    the account for what they send. `of` is what rests under it, in words. One that is `kept` refuses everyone its
    deletion.
    """

    def __init__(
        self,
        name: str,
        account: Account,
        opts: pulumi.ResourceOptions | None = None,
        *,
        of: str = "the stack",
        kept: bool = False,
    ) -> None:
        super().__init__("im:aws:Keys", name, Declares(), opts=opts)
        self.key = kms.Key(
            f"{name}-key",
            description=f"Everything of {of} that rests encrypted",
            is_enabled=True,
            key_usage="ENCRYPT_DECRYPT",
            multi_region=False,
            enable_key_rotation=True,
            deletion_window_in_days=_longest_window(),
            policy=_policy(account, *([_KEEP] if kept else [])),
            opts=self.child(),
        )
        self.name = f"alias/{self.physical_name(name)}"
        """The alias, by which policy documents name the key before it has an id."""
        self.alias = kms.Alias(f"{name}-alias", name=self.name, target_key_id=self.key.id, opts=self.child())
        self.register_outputs({"keyArn": self.key.arn})


def _longest_window() -> int:
    row = limits("aws")["kms-deletion"]
    if row.most is None:
        raise LookupError("the limit kms-deletion has no most")
    return row.most // row.unit


_KEEP: dict[str, object] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DeleteImportedKeyMaterial"],
    "Resource": "*",
}


def _policy(account: Account, *more: dict[str, object]) -> str:
    logs = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": account.arn("logs", "log-group:*")}}
    use = ("kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*")
    alarms = {"StringEquals": {"aws:SourceAccount": account.number}}
    sends = ("kms:Decrypt", "kms:GenerateDataKey*")
    return document(
        allow({"AWS": [account.root()]}, "kms:*"),
        allow({"Service": [f"logs.{account.region}.amazonaws.com"]}, *use, Condition=logs),
        allow({"Service": ["cloudwatch.amazonaws.com"]}, *sends, Condition=alarms),
        *more,
    )
