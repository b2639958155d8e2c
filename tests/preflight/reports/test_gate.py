"""What decides the exit status: rules that are chosen or skipped, known findings, and nothing that cannot be waived."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from im_stack.policies.rules import RULES
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.gate import Gate, rules_named
from im_stack.preflight.reports.model.report import Report, report_of
from im_stack.terms.problem import InputError

EVERY = frozenset(rule.id for rule in RULES)
WAIVABLE = {rule.id for rule in RULES if rule.waivable}


def _report(check: Check, *rules: str) -> Report:
    """The report of a stack with the findings of these rules alone."""
    verdicts = tuple(verdict for verdict in check.judgement.verdicts if verdict.rule in rules)
    return report_of(replace(check, judgement=replace(check.judgement, verdicts=verdicts)))


def _applied(gate: Gate, report: Report) -> Report:
    (applied,) = gate.applied([report])
    assert isinstance(applied, Report)
    return applied


@pytest.mark.parametrize(
    ("gate", "holds", "why"),
    [
        (Gate(RULES), True, {}),
        (Gate(RULES, soft=True), False, {"--soft-fail": 7}),
        (Gate(RULES, skipped=frozenset({"ceiling"})), True, {"--skip-check ceiling": 5}),
        (
            Gate(RULES, skipped=frozenset({"ceiling", "erasure-in-time"})),
            False,
            {"--skip-check ceiling": 5, "--skip-check erasure-in-time": 2},
        ),
        (Gate(RULES, only=frozenset({"floor"})), False, {"not among --check": 7}),
        (Gate(RULES, only=frozenset({"ceiling"})), True, {"not among --check": 2}),
    ],
    ids=["nothing", "soft", "one", "both", "none of them", "one of them"],
)
def test_what_is_let_through_is_counted_and_still_fails(
    gate: Gate, holds: bool, why: dict[str, int], demo: Check
) -> None:
    before = _report(demo, "ceiling", "erasure-in-time")
    after = _applied(gate, before)
    assert after.holds_back == holds
    assert after.let_through == why
    assert after.outcome is before.outcome
    assert [finding.outcome for finding in after.findings] == [finding.outcome for finding in before.findings]
    n = sum(why.values())
    assert after.verdict == (f"{before.verdict} ({n} let through)" if n else before.verdict)
    assert after.headline == f"{after.verdict}; {before.standing}"


@pytest.mark.parametrize(
    "gate",
    [
        Gate(RULES, soft=True),
        Gate(RULES, skipped=EVERY),
        Gate(RULES, only=frozenset({"floor"})),
        Gate(RULES, EVERY - {"no-public-door"}, EVERY, soft=True),
    ],
    ids=["soft", "skipped", "only", "all"],
)
@pytest.mark.parametrize("rule", [*sorted(EVERY - WAIVABLE), "program-seen", "input-shows-all"])
def test_a_rule_that_cannot_be_waived_is_let_through_by_nothing(gate: Gate, rule: str, demo: Check) -> None:
    verdict = next(verdict for verdict in demo.judgement.verdicts if verdict.rule == "ceiling" and verdict.blocks)
    check = replace(demo, judgement=replace(demo.judgement, verdicts=(replace(verdict, rule=rule),)))
    assert _applied(gate, report_of(check)).holds_back


@pytest.mark.parametrize("gate", [Gate(RULES, soft=True), Gate(RULES, skipped=EVERY)], ids=["soft", "skipped"])
def test_nor_is_a_finding_that_cannot_be(gate: Gate, demo: Check) -> None:
    report = _report(demo, "no-public-door")
    assert _applied(gate, report).holds_back


@pytest.mark.parametrize("form", [Format.JSON, Format.SARIF, Format.MARKDOWN, Format.HTML, Format.ASSESSMENT])
def test_documents_still_say_what_fails(form: Format, demo: Check) -> None:
    before = report_of(demo)
    texts = [render(form, [report], every=False) for report in (before, _applied(Gate(RULES, soft=True), before))]
    texts = [text.split("**Let through**")[0] for text in texts]  # which names them once more
    fails = [text.upper().count("FAIL") - text.upper().count("SOFT-FAIL") for text in texts]
    assert fails[0] == fails[1]
    if form in (Format.JSON, Format.MARKDOWN, Format.HTML, Format.ASSESSMENT):
        assert "8 let through" in texts[1]


def test_every_document_marks_one_by_one_what_is_let_through(demo: Check) -> None:
    report = _applied(Gate(RULES, skipped=frozenset({"ceiling"})), _report(demo, "ceiling", "erasure-in-time"))
    let, counting = [f for f in report.findings if f.let_through], [f for f in report.findings if f.counts]
    assert (len(let), len(counting)) == (5, 2)
    rows = json.loads(render(Format.JSON, [report], every=False))["verdicts"]
    assert [row["letThrough"] for row in rows] == [finding.let_through for finding in report.findings]
    results = json.loads(render(Format.SARIF, [report], every=False))["runs"][0]["results"]
    by = [[each["justification"] for each in result.get("suppressions", ())] for result in results]
    assert by == [[finding.excuse] if finding.excuse else [] for finding in report.findings]
    cases = list(ElementTree.fromstring(render(Format.JUNIT, [report], every=False)).iter("testcase"))
    assert {case.get("classname"): {part.tag for part in case} for case in cases} == {
        "ceiling": {"skipped"},
        "erasure-in-time": {"failure"},
    }
    skipped = "".join(case.findtext("skipped", "") for case in cases)
    assert all(f"{f.outcome.upper()}: {f.message}: --skip-check ceiling" in skipped for f in let)
    table = render(Format.MARKDOWN, [report], every=False).split("**Let through**")[1]
    assert table.count("--skip-check ceiling") == len(let)


def test_a_case_that_fails_names_what_of_it_is_let_through(demo: Check) -> None:
    report = _report(demo, "ceiling")
    of = [finding for finding in report.findings if finding.subject == "messages"]
    report = report.with_findings([replace(f, let_through="--why" if f is of[0] else "") for f in report.findings], 0)
    cases = ElementTree.fromstring(render(Format.JUNIT, [report], every=False)).iter("testcase")
    (case,) = [case for case in cases if case.get("name") == "messages"]
    assert [part.tag for part in case] == ["properties", *["failure"] * (len(of) - 1)]
    assert case[0][0].get("value") == f"FAIL: {of[0].message}: --why"


def _baseline(tmp_path: Path, report: Report) -> Path:
    file = tmp_path / "baseline.json"
    _applied(Gate(RULES, baseline=file, write=True), report)
    return file


def test_a_baseline_lets_known_findings_through_new_ones_block_gone_ones_are_said(tmp_path: Path, demo: Check) -> None:
    both, one = _report(demo, "ceiling", "erasure-in-time"), _report(demo, "ceiling")
    file = _baseline(tmp_path, both)
    same = _applied(Gate(RULES, baseline=file), both)
    assert (same.holds_back, same.let_through, same.gone) == (False, {f"known in {file}": 7}, 0)
    fewer = _applied(Gate(RULES, baseline=file), one)
    assert (fewer.holds_back, sum(fewer.let_through.values()), fewer.gone) == (False, 5, 2)
    file = _baseline(tmp_path, one)
    more = _applied(Gate(RULES, baseline=file), both)
    assert (more.holds_back, sum(more.let_through.values()), more.gone) == (True, 5, 0)


def test_a_finding_that_gets_worse_is_new(tmp_path: Path, demo: Check) -> None:
    report = _report(demo, "ceiling")
    file = _baseline(tmp_path, report)
    text = file.read_text().replace('"fail"', '"unproven"')
    file.write_text(text)
    assert _applied(Gate(RULES, baseline=file), report).holds_back


def test_a_baseline_has_nothing_that_cannot_be_waived(tmp_path: Path, demo: Check) -> None:
    file = _baseline(tmp_path, report_of(demo))
    rows = json.loads(file.read_text())["stacks"]["demo"]
    assert {row["identity"][1] for row in rows} <= WAIVABLE - {"no-public-door"}
    assert _applied(Gate(RULES, baseline=file), report_of(demo)).holds_back


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": "im-preflight-baseline/1"}', '{"schema": "x", "stacks": {}}', "{", "null"]
)
def test_what_is_no_baseline_is_said(text: str, tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text(text)
    with pytest.raises(InputError, match=r"b\.json"):
        Gate(RULES, baseline=file)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: rules_named(["celing"], "--check", RULES), "ceiling?"),
        (lambda: rules_named(["ceiling,nonsense"], "--skip-check", RULES), "no rule is called 'nonsense'"),
        (lambda: rules_named(["home-region"], "--skip-check", RULES), "cannot be skipped"),
    ],
)
def test_a_rule_that_is_none_or_cannot_be_skipped(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert said in str(caught.value)


def test_rules_are_named_with_commas_or_repeated() -> None:
    assert rules_named(["ceiling, floor", "known-types"], "--check", RULES) == {"ceiling", "floor", "known-types"}
