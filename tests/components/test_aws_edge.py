"""The edge on AWS, recorded from a real program: what reaches the engine."""

from typing import Any

import pytest

from im_stack.preflight.judgement.one_stack import Check
from tests.components.aws_program import check_aws, registration
from tests.harness.world import UNKNOWN

PROGRAM = """
from im_stack.components.aws.elb import Alb, AlbArgs
from im_stack.components.aws.s3 import LogBucket, LogBucketArgs

logs = LogBucket("logs", LogBucketArgs(account.bucket_name("logs"), account, plan(declared(), "access-logs")), pinned)
certificate = account.arn("acm", "certificate/1")
shared = {
    "domain": "im.example.com", "certificate_arn": certificate, "vpc_id": network.vpc.id,
    "paths": {"api": "/", "websocket": "/ws"},
    "group_id": network.group_id("edge"),
}
edge = tuple(subnet.id for subnet in network.edge_subnets)
Alb("edge", AlbArgs(**shared, size="large", subnet_ids=edge, logs=logs), pinned)
Alb("inner", AlbArgs(**shared, size="dev", subnet_ids=tuple(network.subnet_ids), internal=True, port=8443), pinned)
network.admit_world()
"""
CLASSES = {name: {"period": "P30D"} for name in ("messages", "user-information", "access-logs")}


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check_aws(tmp_path_factory.mktemp("p"), PROGRAM, CLASSES)


def _inputs(check: Check, name: str) -> dict[str, Any]:
    return registration(check, name)["inputs"]


def test_it_passes(check: Check) -> None:
    blocking = [v for v in check.judgement.verdicts if v.blocks and v.rule != "stack-complete"]  # it holds one class
    assert [f"{v.rule}: {v.name}: {v.message}" for v in blocking] == []


def test_the_edge_is_public_and_writes_to_the_log_bucket(check: Check) -> None:
    edge, inner = _inputs(check, "edge"), _inputs(check, "inner")
    assert (edge["internal"], inner["internal"]) == (False, True)
    assert edge["accessLogs"]["enabled"] is True
    assert [link.rpartition("::")[2] for link in registration(check, "edge")["links"]["accessLogs"]] == ["logs"]
    assert "accessLogs" not in inner
    assert edge["enableDeletionProtection"] is True
    assert inner["enableDeletionProtection"] is False


def test_it_ends_tls_and_starts_it_anew(check: Check) -> None:
    listener = _inputs(check, "edge-443")
    assert (listener["port"], listener["protocol"]) == (443, "HTTPS")
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    assert listener["defaultActions"][0]["type"] == "fixed-response"
    assert _inputs(check, "inner-8443")["port"] == 8443
    targets = _inputs(check, "edge-targets")
    assert (targets["protocol"], targets["port"], targets["targetType"]) == ("HTTPS", 8443, "ip")


def test_longer_paths_come_first_and_only_of_the_domain(check: Check) -> None:
    rules = {part: _inputs(check, f"edge-{part}") for part in ("websocket", "api")}
    assert {part: rule["priority"] for part, rule in rules.items()} == {"websocket": 1, "api": 2}
    conditions = {part: rule["conditions"] for part, rule in rules.items()}
    assert all(some[0] == {"hostHeader": {"values": ["im.example.com"]}} for some in conditions.values())
    assert conditions["websocket"][1] == {"pathPattern": {"values": ["/ws", "/ws/*"]}}
    assert conditions["api"][1] == {"pathPattern": {"values": ["/*"]}}
    assert all(rule["actions"] == [{"type": "forward", "targetGroupArn": UNKNOWN}] for rule in rules.values())
