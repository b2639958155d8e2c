"""Published statistics in whole programs under the generic policy: a bucket that the public may read passes where it is
declared to hold statistics alone, and with one thing said differently it does not."""

from pathlib import Path

import pytest

from im_stack.policies.judge import Judgement
from im_stack.policies.rule import Outcome
from tests.harness.recorded import check_project
from tests.harness.stacks import PROGRAM, config_of, write_stack
from tests.stacks.generic import STACKS

_BUCKET = {
    "tencent": """
from tencentcloud_iac_pulumi import cos
from im_stack.components.tencent.cos import ANYONE, https_only, objects

of = f"numbers-{declaration.network.app_id}", declaration.region, declaration.network.app_id
anyone = {"effect": "allow", "principal": {"qcs": [ANYONE]}, "action": [ACT["tencent"]], "resource": objects(*of)}
numbers = cos.Bucket("numbers", bucket=of[0], acl="private", encryption_algorithm="AES256", opts=ours)
cos.BucketPolicy("numbers-policy", bucket=numbers.bucket, policy=https_only(*of, anyone), opts=ours)
""",
    "aws": """
from pulumi_aws import s3
from im_stack.components.aws.account import Account, allow
from im_stack.components.aws.s3 import https_only

account = Account(declaration.network.app_id, declaration.region)
called = account.bucket_name("numbers")
anyone = allow({"AWS": "*"}, ACT["aws"], resource=f"{account.bucket(called)}/*")
numbers = s3.Bucket("numbers", bucket=called, opts=ours)
s3.BucketPublicAccessBlock(
    "numbers-open", bucket=numbers.bucket, block_public_acls=True, ignore_public_acls=True,
    block_public_policy=False, restrict_public_buckets=False, opts=ours,
)
s3.BucketPolicy("numbers-policy", bucket=numbers.bucket, policy=https_only(called, account, anyone), opts=ours)
""",
}
_READ, _WRITE = (
    {"tencent": "name/cos:GetObject", "aws": "s3:GetObject"},
    {"tencent": "name/cos:PutObject", "aws": "s3:PutObject"},
)
_PUBLISHED = 'publishes_statistics(numbers, "users per month and city, no count below 10")'
_NOTHING = 'holds_nothing(numbers, "users per month and city, no count below 10")'
_CLASS = 'holds(numbers, "gp-log")'


def _judged(folder: Path, cloud: str, *said: str, act: dict[str, str] = _READ) -> Judgement:
    """The stack with such a bucket beside its backend, of which the program says these things."""
    more = (
        "import pulumi\nfrom im_stack.components.declaring import holds, holds_nothing, publishes_statistics",
        f"ours, ACT = pulumi.ResourceOptions(provider=backend.provider), {act!r}",
        _BUCKET[cloud],
        *said,
    )
    program = "\n".join((PROGRAM.read_text("utf-8"), *more, ""))
    return check_project(write_stack(folder, config_of(STACKS[cloud]), program=program)).judgement


@pytest.mark.parametrize("cloud", STACKS)
def test_statistics_that_are_declared_may_be_read_by_anyone(tmp_path: Path, cloud: str) -> None:
    judgement = _judged(tmp_path, cloud, _PUBLISHED)
    assert [f"{v.rule}: {v.message}" for v in judgement.verdicts if v.blocks] == []
    assert judgement.outcome is Outcome.PASS
    assert [hop for hop in judgement.declared_hops if "statistics" in hop.must and hop.subject == "Bucket numbers"]


@pytest.mark.parametrize("cloud", STACKS)
@pytest.mark.parametrize(
    ("said", "act"),
    [((_NOTHING,), _READ), ((), _READ), ((_PUBLISHED, _CLASS), _READ), ((_PUBLISHED,), _WRITE)],
    ids=["not published", "undeclared", "with a class", "anyone writes"],
)
def test_its_twins_do_not(tmp_path: Path, cloud: str, said: tuple[str, ...], act: dict[str, str]) -> None:
    blocking = {v.rule for v in _judged(tmp_path, cloud, *said, act=act).verdicts if v.blocks}
    assert "no-public-door" in blocking
