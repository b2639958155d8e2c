"""The record of processing activities and the assessment result: true to what was judged."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from trestle.oscal.assessment_results import AssessmentResults
from typer.testing import CliRunner

from im_stack.preflight.cli import app
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.obligations import Standing
from im_stack.preflight.reports.model.report import report_of, reports_of
from im_stack.preflight.reports.records.processing import COLUMNS
from im_stack.terms.problem import InputError, Problem
from tests.harness.programs import write_program
from tests.harness.recorded import check_ours, check_project
from tests.harness.root import ROOT

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def waived(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check_project(write_program(tmp_path_factory.mktemp("waived"), "waived"), "test", today=DAY)


def _record(*checks: Check) -> list[dict[str, str]]:
    text = render(Format.PROCESSING, reports_of((check.stack.stack, check) for check in checks), every=True)
    return list(csv.DictReader(io.StringIO(text)))


def _assessment(*checks: Check) -> Any:
    return json.loads(render(Format.ASSESSMENT, reports_of((check.stack.stack, check) for check in checks), every=True))


def test_the_record_has_a_row_for_every_class_and_holding(demo: Check, waived: Check) -> None:
    rows = _record(demo, waived)
    assert tuple(rows[0]) == COLUMNS
    assert list(dict.fromkeys(row["stack"] for row in rows)) == ["demo", "test"]
    for check in (demo, waived):
        shown = {(r["class"], r["store"], r["holding"]) for r in rows if r["stack"] == check.stack.stack and r["store"]}
        assert shown == {(kept.data_class, kept.place, kept.holding) for kept in check.judgement.retention}
        assert {r["class"] for r in rows} >= set(check.duties.declaration.classes)


def test_the_record_says_what_the_ledger_says(demo: Check) -> None:
    rows = _record(demo)
    (media,) = [row for row in rows if row["class"] == "messages" and row["store"] == "Bucket photos"]
    assert (media["limit of the class"], media["latest end of the class"]) == ("7 d", "unbounded")
    assert media["personal data"] == "message text, photos, audio, video, shared content, stored content"
    assert media["transfers"] == "none"
    assert "no-public-door: 7 proven, 1 not" in media["security"]


def test_a_class_that_nothing_holds_is_said(demo: Check) -> None:
    judgement = replace(demo.judgement, retention=(), bounds=())
    check = replace(demo, judgement=judgement)
    assert {(row.ends, row.stores) for row in report_of(check).classes} == {("nothing here holds it", ())}
    rows = _record(check)
    assert {row["store"] for row in rows} == {""}
    assert {row["class"] for row in rows} == set(check.duties.declaration.classes)


def test_a_border_that_is_not_proven_counts_as_a_transfer(tmp_path: Path) -> None:
    check = check_project(write_program(tmp_path, "compliant"), "test", today=DAY)
    assert {row["transfers"] for row in _record(check)} == {"none"}
    elsewhere = tmp_path / "elsewhere"
    project = write_program(elsewhere, "compliant")
    program = project / "__main__.py"
    program.write_text(program.read_text().replace('region="ap-jakarta"', 'region="ap-singapore"', 1))
    moved = check_project(project, "test", today=DAY)
    assert {row["transfers"] for row in _record(moved)} == {"not proven to stay in the jurisdiction"}


@pytest.mark.parametrize("name", ["=1+1", "+a", "-a", "@a", "\tb"])
def test_no_name_is_a_formula_of_a_spreadsheet(demo: Check, name: str) -> None:
    kept = replace(demo.judgement.retention[0], place=name)
    check = replace(demo, judgement=replace(demo.judgement, retention=(kept,)))
    assert f"'{name}" in {row["store"] for row in _record(check)}


def test_the_assessment_is_oscal_and_holds_together(demo: Check, waived: Check) -> None:
    document = _assessment(demo, waived)
    AssessmentResults.model_validate(document["assessment-results"])
    whole = document["assessment-results"]
    assert whole["import-ap"]["href"].removeprefix("#") == whole["back-matter"]["resources"][0]["uuid"]
    for result, check in zip(whole["results"], (demo, waived), strict=True):
        observed = [row["uuid"] for row in result["observations"]]
        hops = len(check.judgement.declared_hops)
        assert len(set(observed)) == len(observed) == len(check.judgement.verdicts) + hops
        controls = {
            c["control-id"] for s in result["reviewed-controls"]["control-selections"] for c in s["include-controls"]
        }
        assert controls == {row.obligation.id for row in report_of(check).obligations}
        assert controls == {finding["title"].split("/")[0] for finding in result["findings"]}
        for finding in result["findings"]:
            assert {row["observation-uuid"] for row in finding.get("related-observations", ())} <= set(observed)
            assert finding["target"]["target-id"].split(".")[0] in controls
        assert len(result.get("risks", ())) == sum(v.weak for v in check.judgement.verdicts)


def test_a_duty_is_satisfied_only_where_the_plan_alone_shows_it(demo: Check) -> None:
    (result,) = _assessment(demo)["assessment-results"]["results"]
    states = {row["title"]: row["target"]["status"] for row in result["findings"]}
    for row in report_of(demo).obligations:
        proven = {duty.id for duty in row.duties if duty.standing == row.standing == Standing.PROVEN}
        for duty in row.duties or (row.obligation,):
            if duty.id in states:
                assert (states[duty.id]["state"] == "satisfied") == (duty.id in proven), duty.id
    assert states["IM-RET-03/messages"] == {"state": "not-satisfied", "reason": "fail"}
    assert states["IM-REG-01"] == {"state": "satisfied", "reason": "pass"}
    assert states["KN-TRN-01"] == {"state": "not-satisfied", "reason": "other"}


def test_a_conditional_finding_names_its_hops_and_no_evidence_about_other_classes() -> None:
    check = check_ours("tencent-ap-jakarta")
    (result,) = _assessment(check)["assessment-results"]["results"]
    (finding,) = [row for row in result["findings"] if row["title"] == "IM-RET-03/messages"]
    assert finding["target"]["status"] == {"state": "not-satisfied", "reason": "other"}
    of = {row["uuid"]: row for row in result["observations"]}
    said = [of[row["observation-uuid"]]["description"] for row in finding["related-observations"]]
    assert any("the application must seal messages" in each for each in said)
    assert not any("im-avatars" in each.splitlines()[0] for each in said)


def test_a_waiver_is_an_accepted_deviation_until_its_day(waived: Check) -> None:
    (result,) = _assessment(waived)["assessment-results"]["results"]
    (risk,) = result["risks"]
    assert (risk["status"], risk["deadline"][:10]) == ("deviation-approved", "2999-12-31")
    assert risk["links"][0]["href"] == "https://example.com/decisions/7"
    duty = next(d for v in waived.judgement.verdicts if v.waived for d in v.duties)
    (finding,) = [row for row in result["findings"] if row["title"] == duty]
    assert finding["target"]["status"] == {"state": "not-satisfied", "reason": "other"}


@pytest.mark.parametrize("form", [Format.PROCESSING, Format.ASSESSMENT])
def test_a_record_of_a_stack_that_was_not_judged_is_none(form: Format, demo: Check) -> None:
    with pytest.raises(InputError, match="is no region"):
        render(form, reports_of([("demo", demo), ("x", InputError(Problem("is no region")))]), every=True)


def test_without_the_library_the_form_says_what_it_needs(demo: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "im_stack.preflight.reports.records.find_spec", lambda name: None if name == "trestle" else object()
    )
    with pytest.raises(InputError, match="compliance-trestle"):
        render(Format.ASSESSMENT, reports_of([("demo", demo)]), every=False)


def test_why_a_stack_cannot_be_judged_is_said_once(tmp_path: Path) -> None:
    """A record of it cannot be written either; every other form says so in its own way, and is written."""
    saves = [word for name in ("a.csv", "b.oscal.json", "c.md") for word in ("--save", str(tmp_path / name))]
    ran = CliRunner().invoke(app, ["check", "nosuch", "--project", str(ROOT), *saves])
    assert ran.exit_code == 2
    assert ran.output.count("there is no stack 'nosuch'") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["c.md"]
