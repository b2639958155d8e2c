"""Changes of a normal day to the committed stacks: benign ones pass, and the twin of each, which opens, keeps or logs,
does not."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check
from tests.harness.mutate import Change, add, put
from tests.harness.recorded import check_declared, check_ours, check_project
from tests.harness.stacks import PROGRAM, changed_config, config_of, write_stack
from tests.stacks.beside import judged

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


_ODD = {"name": "a-new-one", "value": "1"}
PARAMETERS: dict[tuple[str, str], Change] = {
    ("aws", "mysql/log of other parameters"): put("ParameterGroup im-mysql-parameters", "parameters.99", _ODD),
    ("aws", "redis/log of other parameters"): put("ParameterGroup im-redis-parameters", "parameters.99", _ODD),
    ("tencent", "mysql/log of quick statements"): put("Instance im-mysql", "parameters.a_new_one", "1"),
    ("tencent", "redis/log of other parameters"): add(
        "tencentcloud:Redis/param:Param", "odd", {"instanceParams": {"a-new-one": "1"}}, instanceId="Instance im-redis"
    ),
    ("tencent", "redis/log of quick commands"): add(
        "tencentcloud:Redis/param:Param",
        "odd",
        {"instanceParams": {"slowlog-log-slower-than": "1"}},
        instanceId="Instance im-redis",
    ),
}


@pytest.mark.parametrize(("cloud", "key"), sorted(PARAMETERS))
def test_a_parameter_that_is_not_known_passes_by_the_line_that_its_finding_names(cloud: str, key: str) -> None:
    def said(config: dict[str, Any]) -> None:
        choice = config["im:classes"]["user-information"]
        choice["outside"] = choice.get("outside", {}) | {key: "it holds numbers of connections and no record"}

    change = PARAMETERS[cloud, key]
    blocking = [v for v in judged(check_ours(STACKS[cloud]), {}, change).verdicts if v.blocks]
    assert {v.rule for v in blocking} == {"ceiling", "erasure-in-time"}
    assert all(f"im:classes.user-information.outside: {key}" in v.fix for v in blocking if v.rule == "ceiling")
    assert [v.message for v in judged(check_declared(STACKS[cloud], said), {}, change).verdicts if v.blocks] == []
