"""DocumentDB in a program of its own, holding a class that is counted with its backups: what reaches the engine."""

from datetime import timedelta
from typing import Any

import pytest

from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check
from tests.components.aws_program import check_aws
from tests.harness.world import SECRET, SIGNATURE

PROGRAM = """
from im_stack.components.aws.docdb import Docdb, DocdbArgs

held = {"chats": Placed(plan(declared(), "messages")), "cards": Placed(plan(declared(), "user-information"))}
args = DocdbArgs(held, keys, zones, network.subnet_ids, network.group_id("mongodb"), "large",
                 "Secret-canary-1")
made = Docdb("db", args, pinned)
pulumi.export("ttl", made.ttl_seconds)
"""
CLASSES = {"messages": {"period": "P7D"}, "user-information": {"period": "P30D"}}
COPIES = timedelta(days=2, hours=2)
"""A day of backups and its lag, of a change stream log of an hour and its lag."""
TURN = timedelta(hours=1, minutes=1)


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check_aws(tmp_path_factory.mktemp("p"), PROGRAM, CLASSES)


@pytest.fixture(scope="module")
def made(check: Check) -> dict[str, dict[str, Any]]:
    return {r["name"]: r["inputs"] for r in check.recording["registrations"] if r["custom"]}


def test_nothing_of_it_fails(check: Check) -> None:
    faults = [f"{v.rule}: {v.message}" for v in check.judgement.verdicts if v.blocks and "im:aws:Docdb" in v.subject]
    assert faults == []


def test_its_classes_end_in_time(check: Check) -> None:
    found = {v.subject: v for v in check.judgement.verdicts if v.rule in ("ceiling", "erasure-in-time")}
    assert all(found[of].outcome is Outcome.PASS for of in CLASSES), found


def test_what_is_counted_leaves_room_for_backups_of_the_change_stream_log(check: Check) -> None:
    component = next(r for r in check.recording["registrations"] if r["type"] == "im:aws:Docdb")
    ttl = {holding["name"]: holding["ttl"] for holding in component["inputs"]["imDeclares"]["holdings"]}
    left = {"chats": timedelta(days=7) - COPIES - TURN, "cards": timedelta(days=30) - COPIES - TURN}
    assert left["chats"] == timedelta(days=4, hours=20, minutes=59)
    assert ttl == {"chats": "P4DT20H59M", "cards": "P27DT20H59M"}


def test_the_database_is_as_small_a_target_as_the_service_allows(check: Check, made: dict[str, dict[str, Any]]) -> None:
    cluster = next(r for r in check.recording["registrations"] if r["type"] == "aws:docdb/cluster:Cluster")
    inputs = cluster["inputs"]
    assert cluster["protect"]
    assert (inputs["backupRetentionPeriod"], inputs["skipFinalSnapshot"]) == (1, True)
    assert (inputs["storageEncrypted"], inputs["deletionProtection"]) == (True, True)
    assert "enabledCloudwatchLogsExports" not in inputs
    assert inputs["masterPassword"][SIGNATURE] == SECRET
    said = {item["name"]: item["value"] for item in made["db-parameters"]["parameters"]}
    assert said == {
        "tls": "tls1.2+",
        "ttl_monitor": "enabled",
        "audit_logs": "disabled",
        "profiler": "disabled",
        "change_stream_log_retention_duration": "3600",
    }


def test_each_zone_has_an_instance(made: dict[str, dict[str, Any]]) -> None:
    zones = [made[f"db-{number}"]["availabilityZone"] for number in (1, 2)]
    assert zones == ["ap-southeast-3a", "ap-southeast-3b"]
    assert not any(made[f"db-{number}"]["enablePerformanceInsights"] for number in (1, 2))
