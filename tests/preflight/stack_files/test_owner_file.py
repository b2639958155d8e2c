"""The owner's file: read at every run, checked line by line, shown in every form, and never written."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from im_stack.preflight.cli import app
from im_stack.preflight.judgement.all_stacks import check_all
from im_stack.preflight.judgement.one_stack import Check, with_owner
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.obligations import Standing
from im_stack.preflight.reports.model.report import report_of
from im_stack.preflight.reports.schema import owner_schema
from im_stack.preflight.stack_files.stack_file import read_mapping
from im_stack.terms.problem import InputError
from tests.harness.programs import write_program
from tests.harness.recorded import check_ours, check_project
from tests.harness.root import ROOT

DAY = date(2026, 11, 23)
STACK = "tencent-ap-jakarta"
HOP = "Instance im-redis: encrypt user-information before it is cached"
GOOD = f"""
controller: {{name: Example Ltd, contact: privacy@example.com, address: "1 Example Street, Jakarta"}}
officer: {{name: A. Officer, contact: officer@example.com}}
classes:
  messages: {{legal-basis: the contract with the user, purpose: delivery of messages}}
obligations:
  KN-TRN-01: {{owner: head of people, evidence: "https://example.com/trainings/2026"}}
  TC-DEL-01: {{owner: another team, evidence: of another stack}}
stacks:
  {STACK}:
    officer: {{name: B. Officer, contact: jakarta@example.com}}
    obligations:
      IM-AGE-01: {{owner: product, evidence: age gate in release 3}}
    fulfilled:
      - hop: "{HOP}"
        who: chat team
        when: 2026-10-01
        evidence: https://example.com/reviews/12
        signature: C. Engineer
