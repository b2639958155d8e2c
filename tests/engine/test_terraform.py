"""The Terraform view of a recording under the real Terraform and provider: its plan has the same resources and
verdicts.

`TF_CLI_CONFIG_FILE` names a Terraform configuration with a folder to install the provider from.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from im_stack.facts.model import Unknown, Value
from im_stack.policies.judge import judge
from im_stack.preflight.inputs.plan import load_plan
from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.recording.recording import to_resources
from im_stack.preflight.terraform.configuration import configuration
from tests.harness.root import ROOT
from tests.harness.world import TODAY

TERRAFORM = shutil.which("terraform")
pytestmark = [pytest.mark.engine, pytest.mark.skipif(TERRAFORM is None, reason="terraform is not on PATH")]
CANNOT_SHOW = {"environment"}
"""Arguments whose values this provider's plan does not show: a map of which a part is not known is not known at all."""


def _terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert TERRAFORM
    environment = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TF_CLI_CONFIG_FILE")}
    environment |= {"TENCENTCLOUD_SECRET_ID": "x", "TENCENTCLOUD_SECRET_KEY": "y", "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        [TERRAFORM, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def check() -> Check:
    return check_stack(ROOT, "tencent-ap-jakarta", today=TODAY)


@pytest.fixture(scope="module")
def planned(check: Check, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Terraform's plan of the recording as JSON."""
    folder = tmp_path_factory.mktemp("terraform")
    (folder / "main.tf.json").write_text(configuration(check.recording), encoding="utf-8")
    made = _terraform(folder, "init", "-input=false", "-no-color")
    if made.returncode and "provider" in made.stderr:
        pytest.skip("terraform finds no provider of Tencent Cloud to install")
    for step in (("validate", "-no-color"), ("plan", "-input=false", "-no-color", "-out=plan")):
        ran = _terraform(folder, *step)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    shown = folder / "plan.json"
    shown.write_text(_terraform(folder, "show", "-json", "plan").stdout, encoding="utf-8")
    return shown


def test_the_view_plans_and_makes_every_resource(check: Check, planned: Path) -> None:
    rows = json.loads(planned.read_text("utf-8"))["resource_changes"]
    custom = [r for r in check.recording["registrations"] if not r["type"].startswith("pulumi:providers:")]
    assert len(rows) == len(custom) + 1
    assert {tuple(row["change"]["actions"]) for row in rows} == {("create",)}


def _unknown(value: Value) -> bool:
    """Whether a value contains an unknown; a set with an unknown member has no members yet."""
    if isinstance(value, tuple | dict):
        return any(map(_unknown, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Unknown)


def test_the_plan_of_terraform_gives_the_resources_of_the_recording(check: Check, planned: Path) -> None:
    """Additional values are defaults of the provider, which the readers know too."""
    there = {(r.type, r.name): r for r in load_plan(planned).resources}
    for r in to_resources(check.recording["registrations"]):
        if not r.custom:
            continue
        found = there[r.type, r.name if "providers" not in r.type else f"tencentcloud.{r.name}"]
        for argument, value in r.inputs.items():
            if argument not in CANNOT_SHOW:
                shown = found.inputs.get(argument, ())  # no blocks are not shown
                assert shown == value or _unknown(shown) == _unknown(value) is True, f"{r.name} {argument}"
        assert {k: len(v) for k, v in found.links.items()} == {
            k: len(v) for k, v in r.links.items() if k in found.links
        }


def test_the_verdicts_on_it_are_those_on_the_recording(check: Check, planned: Path) -> None:
    """Except for the purge function's environment: the plan hides it, so the turnover of keys is unproven."""
    loaded = load_plan(planned)
    judged = judge(loaded.resources, check.duties, today=TODAY)
    assert loaded.doubts == []
    assert {v.rule for v in judged.verdicts if v.blocks} == {"ceiling", "erasure-in-time", "known-types"}
    assert {v.name for v in judged.verdicts if v.blocks and v.rule == "known-types"} == {"Function im-keyring-purge"}
    others = ("home-region", "encrypted-at-rest", "encrypted-in-transit", "no-public-door", "copies-stay-home")
    for rule in others:
        said = [
            sorted(v.message for v in of.verdicts if v.rule == rule and "Function im-keyring-purge" not in v.message)
            for of in (judged, check.judgement)
        ]
        assert said[0] == said[1]
