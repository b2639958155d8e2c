"""Rules of a user's own: loaded from a folder, judged without a duty, waived like others; a bad file is bad input."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from im_stack.policies.engine.irreversible import beyond_recall
from im_stack.policies.engine.pack import IRREVERSIBLE, policies
from im_stack.policies.judge import judge
from im_stack.policies.own_rules import load_rules
from im_stack.policies.rule import Outcome
from im_stack.preflight.cli import app
from im_stack.preflight.recording.recording import to_resources
from im_stack.terms.problem import InputError
from tests.harness.pack_drive import drive, running
from tests.harness.programs import checked
from tests.harness.project import write_project
from tests.harness.world import TODAY, duties, registrations

RULE = """
from im_stack.policies.rule import Finding, Outcome, Rule

def check(case):
    for urn in case.facts.graph.by_urn:
        yield Finding(urn, Outcome.{outcome}, "is one of mine")

RULE = Rule({id!r}, "Mine", check)
"""
WAIVER = {
    "rule": "mine",
    "resource": "n",
    "reason": "the rule is younger than the network",
    "owner": "me",
    "evidence": "https://example.com/1",
    "expires": "2027-03-31",
}
ROWS = [{"type": "tencentcloud:Vpc/instance:Instance", "name": "n", "inputs": {}}]


def _folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    return tmp_path


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL, Outcome.UNPROVEN, Outcome.NOT_APPLICABLE])
def test_a_rule_of_ones_own_is_judged_although_no_duty_names_it(tmp_path: Path, outcome: Outcome) -> None:
    rules = load_rules([_folder(tmp_path, mine=RULE.format(id="mine", outcome=outcome.name), _helper="1 / 0")])
    judgement = judge(to_resources(registrations(ROWS)), duties(), today=TODAY, own_rules=rules)
    mine = [v for v in judgement.verdicts if v.rule == "mine"]
    assert {(v.outcome, v.duties, v.message) for v in mine} == {(outcome, (), "is one of mine")}
    assert "mine" not in {v.rule for v in judge(to_resources(registrations(ROWS)), duties(), today=TODAY).verdicts}


def test_it_can_be_waived(tmp_path: Path) -> None:
    rules = load_rules([_folder(tmp_path, mine=RULE.format(id="mine", outcome="FAIL"))])
    asked = duties(waivers=[WAIVER])
    judgement = judge(to_resources(registrations(ROWS)), asked, today=TODAY, own_rules=rules)
    assert {v.waived is not None for v in judgement.verdicts if v.rule == "mine" and v.name == "Instance n"} == {True}


def test_one_that_raises_fails_with_its_line(tmp_path: Path) -> None:
    broken = (
        "from im_stack.policies.rule import Rule\ndef check(case):\n    return [1 / 0]\nRULE = Rule('b', 'B', check)\n"
    )
    rules = load_rules([_folder(tmp_path, broken=broken)])
    judgement = judge(to_resources(registrations(ROWS)), duties(), today=TODAY, own_rules=rules)
    (verdict,) = [v for v in judgement.verdicts if v.rule == "b"]
    assert (verdict.outcome, verdict.waivable) == (Outcome.FAIL, False)
    assert "ZeroDivisionError in broken.py:3" in verdict.message


BAD = [
    ({}, "has no rules"),
    ({"_only": "RULE = 1"}, "has no rules"),
    ({"a": "x = 1"}, "a.py: has no RULE"),
    ({"a": "RULE = 1"}, "a.py: has no RULE"),
    ({"a": "import no_such_module"}, "a.py:1: cannot be loaded: ModuleNotFoundError"),
    ({"a": "\n\ndef broken(:"}, "a.py:3: cannot be loaded: SyntaxError"),
    ({"a": RULE.format(id="ceiling", outcome="PASS")}, "a.py: there is a rule 'ceiling' already"),
    ({name: RULE.format(id="mine", outcome="PASS") for name in ("a", "b")}, "b.py: there is a rule 'mine' already"),
]


@pytest.mark.parametrize(("files", "says"), BAD, ids=[says for _, says in BAD])
def test_a_bad_file_is_bad_input(tmp_path: Path, files: dict[str, str], says: str) -> None:
    with pytest.raises(InputError) as raised:
        load_rules([_folder(tmp_path, **files)])
    assert says in str(raised.value)


def test_the_command_line_takes_folders(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", "")
    (tmp_path / "rules").mkdir()
    rules = _folder(tmp_path / "rules", mine=RULE.format(id="mine", outcome="FAIL"))
    arguments = ["check", "test", "--project", str(project), "--format", "json", "--rules-dir", str(rules)]
    ran = CliRunner().invoke(app, arguments)
    assert ran.exit_code == 1, ran.output
    assert '"mine"' in ran.stdout


def test_a_pack_of_ones_own_has_them_as_policies(tmp_path: Path) -> None:
    rules = load_rules([_folder(tmp_path, mine=RULE.format(id="mine", outcome="FAIL"))])
    assert {p.name for p in policies(rules)} - {p.name for p in policies()} == {"mine"}


@pytest.mark.parametrize("irreversible", [True, False])
def test_what_it_calls_irreversible_is_stopped_before_an_update_makes_it(tmp_path: Path, irreversible: bool) -> None:
    text = RULE.format(id="mine", outcome="FAIL").replace('mine")\n', f'mine", irreversible={irreversible})\n')
    rules = load_rules([_folder(tmp_path, mine=text)])
    made = to_resources(registrations(ROWS))
    network = next(resource for resource in made if resource.type == ROWS[0]["type"])
    stopped = beyond_recall(network, made, duties(), today=TODAY, own_rules=rules)
    assert [verdict.rule for verdict in stopped if verdict.rule == "mine"] == ["mine"] * irreversible
    waived = beyond_recall(network, made, duties(waivers=[WAIVER]), today=TODAY, own_rules=rules)
    assert [verdict for verdict in waived if verdict.rule == "mine"] == []


_PACK = """
from pathlib import Path
from im_stack.policies.own_rules import load_rules
from im_stack.policies.engine.pack import serve
serve(load_rules([Path(__file__).parent / "rules"]), name="ours")
"""


@pytest.mark.parametrize("dry_run", [True, False], ids=["preview", "update"])
def test_a_pack_with_them_stops_in_a_preview_and_before_the_engine_makes_anything(
    tmp_path: Path, dry_run: bool
) -> None:
    text = RULE.format(id="mine", outcome="FAIL").replace('mine")\n', 'mine", irreversible=True)\n')
    (tmp_path / "rules").mkdir()
    _folder(tmp_path / "rules", mine=text)
    (tmp_path / "__main__.py").write_text(_PACK)
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    check = checked("compliant")
    with running(tmp_path, check.stack, dry_run=dry_run) as pack:
        found = drive(pack, check.recording)
    said = {v.policy for v in found if v.blocks and "is one of mine" in v.message}
    assert said == ({"mine"} if dry_run else {"mine", IRREVERSIBLE})


def test_it_can_be_explained(tmp_path: Path) -> None:
    rules = _folder(tmp_path, mine=RULE.format(id="mine", outcome="FAIL"))
    ran = CliRunner().invoke(app, ["explain", "mine", "--rules-dir", str(rules)])
    assert (ran.exit_code, ran.stdout) == (0, "mine: Mine\ncan be waived\n")
