"""Every form of report: valid by its standard, the same bytes on repeat, without secrets, with the place of a fault."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from typer.testing import CliRunner

from im_stack.policies.rule import Outcome, Verdict
from im_stack.preflight.cli import app
from im_stack.preflight.judgement.all_stacks import Checked
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.diff.changes import compare
from im_stack.preflight.reports.diff.read import reports
from im_stack.preflight.reports.diff.show import as_markdown
from im_stack.preflight.reports.formats import Format, form_of, render, save
from im_stack.preflight.reports.markdown import cut, escape, fenced
from im_stack.preflight.reports.model.report import reports_of
from im_stack.preflight.reports.schema import report_schema
from im_stack.terms.packages import own_version
from im_stack.terms.problem import InputError, Problem
from tests.harness.programs import write_program
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.root import ROOT
from tests.standards import hold_to_junit, hold_to_sarif

CANARY = "Canary-91be07"
RECORDS = (Format.PROCESSING, Format.ASSESSMENT)
"""Of these there is none where a stack was not judged; what they say is in test_records.py."""
DOCUMENTS = [form for form in Format if form is not Format.TEXT]
BROKEN = InputError(Problem("is no region", "ap-jakarta", "im:region", file="Pulumi.x.yaml", line=3), Problem("bare"))
UGLY = "a|b<i>`]]> &amp; @all \x01 ```"


@pytest.fixture(scope="module")
def waived(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """A stack with a waiver, a secret in its configuration, and a resource whose name is markup in every form."""
    project = write_program(tmp_path_factory.mktemp("waived"), "waived")
    program = project / "__main__.py"
    ugly = f"""
