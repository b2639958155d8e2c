"""One declaration for several regions: shared values in the project's file, and other regions from the table."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from im_stack.policies.rule import Outcome
from im_stack.preflight.cli import app
from im_stack.preflight.judgement.all_stacks import check_all
from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.terms.problem import InputError
from tests.harness.stacks import config_of, write_stack
from tests.harness.world import TODAY

OF_A_REGION = ("im:region", "im:jurisdiction", "im:zones", "im:network", "im:sub-processors", "im:residents")
"""What differs between two stacks of one cloud."""


def _project(folder: Path, config: dict[str, Any], base: dict[str, Any] | None = None) -> Path:
    return write_stack(folder, config, "here", base=base)


def test_the_projects_file_has_what_stacks_share_and_a_stacks_file_what_differs(tmp_path: Path) -> None:
    whole = config_of("aws-im-module")
    own = {key: value for key, value in whole.items() if key in OF_A_REGION}
    shared = {key: value for key, value in whole.items() if key not in OF_A_REGION}
    (tmp_path / "split").mkdir()
    (tmp_path / "one").mkdir()
    split = check_stack(_project(tmp_path / "split", own, shared), "here", today=TODAY)
    one = check_stack(_project(tmp_path / "one", whole), "here", today=TODAY)
    assert split.duties == one.duties
    assert [v.message for v in split.judgement.verdicts] == [v.message for v in one.judgement.verdicts]
    assert split.stack.places()["classes"][0].endswith("split/Pulumi.yaml")


def _without(instrument: str, config: dict[str, Any]) -> dict[str, Any]:
    adopted = {name: why for name, why in config["im:instruments"].items() if name != instrument}
    alone = {key: value for key, value in config.items() if key != "im:elsewhere"}
    return alone | {"im:instruments": adopted}


@pytest.mark.parametrize(
    ("stack", "regions"),
    [
        (
            "tencent-ap-jakarta",
            {
                "ap-singapore": "singapore",
                "ap-seoul": "south-korea",
                "ap-tokyo": "japan",
                "eu-frankfurt": "germany",
                "na-siliconvalley": "california",
                "ap-guangzhou": "china",
                "sa-saopaulo": "has one zone, sa-saopaulo-1, and a stack needs two",
                "ap-jakatra": "did you mean ap-jakarta?",
            },
        ),
        (
            "aws-ap-southeast-3",
            {
                "ap-southeast-1": "singapore",
                "eu-central-1": "germany",
                "us-west-1": "california",
                "sa-east-1": "brazil",
                "ap-singapore": "is no region of aws",
            },
        ),
    ],
)
def test_a_stack_is_judged_for_other_regions_of_the_table(tmp_path: Path, stack: str, regions: dict[str, str]) -> None:
    project = _project(tmp_path, _without("kenalan", config_of(stack)))
    names = [f"here@{region}" for region in regions]
    for (name, checked), said in zip(check_all(project, stacks=names, today=TODAY), regions.values(), strict=True):
        if isinstance(checked, InputError):
            assert said in str(checked)
            continue
        assert (checked.judgement.outcome, checked.duties.home.jurisdiction) == (Outcome.PASS, said), name
        assert checked.stack.stack == name
        home = config_of(stack)["im:region"]
        inputs = json.dumps([each["inputs"] for each in checked.recording["registrations"]])
        assert home not in inputs, "something is still where the stack was"
        assert checked.duties.home.id in inputs


def test_a_demand_of_residency_holds_there_too(tmp_path: Path) -> None:
    project = _project(tmp_path, config_of("tencent-ap-jakarta"))
    ran = CliRunner().invoke(app, ["check", "here", "--project", str(project), "--region", "ap-singapore"])
    assert ran.exit_code == 2
    assert "KN-RES-01" in ran.output


def test_the_home_region_is_the_stack_itself(tmp_path: Path) -> None:
    project = _project(tmp_path, config_of("aws-ap-southeast-3"))
    checked = check_stack(project, "here@ap-southeast-3", today=TODAY)
    assert isinstance(checked, Check)
    assert checked.stack.stack == "here"


def test_a_file_is_of_one_region(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["check", "here", "--region", "ap-seoul", "--state", str(tmp_path / "s.json")])
    assert (ran.exit_code, "a file is of one region" in str(ran.exception)) == (1, True)
