"""The text report: one screen of what passes, causes and paths of what does not, and one line per stack at the end."""

import json
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from im_stack.policies.rule import Outcome
from im_stack.preflight.cli import app
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.reports.console import console_of
from im_stack.preflight.reports.model.report import Report, report_of, reports_of
from im_stack.preflight.reports.text import Detail, breaks, print_report, print_reports
from im_stack.terms.problem import InputError, Problem
from tests.harness.programs import NOT_STORED
from tests.harness.project import write_project
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT

OURS = ("tencent-ap-jakarta", "aws-ap-southeast-3")


@pytest.fixture(scope="module")
def red(demo: Check) -> Report:
    return report_of(demo)


def _shown(report: Report, width: int = 80, **detail: bool) -> list[str]:
    text = StringIO()
    print_report(report, Console(file=text, width=width, soft_wrap=True, color_system=None), Detail(**detail))
    return [line.rstrip() for line in text.getvalue().splitlines()]


@pytest.mark.parametrize("stack", OURS)
def test_a_stack_that_passes_is_one_screen(stack: str) -> None:
    report = report_of(check_ours(stack))
    lines = _shown(report)
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 80
    assert " ".join(lines).startswith(f"{stack}: {report.headline} ")
    assert " ".join(line.strip() for line in lines).endswith(f" {report.headline}")
    assert f"{len(report.declared_hops)} declared, {len(report.assumed)} assumed: --details" in lines
    for row in report.bounds:
        assert any(line.startswith(row.data_class + " ") for line in lines), row.data_class


def test_the_details_group_what_is_declared_by_who_must_act() -> None:
    report = report_of(check_ours(OURS[0]))
    lines = _shown(report, 1000, everything=True)
    who = [line.strip().removesuffix(" must") for line in lines if line.startswith("  ") and line.endswith(" must")]
    assert who == sorted({hop.who for hop in report.declared_hops})
    for hop in report.declared_hops:
        assert any(line.endswith(f" {hop.said}") for line in lines), hop
    assert sum(line.startswith("PASS ") for line in lines) == report.tally.counts["pass"]


def test_a_stack_that_fails_says_each_cause_once_with_its_classes(red: Report) -> None:
    lines = _shown(red, 1000)
    at = lines.index(f"{len(red.causes)} causes:")
    causes = lines[at + 1 : at + 1 + len(red.causes)]
    assert "  3 FAIL Bucket photos, lifecycle_rules: messages, user-information (ceiling, erasure-in-time)" in causes
    assert lines[at + 1 + len(red.causes)] == ""
    assert sum(len(cause.findings) for cause in red.causes) == len(red.blocking)
    heads = [line for line in lines if line[:2].strip().isdigit() and "  at " in line]
    assert len(heads) == len(red.causes)


def test_a_path_that_several_findings_share_is_shown_once(red: Report) -> None:
    lines = _shown(red, 1000)
    assert sum("unfinished uploads are never removed [photos.lifecycle_rules]" in line for line in lines) == 1


def test_the_fix_is_in_the_spelling_of_python(red: Report) -> None:
    fixes = [line for line in _shown(red, 1000) if line.startswith("  fix: ")]
    assert "  fix: set lifecycle_rules.expiration.days to at most 5 d, it is 7 d" in fixes
    assert not any("lifecycleRules" in line for line in fixes)


@pytest.mark.parametrize(
    ("detail", "has", "lacks"),
    [
        ({"compact": True}, "5 causes:", "fix: "),
        ({"quiet": True}, "fix: ", "resources"),
        ({"quiet": True}, "5 causes:", "--details"),
        ({"quiet": True, "compact": True}, "5 causes:", "fix: "),
    ],
    ids=str,
)
def test_less_is_shown_where_less_is_wanted(detail: dict[str, bool], has: str, lacks: str, red: Report) -> None:
    text = "\n".join(_shown(red, 1000, **detail))
    assert has in text
    assert lacks not in text


def test_quiet_says_nothing_of_what_passes() -> None:
    assert _shown(report_of(check_ours(OURS[0])), quiet=True) == []


def test_nothing_is_cut_whatever_the_width(red: Report) -> None:
    whole, narrow = (" ".join(" ".join(_shown(red, width)).split()) for width in (10_000, 60))
    for finding in red.blocking:
        assert finding.spelled(finding.message) in whole
    assert "…" not in whole + narrow
    assert max(map(len, _shown(red, 60))) <= 60


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("a bc def", ["a bc def"]),
        ("a bc defgh", ["a bc", "defgh"]),
        ("  a/path/longer-than/a/line.py:9", ["  a/path/longer-than/a/line.py:9"]),
        ("at a/path/longer-than/a/line.py:9 too", ["at", "a/path/longer-than/a/line.py:9", "too"]),
    ],
)
def test_a_line_is_broken_between_words_alone(line: str, shown: list[str]) -> None:
    """A path that is longer than a line stays whole."""
    at = [0, *breaks(line, 8), len(line)]
    assert [line[start:end].rstrip() for start, end in pairwise(at)] == shown


