"""RDS on AWS in a program of its own: what reaches the engine, and what becomes of backups where a limit is short."""

from pathlib import Path
from typing import Any

import pytest

from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import HOMES

PROGRAM = """
import pulumi
import pulumi_aws as aws
from im_stack.components.aws.account import Account
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.network import Network, NetworkArgs
from im_stack.components.aws.rds import Rds, RdsArgs
from im_stack.components.budget import plan
from im_stack.components.holdings import Placed
from im_stack.components.program import declared, secret

provider = aws.Provider("home", region="ap-southeast-3", allowed_account_ids=["123456789012"])
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
account = Account("123456789012", "ap-southeast-3")
keys = Keys("keys", account, pinned)
network = Network("net", NetworkArgs("10.20.0.0/16", ("ap-southeast-3a", "ap-southeast-3b"), account), pinned)
tables = {"profiles": Placed(plan(declared(), "user-information"))}
group = network.group_id("mysql")
Rds("db", RdsArgs(tables, keys, network.subnet_ids, group, "dev", secret("mysql-root-password")), pinned)
"""
_EXCUSED = {"mysql/error log": "no statement on profiles is written there"}


def _check(folder: Path, period: str, **outside: str) -> Check:
    erasure = {"within": period, "source": "test"}
    classes: dict[str, Any] = {"user-information": {"period": period, "erasure": erasure, "outside": outside}}
    return check_project(write_project(folder, PROGRAM, "", classes=classes, **HOMES["aws"]), "test")


def _instance(check: Check) -> Registration:
    (made,) = (r for r in check.recording["registrations"] if r["type"] == "aws:rds/instance:Instance")
    return made


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
    made = _instance(check)
    assert made["inputs"]["backupRetentionPeriod"] == days
    (component,) = (r for r in check.recording["registrations"] if r["type"] == "im:aws:Mysql")
    assert component["inputs"]["imDeclares"]["holdings"][0]["ttl"] == ttl
    assert _faults(check) == []


def test_a_limit_below_the_error_log_s_is_impossible(tmp_path: Path) -> None:
    check = _check(tmp_path, "P8D")
    assert any("error log in Instance db ends after" in message for message in _faults(check))