from tencentcloud_iac_pulumi import route
pulumi.ComponentResource("a:b:C", {UGLY!r})
route.Table({UGLY!r}, vpc_id="vpc-1", opts=pulumi.ResourceOptions(provider=provider))
"""
    program.write_text(program.read_text() + ugly)
    file = project / "Pulumi.test.yaml"
    config = json.loads(file.read_text())["config"] | {"im-secrets:mysql-root-password": CANARY}
    file.write_text(json.dumps({"config": config}))
    return check_project(project, "test", today=date(2026, 11, 23))


@pytest.fixture(scope="module")
def results(demo: Check, waived: Check) -> list[tuple[str, Checked]]:
    return [("demo", demo), ("waived", waived), ("x", BROKEN)]


def _valid(form: Format, text: str) -> None:
    if form is Format.SARIF:
        hold_to_sarif(json.loads(text))
    elif form is Format.JUNIT:
        hold_to_junit(text)
    elif form is Format.JSON:
        schema = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator(schema).validate(json.loads(text))


@pytest.mark.parametrize("form", DOCUMENTS)
def test_a_report_is_valid_repeatable_and_has_no_secret(form: Format, results: list[tuple[str, Checked]]) -> None:
    judged = [row for row in results if form not in RECORDS or row[1] is not BROKEN]
    text = render(form, reports_of(judged), every=True)
    _valid(form, text)
    assert text == render(form, reports_of(judged), every=True)
    assert CANARY not in text
    for said in ("Bucket photos", *(() if form in RECORDS else ("is no region", "a key pair for the build machines"))):
        assert said in text.replace("\\", ""), said
    for name, checked in judged:
        _valid(form, render(form, reports_of([(name, checked)]), every=False))


def _sarif(check: Checked) -> Any:
    return json.loads(render(Format.SARIF, reports_of([("s", check)]), every=False))["runs"][0]


def test_sarif_names_the_tool_the_rules_and_every_result_alone(demo: Check) -> None:
    run = _sarif(demo)
    driver = run["tool"]["driver"]
    assert driver["version"] == own_version()
    assert not {"informationUri", "helpUri"} & {key for row in (driver, *driver["rules"]) for key in row}
    ceiling = next(rule for rule in driver["rules"] if rule["id"] == "ceiling")
    for text in ceiling["help"].values():
        assert all(
            said in text
            for said in (ceiling["shortDescription"]["text"], "IM-RET-03/messages: Stored messages", "explain")
        )
    prints = [row["partialFingerprints"]["verdict/v1"] for row in run["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_says_whose_line_it_is_first_and_the_librarys_beside_it(demo: Check) -> None:
    for row in _sarif(demo)["results"]:
        (first,) = row["locations"]
        assert Path(first["physicalLocation"]["artifactLocation"]["uri"]).name in ("__main__.py", "Pulumi.demo.yaml")
        related = [place["physicalLocation"]["artifactLocation"]["uri"] for place in row.get("relatedLocations", ())]
        made_by_library = "backups in Instance mysql" in row["message"]["text"] or "vpcId" in row["message"]["text"]
        assert any(uri.endswith("components/tencent/mysql.py") for uri in related) is made_by_library, row


def test_sarif_points_at_the_line_that_made_the_resource(demo: Check) -> None:
    found = _sarif(demo)["results"]
    blocking = [verdict for verdict in demo.judgement.verdicts if verdict.blocks]
    assert [row["ruleId"] for row in found] == [verdict.rule for verdict in blocking]
    for row, verdict in zip(found, blocking, strict=True):
        place = row["locations"][0]["physicalLocation"]
        file, line = ROOT / place["artifactLocation"]["uri"], place["region"]["startLine"]
        text = file.read_text().splitlines()[line - 1]
        if verdict.subject == "messages" and verdict.rule == "erasure-in-time":
            assert text.strip() == "messages:"
        elif verdict.name == "Bucket photos" or (verdict.evidence and "photos" in verdict.evidence.resource):
            assert "Bucket(" in text
        assert row["message"]["text"].startswith(f"demo: {verdict.outcome.value.upper()}: ")
        assert row["level"] == "error"


def test_sarif_shows_a_path_hop_by_hop(demo: Check) -> None:
    row = next(row for row in _sarif(demo)["results"] if "binlog backups" in row["message"]["text"])
    hops = [hop["location"]["message"]["text"] for hop in row["codeFlows"][0]["threadFlows"][0]["locations"]]
    assert [hop.split()[3] for hop in hops] == ["live", "until", "the", "binlog", "slack"]


def test_sarif_fingerprints_tell_findings_apart_and_outlive_a_number(demo: Check) -> None:
    prints = [row["partialFingerprints"]["verdict/v1"] for row in _sarif(demo)["results"]]
    assert len(set(prints)) == len(prints)
    assert prints == [row["partialFingerprints"]["verdict/v1"] for row in _sarif(demo)["results"]]


def test_sarif_suppresses_what_is_waived_and_says_by_whom(waived: Check) -> None:
    (row,) = [row for row in _sarif(waived)["results"] if "suppressions" in row]
    assert "data protection officer" in row["suppressions"][0]["justification"]
    assert {row["ruleId"] for row in _sarif(waived)["results"]} == {v.rule for v in waived.judgement.verdicts if v.weak}


def test_sarif_of_bad_input_is_a_run_that_did_not_succeed() -> None:
    run = _sarif(BROKEN)
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], run["results"]) == (False, [])
    first, second = invocation["toolExecutionNotifications"]
    assert first["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert "locations" not in second


def test_junit_counts_what_the_judgement_counts(demo: Check, waived: Check) -> None:
    text = render(Format.JUNIT, reports_of([("demo", demo), ("waived", waived), ("x", BROKEN)]), every=True)
    suites = list(ElementTree.fromstring(text))
    for suite, check in zip(suites, (demo, waived), strict=False):
        cases: dict[tuple[str, str], list[Verdict]] = {}
        for verdict in check.judgement.verdicts:
            cases.setdefault((verdict.rule, verdict.name), []).append(verdict)
        quiet = [of for of in cases.values() if not any(v.blocks for v in of)]
        skipped = sum(any(v.waived for v in of) or {v.outcome for v in of} == {Outcome.NOT_APPLICABLE} for of in quiet)
        failures = sum(v.blocks for v in check.judgement.verdicts)
        counts = {"tests": len(cases), "failures": failures, "skipped": skipped}
        assert {key: int(suite.get(key, "")) for key in counts} == counts
        took = float(suite.get("time", ""))
        assert took == round(check.took.total_seconds(), 3)
        own = [float(case.get("time", "0")) for case in suite]
        assert 0 < sum(own) < took
        assert len(set(own)) > len(own) / 3  # of their own: no share of a whole
        names = [(case.get("classname"), case.get("name")) for case in suite if case.tag == "testcase"]
        assert len(set(names)) == len(cases)  # one name for all that is found of a subject
    assert (suites[2].get("errors"), len(suites[2][0])) == ("2", 2)


def test_markdown_shows_names_and_runs_none_of_them(waived: Check) -> None:
    text = render(Format.MARKDOWN, reports_of([("waived", waived)]), every=False)
    outside, fence = [], ""
    for line in text.splitlines():
        if not fence and line.startswith("```"):
            fence = line.removesuffix("text")
        elif line == fence:
            fence = ""
        elif not fence:
            outside.append(line)
    assert fence == "", "a fence is left open"
    assert not [line for line in outside if "<i>" in line or "@all" in line]
    assert "Table a|b<i>" in text


@pytest.mark.parametrize("compared", [False, True])
def test_markdown_has_one_heading_for_a_resource_and_one_fold_for_a_cause(
    demo: Check, compared: bool, tmp_path: Path
) -> None:
    text = render(Format.MARKDOWN, reports_of([("demo", demo)]), every=False)
    if compared:
        (tmp_path / "after.json").write_text(render(Format.JSON, reports_of([("demo", demo)]), every=False))
        text = as_markdown(compare({}, reports(tmp_path / "after.json", demo.day), demo.day, {}))
    heads = re.findall(r"^\*\*(?!Blocks now|Waived)(.+?)\*\*", text, re.MULTILINE)
    assert heads.count("Bucket photos") == 1
    assert heads == sorted(set(heads))
    blocking = [verdict for verdict in demo.judgement.verdicts if verdict.blocks]
    folds = re.findall(r"<summary>(?:FAIL|UNPROVEN)", text)
    assert len(heads) < len(folds) < len(blocking)
    assert all(verdict.message.replace("vpcId", "vpcId" if compared else "vpc_id") in text for verdict in blocking)


def test_markdown_escapes_what_could_be_markup() -> None:
    assert escape("[x](http://e) ![y](z) | <b> @me #1 `c` *d*\x07") == (
        "\\[x\\](http:\u200b//e) !\\[y\\](z) \\| &lt;b> @\u200bme \\#1 \\`c\\` \\*d\\* "
    )
    assert fenced("a ```` b").startswith("`````text\n")


def test_a_comment_is_never_longer_than_a_forge_takes() -> None:
    long = "\n\n".join(["<details><summary>x</summary>", *["```text\nline\n```"] * 9000, "</details>"])
    short = cut(long)
    assert len(short) < 65_536
    assert "longer than a comment may be" in short
    assert short.count("<details>") == short.count("</details>")
    assert short.count("```") % 2 == 0
    assert cut("short") == "short"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.json", "json"),
        ("a.sarif", "sarif"),
        ("a.xml", "junit"),
        ("a.md", "markdown"),
        ("jakarta.2026.csv", "processing"),
        ("a.oscal.json", "assessment"),
        ("a.html", "html"),
    ],
)
def test_the_suffix_of_a_file_says_its_form(tmp_path: Path, name: str, form: str) -> None:
    assert form_of(tmp_path / name) == form


@pytest.mark.parametrize("name", ["a.txt", "a", "a.yaml", "missing/a.json"])
def test_a_file_that_cannot_be_a_report_is_bad_input(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"suffix|not there"):
        form_of(tmp_path / name)


def test_a_report_is_written_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    save(file, "first")
    with pytest.raises(UnicodeEncodeError):
        save(file, "\udc80")
    assert file.read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    folder = tmp_path / "b.json"
    folder.mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        save(folder, "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json"]


def test_a_stack_that_cannot_be_judged_still_has_a_report(tmp_path: Path) -> None:
    project = write_project(tmp_path, "raise RuntimeError('no')")
    file = tmp_path / "r.sarif"
    run = CliRunner().invoke(app, ["check", "test", "--project", str(project), "--save", str(file)])
    assert run.exit_code == 2
    assert (
        "RuntimeError: no"
        in json.loads(file.read_text())["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    )


def test_the_published_schema_of_the_report_is_current() -> None:
    assert (ROOT / "docs" / "report.schema.json").read_text("utf-8") == report_schema(), "run: make schema"


def test_one_form_that_cannot_be_written_leaves_the_others(tmp_path: Path) -> None:
    project = write_project(tmp_path, "raise RuntimeError('no')")
    files = [tmp_path / "r.oscal.json", tmp_path / "r.json"]
    saves = [word for file in files for word in ("--save", str(file))]
    run = CliRunner().invoke(app, ["check", "test", "--project", str(project), *saves])
    assert run.exit_code == 2
    assert [file.is_file() for file in files] == [False, True]
