"""How adopted obligations stand: each as exactly one thing, computed once, and the same in every form of report."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from rich.console import Console
from typer.testing import CliRunner

from im_stack.policies.judge import DeclaredHop, Verdict
from im_stack.policies.rule import Outcome
from im_stack.policies.rules import RULES
from im_stack.preflight.cli import app
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.obligations import ObligationRow, Standing, obligations, ranges
from im_stack.preflight.reports.model.report import Report, report_of
from im_stack.preflight.reports.text import Detail, print_report
from im_stack.terms.duties.resolve import Duty, library_for
from im_stack.terms.stack.owner import Paper
from im_stack.terms.stack.waiver import Waiver
from im_stack.terms.texts.model import Obligation
from tests.harness.recorded import check_ours
from tests.harness.stacks import project_of

OURS = ("tencent-ap-jakarta", "aws-im-module")
SEAL = DeclaredHop("rows", "the application", "seal", ("ceiling",), ("messages",))
ACCOUNT = DeclaredHop("keys", "the operator", "keep out", ("no-public-door",))
PAPER = {"X-PAP": Paper(owner="the officer", evidence="https://example.com/1")}
WAIVER = Waiver.model_construct(owner="the officer", reason="an audit needs it")


def _obligation(id_: str, check: Sequence[str], rules: Sequence[str] = ()) -> Obligation:
    return Obligation.model_construct(
        id=id_, kind="security", classes=(), check=tuple(check), rules=tuple(rules), summary=""
    )


def _verdict(duty: str, outcome: Outcome, rule: str = "ceiling", waived: Waiver | None = None) -> Verdict:
    return Verdict(rule, "", "", duty.rpartition("/")[2], outcome, f"{duty} says so", duties=(duty,), waived=waived)


def _stands(
    obligation: Obligation,
    classes: Sequence[str | None],
    verdicts: Sequence[Verdict],
    hops: Sequence[DeclaredHop] = (SEAL, ACCOUNT),
) -> ObligationRow:
    duties = [Duty(f"{obligation.id}/{c}" if c else obligation.id, obligation, c, timedelta(1)) for c in classes]
    (row,) = obligations([("text", obligation, "")], duties, verdicts, hops, PAPER)
    return row


STATIC = _obligation("X", ["static"], ["ceiling"])
BOTH = _obligation("X", ["static", "runtime"], ["no-public-door"])
M, A = "X/messages", "X/access-logs"


@pytest.mark.parametrize(
    ("row", "standing", "says"),
    [
        (_stands(STATIC, ["access-logs"], [_verdict(A, Outcome.PASS)]), "proven", "ceiling on access-logs"),
        (
            _stands(STATIC, ["messages"], [_verdict(M, Outcome.PASS)]),
            "conditional",
            "ceiling on messages; if hop 1 holds",
        ),
        (
            _stands(STATIC, ["access-logs", "messages"], [_verdict(A, Outcome.PASS), _verdict(M, Outcome.PASS)]),
            "conditional",
            "ceiling on access-logs, messages; if hop 1 holds",
        ),
        (
            _stands(STATIC, ["access-logs", "messages"], [_verdict(A, Outcome.PASS), _verdict(M, Outcome.FAIL)]),
            "fail",
            "ceiling on messages",
        ),
        (_stands(STATIC, ["messages"], [_verdict(M, Outcome.UNPROVEN)]), "unproven", "ceiling on messages"),
        (
            _stands(STATIC, ["access-logs"], [_verdict(A, Outcome.FAIL, waived=WAIVER)]),
            "conditional",
            "waived: ceiling",
        ),
        (_stands(STATIC, ["messages"], [_verdict(M, Outcome.NOT_APPLICABLE)]), "not judged", "X/messages says so"),
        (_stands(STATIC, ["messages"], []), "not judged", "no verdict is about it"),
        (_stands(STATIC, [], []), "not judged", "does not apply to what is declared"),
        (_stands(_obligation("X", ["static"]), [], []), "not judged", "no rule judges it"),
        (
            _stands(BOTH, [None], [_verdict("X", Outcome.PASS, "no-public-door")], [SEAL]),
            "conditional",
            "no-public-door on X; only a running system shows the rest of it",
        ),
        (
            _stands(BOTH, [None], [_verdict("X", Outcome.PASS, "no-public-door")]),
            "conditional",
            "no-public-door on X; if hop 2 holds; only a running system shows the rest of it",
        ),
        (
            _stands(_obligation("X", ["procedural"]), [], []),
            "not judged",
            "no plan shows it, and the owner's file has no evidence for it",
        ),
        (
            _stands(_obligation("X", ["runtime"]), [], []),
            "not judged",
            "only a running system shows it, and the owner's file has no evidence for it",
        ),
        (
            _stands(_obligation("X-PAP", ["procedural"]), [], []),
            "paper",
            "the officer answers for it: https://example.com/1",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_how_an_obligation_stands(row: ObligationRow, standing: str, says: str) -> None:
    assert (row.standing.value, row.says) == (standing, says)


def test_an_obligation_that_does_not_bind_the_stack_says_why() -> None:
    (row,) = obligations([("text", STATIC, "is owed by the controller")], [], [], [], {})
    assert (row.standing, row.says) == (Standing.NOT_JUDGED, "is owed by the controller")


@pytest.mark.parametrize(("numbers", "said"), [([], ""), ([4], "4"), ([1, 2, 3, 7, 9, 10], "1-3, 7, 9-10")])
def test_ranges(numbers: list[int], said: str) -> None:
    assert ranges(numbers) == said


@pytest.fixture(scope="module", params=OURS)
def report(request: pytest.FixtureRequest) -> Report:
    return report_of(check_ours(request.param))


def test_every_adopted_obligation_is_there_once_and_the_headline_counts_it(report: Report) -> None:
    declaration = check_ours(report.stack).duties.declaration
    texts = library_for(declaration).instruments
    adopted = [o.id for name in (*declaration.instruments, "stack-policy") for o in texts[name].obligations]
    assert [row.obligation.id for row in report.obligations] == adopted
    assert sum(report.standings.values()) == len(adopted)
    assert report.headline.endswith(f"; {len(adopted)} obligations: {report.standing.partition(': ')[2]}")
    assert report.standings[Standing.NOT_JUDGED]
    assert report.state == "conditional"


def test_every_rule_that_passes_for_an_obligation_is_one_of_its_own(report: Report) -> None:
    for row in report.obligations:
        assert {shown.rule for shown in row.shown} <= set(row.obligation.rules)
        assert all(0 < n <= len(report.declared_hops) for n in row.hops)
        assert (row.standing is Standing.CONDITIONAL) >= bool(row.hops or row.waived)
        assert bool(row.why) == (row.standing is Standing.NOT_JUDGED)


def test_every_declared_hop_says_which_rules_lean_on_it(report: Report) -> None:
    known = {rule.id for rule in RULES}
    assert [hop for hop in report.declared_hops if not hop.rules or not set(hop.rules) <= known] == []


def _text(report: Report) -> str:
    text = io.StringIO()
    print_report(report, Console(file=text, width=10_000, color_system=None), Detail(everything=True))
    return text.getvalue()


def test_every_form_of_report_says_the_same(report: Report) -> None:
    forms = {form: render(form, [report], every=False) for form in Format if form is not Format.TEXT}
    text, html, markdown = _text(report), unescape(forms[Format.HTML]), forms[Format.MARKDOWN]
    of_json = {row["id"]: row for row in json.loads(forms[Format.JSON])["obligations"]}
    (run,) = json.loads(forms[Format.SARIF])["runs"]
    of_sarif = {row["id"]: row for row in run["properties"]["obligations"]}
    of_junit = {
        p.get("name"): p.get("value") or "" for p in ElementTree.fromstring(forms[Format.JUNIT]).iter("property")
    }
    (result,) = json.loads(forms[Format.ASSESSMENT])["assessment-results"]["results"]
    record = "; ".join(row["obligations"] for row in csv.DictReader(io.StringIO(forms[Format.PROCESSING])))
    for row in report.obligations:
        id_, standing = row.obligation.id, row.standing
        assert f"  {standing.upper():<11} {id_}: {row.says}\n" in text
        assert (of_json[id_]["standing"], of_json[id_]["hops"]) == (standing, list(row.hops))
        assert (of_sarif[id_]["standing"], of_sarif[id_]["says"]) == (standing, row.says)
        assert of_junit[id_] == f"{standing}: {row.says}"
        assert f"<code>{id_}</code>" in html
        assert f">{standing}</span>" in html
        assert row.says in html
        assert f"- {standing.upper()} {id_}: " in markdown
        remarks = {f["remarks"] for f in result["findings"] if f["title"].split("/")[0] == id_}
        assert remarks == {f"{standing}: {row.says}"}
        held = not row.obligation.classes or {c.name for c in report.classes} & set(row.obligation.classes)
        assert (row.stands in record) == bool(held), id_


def test_a_conditional_stack_is_amber(report: Report) -> None:
    html = render(Format.HTML, [report], every=False)
    assert '<p class="verdict conditional">CONDITIONAL on ' in html
    proven = replace(report, declared_hops=())
    assert proven.state == "pass"
    assert '<p class="verdict pass">' in render(Format.HTML, [proven], every=False)


def test_every_obligation_is_listed_with_its_duties_or_why_it_has_none(report: Report) -> None:
    listed = (
        CliRunner().invoke(app, ["terms", report.stack, "--project", str(project_of(report.stack))]).stdout.splitlines()
    )
    first = [line.split()[0] for line in listed]
    assert sorted({each.partition("/")[0] for each in first}) == sorted(row.obligation.id for row in report.obligations)
    assert next(line for line in listed if line.startswith("IM-CON-01 ")).endswith("by no rule (procedural)")
