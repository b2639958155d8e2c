"""Changes of a normal day to the committed stacks: benign ones pass, and the twin of each, which opens, keeps or logs,
does not."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check
from tests.harness.recorded import check_project
from tests.harness.stacks import PROGRAM, changed_config, config_of, write_stack

CHANGES = Path(__file__).parent / "changes"
STACKS = {"aws": "aws-ap-southeast-3", "tencent": "tencent-ap-jakarta"}


@cache
def changed(cloud: str, kind: str) -> Check:
    """The committed stack of a cloud with the changes of one kind."""
    folder = Path(mkdtemp(prefix="changed-"))
    for file in CHANGES.glob(f"{cloud}_*.py"):
        shutil.copy(file, folder)
    add = "add(backend.contract, pulumi.ResourceOptions(provider=backend.provider))"
    more = f"\nfrom {cloud}_{kind} import add\n\n{add}\n"
    lost = {f"accepted-losses.{service}": "lines of logs are worth no backup" for service in ("disk", "files")}
    write_stack(folder, changed_config(config_of(STACKS[cloud]), lost), program=PROGRAM.read_text("utf-8") + more)
    return check_project(folder)


@pytest.mark.parametrize("cloud", sorted(STACKS))
def test_benign_changes_pass(cloud: str) -> None:
    judgement = changed(cloud, "benign").judgement
    assert [f"{v.rule}: {v.message}" for v in judgement.verdicts if v.blocks] == []
    assert judgement.outcome is Outcome.PASS


def _evil(cloud: str) -> list[str]:
    made = changed(cloud, "evil").recording["registrations"]
    return sorted(r["name"] for r in made if r["custom"] and r["name"].startswith("evil-"))


@pytest.mark.parametrize("cloud", sorted(STACKS))
def test_the_twin_of_each_does_not(cloud: str) -> None:
    evil = _evil(cloud)
    assert len(evil) > 10
    blocked = {v.subject.rsplit("::", 1)[-1] for v in changed(cloud, "evil").judgement.verdicts if v.blocks}
    places = {
        v.evidence.resource.rsplit("::", 1)[-1]
        for v in changed(cloud, "evil").judgement.verdicts
        if v.blocks and v.evidence
    }
    assert [name for name in evil if name not in blocked | places] == []
