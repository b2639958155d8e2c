"""A stack under the real-time module, whose classes end by an event: the whole way from its program to every report."""

from pathlib import Path
from typing import Any

import pytest

from im_stack.policies.rule import Outcome
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.report import reports_of
from tests.harness.programs import NOT_STORED
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import TODAY

PROGRAM = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from im_stack.components.declaring import holds
from im_stack.components.tencent.cos import https_only
from tencentcloud_iac_pulumi import cos

ours = pulumi.ResourceOptions(provider=tencentcloud.Provider("home", region="ap-jakarta"))
unfinished = cos.BucketLifecycleRuleAbortIncompleteMultipartUploadArgs(days_after_initiation=1)
rule = cos.BucketLifecycleRuleArgs(filter_prefix="", abort_incomplete_multipart_upload=unfinished)
for kind in ("log", "key"):
    name = f"trtc-{kind}-1250000000"
    chosen = {"acl": "private", "encryption_algorithm": "AES256", "lifecycle_rules": [rule]}
    made = cos.Bucket(kind, bucket=name, **chosen, opts=ours)
    closed = https_only(name, "ap-jakarta", "1250000000")
    cos.BucketPolicy(f"{kind}-https", bucket=made.bucket, policy=closed, opts=ours)
    holds(made, f"trtc-{kind}")
"""
ENDED = {
    "clock": None,
    "until": {"termination": "P7D", "account-deletion": "P5D"},
    "erasure": {"within": "P7D", "by": "worker", "takes": "P1D", "source": "test"},
}


def _check(folder: Path, program: str = PROGRAM) -> Any:
    changes: dict[str, Any] = {
        "classes": NOT_STORED | {"trtc-key": ENDED, "trtc-log": ENDED},
        "instruments": {name: {"source": "test"} for name in ("im-module", "trtc-module")},
        "elsewhere": {"trtc-media": "another stack of this test passes it on"},
    }
    return check_project(write_project(folder, program, header="", **changes), "test", today=TODAY)


def test_it_passes_and_every_report_says_until_when(tmp_path: Path) -> None:
    check = _check(tmp_path)
    assert check.judgement.outcome is Outcome.PASS
    for form in (Format.MARKDOWN, Format.PROCESSING, Format.HTML):
        assert "account-deletion + 5 d or termination + 7 d" in render(form, reports_of([("test", check)]), every=True)


@pytest.mark.parametrize(
    ("old", "new", "obligations"),
    [
        ("filter_prefix=", "expiration=cos.BucketLifecycleRuleExpirationArgs(days=30), filter_prefix=", "TR-RET-02"),
        ("abort_incomplete_multipart_upload=unfinished", "", "TR-TRM-02"),
    ],
)
def test_an_end_by_age_or_none_after_the_event_fails(tmp_path: Path, old: str, new: str, obligations: str) -> None:
    judgement = _check(tmp_path, PROGRAM.replace(old, new)).judgement
    weak = {duty for verdict in judgement.verdicts if verdict.weak for duty in verdict.duties}
    assert f"{obligations}/trtc-log" in weak