"""


@pytest.fixture(scope="module")
def ours() -> Check:
    return replace(check_ours(STACK), day=DAY)


def _with(check: Check, text: str, folder: Path) -> Check:
    file = folder / "owner.yaml"
    file.write_text(text, "utf-8")
    return with_owner(check, file)


def test_what_it_says_stands_in_every_report(ours: Check, tmp_path: Path) -> None:
    report = report_of(_with(ours, GOOD, tmp_path))
    stands = {row.obligation.id: row for row in report.obligations}
    assert stands["KN-TRN-01"].standing is stands["IM-AGE-01"].standing is Standing.PAPER
    assert stands["KN-CHG-01"].standing is Standing.NOT_JUDGED
    (hop,) = [hop for hop in report.declared_hops if hop.fulfilled]
    assert (hop.said, hop.done) == (
        HOP,
        "fulfilled by chat team on 2026-10-01, https://example.com/reviews/12, signed C. Engineer",
    )
    assert "2 paper" in report.headline
    assert report.verdict == report_of(ours).verdict  # a hop that is fulfilled is still shown by no plan
    rows = list(csv.DictReader(io.StringIO(render(Format.PROCESSING, [report], every=False))))
    row = next(row for row in rows if row["class"] == "messages")
    assert row["controller"] == "Example Ltd, privacy@example.com, 1 Example Street, Jakarta"
    assert row["officer"] == "B. Officer, jakarta@example.com"
    assert (row["purpose"], row["legal basis"]) == ("delivery of messages", "the contract with the user")
    assert "KN-TRN-01 paper (head of people)" in row["obligations"]
    assert "legal basis" in rows[0]
    assert next(row["legal basis"] for row in rows if row["class"] == "access-logs") == ""
    document = json.loads(render(Format.JSON, [report], every=False))
    assert [hop["fulfilled"]["when"] for hop in document["declaredHops"] if hop["fulfilled"]] == ["2026-10-01"]
    (result,) = json.loads(render(Format.ASSESSMENT, [report], every=False))["assessment-results"]["results"]
    (told,) = [row for row in result["observations"] if "relevant-evidence" in row]
    assert told["collected"].startswith("2026-10-01")
    for form in (Format.HTML, Format.ASSESSMENT, Format.PROCESSING):
        assert hop.done in render(form, [report], every=False)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("officer: {name: A. Officer", "offiser: {name: A. Officer", 3, "offiser", "did you mean officer?"),
        ("legal-basis: the", "legal_basis: the", 5, "classes.messages.legal-basis", "is missing"),
        ("legal-basis: the", "legal_basis: the", 5, "classes.messages.legal_basis", "did you mean legal-basis?"),
        ("  messages:", "  mesages:", 5, "classes.mesages", "did you mean messages?"),
        ("KN-TRN-01:", "KN-TRM-01:", 7, "obligations.KN-TRM-01", "did you mean KN-TR"),
        (f"  {STACK}:", "  tencent-ap-jakatra:", 10, "stacks.tencent-ap-jakatra", f"did you mean {STACK}?"),
        ("IM-AGE-01:", "TC-DEL-01:", 13, f"stacks.{STACK}.obligations.TC-DEL-01", "or it is gone"),
        ("is cached", "is stored", 15, f"stacks.{STACK}.fulfilled.0.hop", f"did you mean {HOP}?"),
        ("when: 2026-10-01", "when: 2026-13-01", 17, f"stacks.{STACK}.fulfilled.0.when", "is no calendar day"),
        ("when: 2026-10-01", "when: 2026-12-01", 17, f"stacks.{STACK}.fulfilled.0.when", "after the day of the check"),
        ("        signature: C. Engineer\n", "", 15, f"stacks.{STACK}.fulfilled.0.signature", "is missing"),
        ("who: chat team", "who: 7", 16, f"stacks.{STACK}.fulfilled.0.who", "must be text"),
        (
            "evidence: age gate in release 3",
            "evidence: x",
            13,
            f"stacks.{STACK}.obligations.IM-AGE-01.evidence",
            "at least 3",
        ),
    ],
)
def test_a_fault_is_one_message_with_file_line_and_key(
    old: str, new: str, line: int, key: str, says: str, ours: Check, tmp_path: Path
) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as error:
        _with(ours, GOOD.replace(old, new), tmp_path)
    (found,) = [problem for problem in error.value.problems if problem.key == key]
    assert (found.file, found.line) == (str(tmp_path / "owner.yaml"), line)
    assert says in f"{found.what} {found.right}"
    assert "pydantic" not in str(error.value) + str(found)


def test_a_hop_twice_is_said(ours: Check, tmp_path: Path) -> None:
    entry = GOOD[GOOD.index("      - hop:") :]
    with pytest.raises(InputError, match="is there twice"):
        _with(ours, GOOD + entry, tmp_path)


@pytest.mark.parametrize(
    ("text", "says"), [("a: [", "not YAML"), ("- a\n", "holds no keys"), ("a: 1\na: 2\n", "twice")]
)
def test_what_is_no_such_file_is_said(text: str, says: str, ours: Check, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        _with(ours, text, tmp_path)


def test_it_is_found_beside_the_stacks_and_never_written(tmp_path: Path) -> None:
    project = write_program(tmp_path, "compliant")
    assert check_project(project, "test", today=DAY).owner.officer is None
    file = project / "im-owner.yaml"
    file.write_text("officer: {name: A. Officer, contact: o@example.com}\n")
    before = file.stat().st_mtime_ns
    ((_, checked),) = check_all(project, today=DAY)
    assert isinstance(checked, Check)
    assert checked.owner.officer
    assert (file.stat().st_mtime_ns, file.read_text()) == (
        before,
        "officer: {name: A. Officer, contact: o@example.com}\n",
    )
    other = tmp_path / "other.yaml"
    other.write_text("oficer: {}\n")
    run = CliRunner().invoke(app, ["check", "test", "--project", str(project), "--owner", str(other)])
    assert isinstance(run.exception, InputError) or run.exit_code == 2
    gone = CliRunner().invoke(app, ["check", "test", "--project", str(project), "--owner", str(tmp_path / "gone.yaml")])
    assert gone.exit_code == 2 or isinstance(gone.exception, InputError)


def test_a_fault_that_all_stacks_share_is_said_once(tmp_path: Path) -> None:
    project = write_program(tmp_path, "compliant")
    (project / "Pulumi.other.yaml").write_text((project / "Pulumi.test.yaml").read_text("utf-8"), "utf-8")
    (project / "im-owner.yaml").write_text("oficer: {}\n")
    run = CliRunner().invoke(app, ["check", "--all", "--project", str(project), "--format", "json"])
    assert run.exit_code == 2
    assert run.stderr.count("oficer: is no key of the owner's file") == 1
    assert [row["schema"] for row in json.loads(run.stdout)] == ["im-preflight-problems/1"] * 2


def test_its_schema_is_published_and_takes_what_is_good(tmp_path: Path) -> None:
    assert (ROOT / "docs/owner.schema.json").read_text("utf-8") == owner_schema(), "run: make schema"
    file = tmp_path / "owner.yaml"
    file.write_text(GOOD.replace("when: 2026-10-01", 'when: "2026-10-01"'))
    validator = jsonschema.Draft202012Validator(json.loads(owner_schema()))
    validator.validate(read_mapping(file))
    assert list(validator.iter_errors({"offiser": {}}))
