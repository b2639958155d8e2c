"""Programs through the real recorder to a verdict: the thread that everything else hangs on."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from im_stack.policies.judge import Judgement, Verdict
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import check_stack
from im_stack.preflight.reports.as_json import row
from im_stack.preflight.reports.model.report import report_of
from tests.harness.programs import NOT_STORED
from tests.harness.project import write_project
from tests.harness.recorded import check_ours, check_project
from tests.harness.root import ROOT
from tests.harness.world import outcome

MESSAGES_IN_MYSQL = "mysql(chats='messages')"
OUTSIDE = {"mysql/slow log": "no statement takes that long"}


def _judged(folder: Path, program: str, **changes: Any) -> Judgement:
    return check_project(write_project(folder, program, **changes), "test").judgement


def _failures(judgement: Judgement, rule: str) -> list[Verdict]:
    return [v for v in judgement.verdicts if v.rule == rule and v.outcome is Outcome.FAIL]


def test_seven_days_with_counted_backups_cannot_hold(tmp_path: Path) -> None:
    classes = {"messages": {"period": "P7D", "backups": "counted", "outside": OUTSIDE}}
    judgement = _judged(tmp_path, MESSAGES_IN_MYSQL, classes=classes)
    backups = next(v for v in _failures(judgement, "ceiling") if ": backups in" in v.message)
    assert "messages: backups in Instance mysql ends after 8 d 2 h 15 min, the limit is 7 d" in backups.message
    hops = [(hop.period, hop.label, hop.evidence.grade.value) for hop in backups.hops]
    assert hops == [
        (timedelta(hours=1), "live time", "declared"),
        (timedelta(hours=1), "until the next sweep", "declared"),
        (timedelta(minutes=15), "the sweep's run", "declared"),
        (timedelta(days=7), "backups kept", "configured"),
        (timedelta(days=1), "slack of the expiry", "assumed"),
    ]
    assert backups.hops[3].evidence.resource.endswith("::mysql-backups")
    assert backups.hops[3].evidence.argument == "retentionPeriod"
    assert "impossible on this path: the least it can be is 8 d 1 h 15 min" in backups.fix
    assert "backups kept 7 d" in backups.fix
    assert "IM-RET-03/messages" in backups.duties


def test_thirty_days_hold_with_a_shorter_live_time(tmp_path: Path) -> None:
    classes = NOT_STORED | {"messages": {"period": "P30D", "backups": "counted", "outside": OUTSIDE}}
    judgement = _judged(tmp_path, MESSAGES_IN_MYSQL, classes=classes)
    assert judgement.outcome is Outcome.PASS
    assert judgement.headline == "CONDITIONAL on 4 declared hops"
    bound, limit = judgement.bounds[0]
    assert bound.data_class == "messages"
    assert bound.latest == limit == timedelta(days=30)
    live = next(path for path in bound.paths if path.what == "live data")
    assert live.hops[0].period == timedelta(days=30 - 7 - 1) - timedelta(hours=1, minutes=15)


def test_no_period_means_the_text_s_seven_days(tmp_path: Path) -> None:
    judgement = _judged(tmp_path, MESSAGES_IN_MYSQL, classes={"messages": {"period": None, "outside": OUTSIDE}})
    assert any(
        "the limit is 7 d" in v.message and "IM-RET-04/messages" in v.duties for v in _failures(judgement, "ceiling")
    )


def test_the_slow_log_is_endless_until_somebody_says_why_not(tmp_path: Path) -> None:
    judgement = _judged(tmp_path, MESSAGES_IN_MYSQL)
    assert any("slow log in Instance mysql never ends" in v.message for v in _failures(judgement, "ceiling"))


def test_a_hand_written_bucket_holds_everything_until_declared(tmp_path: Path) -> None:
    program = """
        from tencentcloud_iac_pulumi import cos
        cos.Bucket("photos", bucket="photos-1250000000", opts=pinned)
    """
    judgement = _judged(tmp_path, program)
    assert outcome(judgement, "declared-holdings", "photos") == "fail"
    broken = {v.subject for v in _failures(judgement, "ceiling") if "Bucket photos" in v.message}
    assert broken == {"messages", "user-information"}


def test_the_jakarta_stack_passes() -> None:
    check = check_ours("tencent-ap-jakarta")
    assert [v.message for v in check.judgement.verdicts if v.blocks] == []
    assert check.judgement.headline.startswith("CONDITIONAL on ")


def test_two_runs_give_the_same_bytes() -> None:
    """In a recorder of its own, and in one that recorded others before."""
    checks = (check_stack(ROOT, "tencent-ap-jakarta"), check_project(ROOT, "tencent-ap-jakarta"))
    first, second = (row(report_of(check)) for check in checks)
    assert first == second


def test_two_processes_give_the_same_bytes() -> None:
    """Each process hashes texts in its own way, so whatever hangs on the order of a set shows."""
    command = [sys.executable, "-m", "im_stack.preflight", "check", "tencent-ap-jakarta", "--format", "json"]
    seeds = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2", "3")]
    reports = {subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True).stdout for env in seeds}
    assert len(reports) == 1


@pytest.mark.parametrize("variable", ["TENCENTCLOUD_REGION", "TENCENTCLOUD_SECRET_KEY", "PULUMI_CONFIG"])
def test_the_machine_s_environment_does_not_reach_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, '{"im:region": "ap-singapore"}')
    write_project(tmp_path, f"import os\nassert '{variable}' not in os.environ\n", header="")
    assert check_stack(tmp_path, "test").recording["registrations"] == []


@pytest.mark.parametrize("program", ["import pulumi", "if False:\n    mysql(chats='messages')"])
def test_a_program_that_makes_nothing_is_unproven_and_names_the_classes(tmp_path: Path, program: str) -> None:
    header = "" if "mysql" not in program else "def mysql(**_): ...\n"
    judgement = check_project(write_project(tmp_path, program, header), "test").judgement
    (verdict,) = [v for v in judgement.verdicts if v.blocks]
    assert (judgement.headline, verdict.rule, verdict.waivable) == ("1 UNPROVEN", "stack-complete", False)
    assert "messages, user-information" in verdict.message
