"""RDS on AWS in a program of its own: what reaches the engine, and what becomes of backups where a limit is short."""

from pathlib import Path
from typing import Any

import pytest

from im_stack.preflight.judgement.one_stack import Check
from tests.components.aws_program import check_aws, registration

PROGRAM = """
from im_stack.components.aws.rds import Rds, RdsArgs

tables = {"profiles": Placed(plan(declared(), "user-information"))}
group = network.group_id("mysql")
Rds("db", RdsArgs(tables, keys, network.subnet_ids, group, "dev", secret("mysql-root-password")), pinned)
"""
_EXCUSED = {"mysql/error log": "no statement on profiles is written there"}


def _check(folder: Path, period: str, **outside: str) -> Check:
    erasure = {"within": period, "source": "test", "no-write-after-request": "the application"}
    classes: dict[str, Any] = {"user-information": {"period": period, "erasure": erasure, "outside": outside}}
    return check_aws(folder, PROGRAM, classes)


def _faults(check: Check) -> list[str]:
    rules = ("ceiling", "erasure-in-time", "encrypted-at-rest", "encrypted-in-transit", "no-public-door")
    return [v.message for v in check.judgement.verdicts if v.blocks and v.rule in rules and v.name != "messages"]


@pytest.mark.parametrize(
    ("period", "outside", "days", "ttl"),
    [
        ("P30D", {}, 1, "P14DT22H45M"),  # the error log is the longest copy
        ("P30D", _EXCUSED, 1, "P22DT21H45M"),  # the binlog is
        ("P8DT1H", _EXCUSED, 1, "PT22H45M"),  # a day beside them is the least
        ("P8D", _EXCUSED, 0, "P7DT22H45M"),  # nothing is
    ],
)
def test_backups_are_kept_where_the_limit_leaves_room(
    tmp_path: Path, period: str, outside: dict[str, str], days: int, ttl: str
) -> None:
    check = _check(tmp_path, period, **outside)
    made = registration(check, type_="aws:rds/instance:Instance")
    assert made["inputs"]["backupRetentionPeriod"] == days
    (component,) = (r for r in check.recording["registrations"] if r["type"] == "im:aws:Mysql")
    assert component["inputs"]["imDeclares"]["holdings"][0]["ttl"] == ttl
    assert _faults(check) == []


def test_a_limit_below_the_error_log_s_is_impossible(tmp_path: Path) -> None:
    check = _check(tmp_path, "P8D")
    assert any("error log in Instance db ends after" in message for message in _faults(check))
