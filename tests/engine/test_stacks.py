"""Every stack of the project previewed with the pack under the real engine, unchanged and weakened."""

import shutil
from pathlib import Path

import pytest

from im_stack.preflight.judgement.one_stack import check_stack
from im_stack.preflight.stack_files.stack_file import stack_names
from tests.harness.engine import Engine, needs_cli, needs_venv
from tests.harness.programs import blocked
from tests.harness.root import ROOT

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]
WEAKER = """
import pulumi
def weaker(given):
    if given.type_ == {type!r}:
        return pulumi.ResourceTransformResult(props={{**given.props, **{inputs!r}}}, opts=given.opts)
pulumi.runtime.register_resource_transform(weaker)
"""
WEAKENED = {
    "tencent backups for years": (
        "tencent",
        "Mysql/backupPolicy:BackupPolicy",
        {"retentionPeriod": 1830},
        "ceiling",
    ),
    "tencent public buckets": ("tencent", "Cos/bucket:Bucket", {"acl": "public-read"}, "no-public-door"),
    "aws backups for five weeks": ("aws", "rds/instance:Instance", {"backupRetentionPeriod": 35}, "ceiling"),
    "aws public buckets": (
        "aws",
        "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"blockPublicPolicy": False, "restrictPublicBuckets": False},
        "no-public-door",
    ),
    "aws documents in the clear": ("aws", "docdb/cluster:Cluster", {"storageEncrypted": False}, "encrypted-at-rest"),
}
STACKS = {"tencent": "tencent-ap-jakarta", "aws": "aws-ap-southeast-3"}
PREFIX = {"tencent": "tencentcloud", "aws": "aws"}


def _project(folder: Path, weaker: str = "") -> Path:
    """A copy of the project with code before the program."""
    folder.mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    shutil.copytree(ROOT / "stacks", folder / "stacks")
    program = folder / "stacks" / "__main__.py"
    program.write_text(weaker + program.read_text())
    return folder


@pytest.mark.parametrize("stack", stack_names(ROOT))
def test_a_preview_of_a_stack_passes_as_preflight_says(tmp_path: Path, stack: str) -> None:
    ran = Engine(tmp_path).deploy(_project(tmp_path / "project"), stack, "preview")
    assert ran.failed == blocked(check_stack(ROOT, stack)) == set(), ran.output
    assert (ran.status, ran.violations) == (0, []), ran.output
    (packs,) = [event["summaryEvent"]["PolicyPacks"] for event in ran.events if "summaryEvent" in event]
    assert [name.split("|")[0] for name in packs] == ["im-compliance"]


@pytest.mark.parametrize("weakened", WEAKENED)
def test_a_weakened_stack_fails_a_preview_as_it_fails_preflight(tmp_path: Path, weakened: str) -> None:
    cloud, kind, inputs, rule = WEAKENED[weakened]
    stack = STACKS[cloud]
    project = _project(tmp_path / "project", WEAKER.format(type=f"{PREFIX[cloud]}:{kind}", inputs=inputs))
    expected = blocked(check_stack(project, stack))
    ran = Engine(tmp_path).deploy(project, stack, "preview")
    assert ran.failed == expected, ran.output
    assert rule in {found for found, _ in expected}
    assert ran.status == 1
