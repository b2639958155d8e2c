"""Least periods: measured where a period is too short, and by `preflight terms STACK --least`."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from im_stack.preflight.cli import app
from im_stack.preflight.judgement import least as module
from im_stack.preflight.judgement.least import least_period
from im_stack.preflight.judgement.one_stack import duties_of
from im_stack.preflight.stack_files.stack_file import read_stack
from tests.harness.project import write_project
from tests.harness.recorded import check_project, recorder
from tests.harness.world import TODAY

ROWS = "mysql(chats='messages')"
OUTSIDE = {"mysql/slow log": "no statement takes that long"}
DAY = timedelta(days=1)
TRIED = module._TRIED


KEPT = """
from tencentcloud_iac_pulumi import cos
from im_stack.components.declaring import holds

ends = cos.BucketLifecycleRuleArgs(filter_prefix="", expiration=cos.BucketLifecycleRuleExpirationArgs(days=90))
holds(cos.Bucket("photos", bucket="photos-1250000000", lifecycle_rules=[ends], opts=pinned), "messages")
"""


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few periods: each that is tried is a program recorded."""
    monkeypatch.setattr(module, "_TRIED", tuple(n * DAY for n in (6, 7, 8, 9, 12, 60)))


def _project(folder: Path, period: str, program: str = ROWS) -> Path:
    return write_project(folder, program, classes={"messages": {"period": period, "outside": OUTSIDE}})


@pytest.mark.parametrize(
    ("least", "period", "program", "says"),
    [
        (True, "P7D", ROWS, "the least period that passes here is 9 d"),
        (True, "P7D", KEPT, "no period up to 60 d passes here"),
        (False, "P7D", KEPT, ""),
    ],
)
def test_a_period_that_is_too_short_says_which_one_passes(
    tmp_path: Path, least: bool, period: str, program: str, says: str
) -> None:
    judgement = check_project(_project(tmp_path, period, program), least=least).judgement
    fixes = [v.fix for v in judgement.verdicts if v.weak and v.rule == "ceiling" and v.subject == "messages"]
    assert any(says in fix for fix in fixes)
    assert any("passes here" in fix for fix in fixes) is bool(says)


def test_the_least_period_passes_and_a_shorter_one_does_not(tmp_path: Path) -> None:
    stack = read_stack(_project(tmp_path, "P30D"), "test")
    assert least_period(stack, "messages", recorder(), TODAY, stored=True) == 9 * DAY
    assert least_period(stack, "messages", recorder(), TODAY, stored=False) is None  # MySQL is a durable store
    assert least_period(stack, "messages", recorder(), TODAY, stored=True, above=9 * DAY) == 12 * DAY
    assert duties_of(stack).declaration.limit("messages") == 30 * DAY


def test_every_minute_of_a_day_and_every_hour_of_a_week_is_tried() -> None:
    assert TRIED[0] == timedelta(minutes=1)
    assert {timedelta(hours=2, minutes=21), timedelta(hours=76), 9 * DAY} <= set(TRIED)
    assert list(TRIED) == sorted(set(TRIED))


def test_terms_print_the_least_periods_of_a_stack(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["terms", "test", "--project", str(_project(tmp_path, "P30D")), "--least"])
    assert "| messages | 9 d | none up to 60 d |" in done.stdout
    assert CliRunner().invoke(app, ["terms", "--least"]).exit_code != 0
