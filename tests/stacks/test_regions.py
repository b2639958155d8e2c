"""One declaration for several regions: shared values in the project's file, and other regions from the table."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from im_stack.policies.rule import Outcome
from im_stack.preflight.cli import app
from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.reports.model.report import report_of
from im_stack.terms.problem import InputError
from tests.harness.recorded import check_declared, check_ours, check_project
from tests.harness.stacks import changed_config, config_of, project_of, write_stack
from tests.harness.world import TODAY
from tests.stacks.regions import REGIONS, SYSTEMS, place_of, refused, without_basis

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


@pytest.mark.parametrize(
    ("stack", "region"),
    [(stack, region) for stack in SYSTEMS for region in REGIONS[config_of(stack)["im:cloud"]]],
)
def test_every_system_is_judged_in_every_region_of_the_table(stack: str, region: str) -> None:
    obligation, words = refused(stack, region)
    name, home = f"{stack}@{region}", config_of(stack)["im:region"]
    if obligation:
        with pytest.raises(InputError) as caught:
            check_project(project_of(stack), name, today=TODAY)
        said = {problem.obligation: problem.what for problem in caught.value.problems}
        assert words in said[obligation]
        assert set(said) <= {obligation, "IM-REG-01"}
        return
    checked = check_project(project_of(stack), name, today=TODAY)
    left = {duty for v in checked.judgement.verdicts if v.weak for duty in v.duties}
    assert left == ({"TC-XFR-01"} if without_basis(stack, region) else set())
    outcome = Outcome.FAIL if left else Outcome.PASS
    assert (checked.judgement.outcome, checked.duties.home.id) == (outcome, region)
    assert checked.duties.home.jurisdiction == place_of(config_of(stack), region)
    inputs = json.dumps([each["inputs"] for each in checked.recording["registrations"]])
    assert region == home or not re.search(rf"(?<![\w-]){home}(?![\w])", inputs), "left behind"
    assert region in inputs
    said = [hop.must for hop in checked.judgement.declared_hops if hop.subject == "im:zones"]
    assert bool(said) == (not checked.duties.home.zones)


@pytest.mark.parametrize(
    ("stack", "region", "says"),
    [
        ("tencent-im-module", "ap-jakatra", "did you mean ap-jakarta?"),
        ("aws-im-module", "ap-singapore", "'ap-singapore' is no region of aws"),
        ("tencent-ap-jakarta", "ap-singapore", "KN-RES-01"),
    ],
)
def test_what_is_no_place_for_it_exits_2_and_says_why(stack: str, region: str, says: str) -> None:
    arguments = ["check", stack, "--project", str(project_of(stack)), "--region", region]
    ran = subprocess.run(
        [sys.executable, "-m", "im_stack.preflight", *arguments], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, says in ran.stderr, "Traceback" in ran.stderr) == (2, True, False), ran.stderr


def test_without_what_the_region_lacks_the_system_stands_there(tmp_path: Path) -> None:
    config = config_of("aws-im-module")
    config["im:classes"]["messages"] = {
        **{"store": False, "transient": "P1D"},
        "erasure": {"within": "P7D", "source": "test"},
    }
    config["im:services"].remove("mongodb")
    checked = check_project(write_stack(tmp_path, config), "test@us-west-1", today=TODAY)
    assert [v.message for v in checked.judgement.verdicts if v.weak] == []
    (hop,) = (hop for hop in checked.judgement.declared_hops if hop.subject == "im:zones")
    assert hop.must == "see in an account that us-west-1 has the zones us-west-1a, us-west-1b, which no document names"
    assert hop.rules == ("home-region",)


def test_the_home_region_is_the_stack_itself(tmp_path: Path) -> None:
    project = _project(tmp_path, config_of("aws-ap-southeast-3"))
    checked = check_stack(project, "here@ap-southeast-3", today=TODAY)
    assert isinstance(checked, Check)
    assert checked.stack.stack == "here"


def test_a_file_is_of_one_region(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["check", "here", "--region", "ap-seoul", "--state", str(tmp_path / "s.json")])
    assert (ran.exit_code, "a file is of one region" in str(ran.exception)) == (1, True)


@pytest.mark.parametrize(
    ("stack", "people", "judged"),
    [
        ("tencent-accounts", "south-korea", {"TC-KOR-01": "nothing-survives-deletion"}),
        ("aws-eu-central-1", "california", {"TC-CAL-03": "erasure-in-time"}),
    ],
)
def test_people_add_duties_that_are_judged(stack: str, people: str, judged: dict[str, str]) -> None:
    def more(config: dict[str, Any]) -> None:
        config["im:residents"] = [*config["im:residents"], people]

    def shown(check: Check) -> dict[str, set[str]]:
        rows = report_of(check).obligations
        own = (row for row in rows if people in row.obligation.jurisdictions and not row.why)
        return {row.obligation.id: {verdict.rule for verdict in row.shown} for row in own}

    bound = check_declared(stack, more, today=TODAY)
    assert [v.message for v in bound.judgement.verdicts if v.weak] == []
    found = shown(bound)
    assert {id_ for id_, rule in judged.items() if rule in found.get(id_, ())} == judged.keys()
    alone = {row.obligation.id for row in report_of(check_ours(stack)).obligations if not row.why}
    assert not judged.keys() & alone


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        (
            {"residents.0": "turkey"},
            "im:residents",
            "tencent-cloud lets data of residents of turkey rest in indonesia with consent alone, and none is "
            "declared\n"
            "  right would be: im:exceptions with class tc-delegates, tc-incomplete, tc-interactions, tc-registration, "
            "tc-usage and target indonesia\n  asked for by: TC-TUR-01\n",
        ),
        (
            {"jurisdiction": "turkey"},
            "im:jurisdiction",
            "tencent has no region in turkey\n"
            "  right would be: another cloud, or the place where the stack is (people of others are im:residents)\n"
            "  asked for by: SP-REG-01\n",
        ),
    ],
    ids=["people of Turkey, without consent", "a stack in Turkey"],
)
def test_what_a_place_does_not_carry_is_one_error(tmp_path: Path, changes: dict[str, Any], key: str, says: str) -> None:
    config = changed_config(config_of("tencent-accounts"), changes)
    project = write_stack(tmp_path, config)
    with pytest.raises(InputError) as caught:
        check_project(project)
    (problem,) = caught.value.problems
    ran = CliRunner().invoke(app, ["check", "test", "--project", str(project)])
    assert (ran.exit_code, problem.line is not None) == (2, True)
    assert ran.stderr == f"error: {problem.file}:{problem.line}: {key}: {says}"