def test_at_the_end_one_line_per_stack_worst_last_with_the_errors(demo: Check) -> None:
    error = InputError(Problem("is no region", "ap-jakarta", "im:region", file="Pulumi.x.yaml", line=3))
    reports = reports_of([("demo", demo), ("x", error), (OURS[0], check_ours(OURS[0]))])
    text = StringIO()
    print_reports(reports, Console(file=text, width=1000, color_system=None), Detail(), summary=True)
    passing, failing = (report for report in reversed(reports) if isinstance(report, Report))
    assert text.getvalue().splitlines()[-5:] == [
        f"{OURS[0]}: {passing.headline}",
        f"demo: {failing.headline}",
        "x: could not be judged",
        "  Pulumi.x.yaml:3: im:region: is no region",
        "    right would be: ap-jakarta",
    ]
    assert (passing.outcome, failing.outcome) == (Outcome.PASS, Outcome.FAIL)


def test_output_that_no_terminal_reads_is_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert console_of().width > 10_000
    monkeypatch.setenv("COLUMNS", "80")
    assert console_of().width == 80


def test_colours_only_for_a_terminal_and_never_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    assert console_of().color_system is None
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert not console_of().no_color
    monkeypatch.setenv("NO_COLOR", "1")
    assert console_of().no_color


@pytest.mark.parametrize(
    ("words", "incomplete", "expect"),
    [
        ("preflight check ", "1", "tencent-ap-jakarta"),
        ("preflight check --skip-check ceil", "2", "ceiling"),
    ],
)
def test_a_shell_completes_stacks_and_rules(
    words: str, incomplete: str, expect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    number = str(len(words.split(" ")) - 1)
    environment = {"_PREFLIGHT_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": number}
    said = CliRunner().invoke(app, [], env=environment, prog_name="preflight")
    assert expect in said.output.split(), incomplete


_PASSES = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import lighthouse, vpc
provider = tencentcloud.Provider("home", region="ap-jakarta")
vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=provider))
if pulumi.get_stack() == "bad":
    lighthouse.KeyPair("pair", key_name="pair", opts=pulumi.ResourceOptions(provider=provider))
"""


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a stack that passes, one with a finding that a waiver could excuse, and one that is no stack."""
    folder = write_project(tmp_path_factory.mktemp("several"), _PASSES, header="", classes=NOT_STORED)
    own = (folder / "Pulumi.test.yaml").read_text("utf-8")
    (folder / "Pulumi.test.yaml").unlink()
    for name, text in (("bad", own), ("good", own), ("odd", own.replace("ap-jakarta", "ap-nowhere"))):
        (folder / f"Pulumi.{name}.yaml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("arguments", "status", "last"),
    [
        (("good",), 0, "PASS"),
        (("good", "good"), 0, "PASS"),
        (("good", "bad"), 1, "bad: 1 UNPROVEN"),
        (("bad", "good"), 1, "bad: 1 UNPROVEN"),
        (("bad", "--soft-fail"), 0, "1 UNPROVEN (1 let through)"),
        (("bad", "--skip-check", "known-types"), 0, "1 UNPROVEN (1 let through)"),
        (("bad", "--check", "ceiling,floor"), 0, "1 UNPROVEN (1 let through)"),
        (("bad", "--check", "known-types"), 1, "1 UNPROVEN"),
        (("good", "bad", "--soft-fail"), 0, "bad: 1 UNPROVEN (1 let through)"),
        (("--all", "--soft-fail"), 2, "    asked for by: IM-REG-01"),
        (("good", "--all"), 2, ""),
        (("bad", "--skip-check", "home-region"), 2, ""),
        (("bad", "--check", "nonsense"), 2, ""),
        (("bad", "--baseline", "nowhere.json"), 2, ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_several_stacks_and_what_decides(arguments: tuple[str, ...], status: int, last: str, several: Path) -> None:
    ran = CliRunner().invoke(app, ["check", *arguments, "--project", str(several)])
    if status == 2 and ran.exception and not isinstance(ran.exception, SystemExit):
        assert isinstance(ran.exception, InputError)  # `main` prints it and exits with 2
        return
    assert ran.exit_code == status, ran.output
    paragraph = " ".join(ran.stdout.rstrip("\n").rpartition("\n\n")[2].splitlines())  # the last lines, unwrapped
    assert paragraph.endswith(last) or f"{last}; " in paragraph


def test_a_baseline_by_command(several: Path, tmp_path: Path) -> None:
    base = ["check", "bad", "--project", str(several), "--baseline", str(tmp_path / "b.json")]
    assert CliRunner().invoke(app, [*base, "--write-baseline"]).exit_code == 0
    known = CliRunner().invoke(app, base)
    assert known.exit_code == 0
    assert "let through: 1 (known in " in " ".join(known.stdout.split()) + " "
    gone = CliRunner().invoke(app, ["check", "good", *base[2:]])
    assert gone.exit_code == 0
    assert "gone" not in gone.stdout  # the baseline has nothing of this stack


def test_several_stacks_are_one_document(several: Path) -> None:
    ran = CliRunner().invoke(app, ["check", "good", "bad", "--project", str(several), "--format", "json"])
    assert [row["stack"] for row in json.loads(ran.stdout)] == ["good", "bad"]
