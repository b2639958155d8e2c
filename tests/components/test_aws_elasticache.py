"""A cache on AWS in a program of its own: what it registers is what the rules ask for."""

import json

import pytest

from im_stack.preflight.judgement.one_stack import Check
from tests.components.aws_program import check_aws, registration
from tests.harness.world import UNKNOWN

_PASSWORD = "Secret-canary-12345"
_PROGRAM = f"""
from im_stack.components.aws.elasticache import Redis, RedisArgs

held = {{"profile-cache": Placed(plan(declared(), "user-information"))}}
args = RedisArgs(held, keys, zones, network.subnet_ids, network.group_id("redis"), "dev", "{_PASSWORD}")
Redis("cache", args, pinned)
"""
_CLASSES = {"user-information": {"period": "P30D"}}


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check_aws(tmp_path_factory.mktemp("p"), _PROGRAM, _CLASSES)


def test_it_passes(check: Check) -> None:
    blocking = [v for v in check.judgement.verdicts if v.blocks and v.rule != "stack-complete"]  # it holds one class
    assert [f"{v.rule}: {v.name}: {v.message}" for v in blocking] == []


def test_it_stands_in_two_zones_of_the_stack_s_network(check: Check) -> None:
    group, subnets = registration(check, type_=":ReplicationGroup"), registration(check, type_=":SubnetGroup")
    assert group["inputs"]["preferredCacheClusterAzs"] == ["ap-southeast-3a", "ap-southeast-3b"]
    assert group["inputs"]["numCacheClusters"] == 2
    assert group["inputs"]["automaticFailoverEnabled"] is True
    assert group["inputs"]["multiAzEnabled"] is True
    assert subnets["inputs"]["subnetIds"] == [UNKNOWN, UNKNOWN]
    assert group["protect"]


def test_its_engine_logs_no_command(check: Check) -> None:
    parameters = registration(check, type_=":ParameterGroup")["inputs"]
    group = registration(check, type_=":ReplicationGroup")["inputs"]
    assert {p["name"]: p["value"] for p in parameters["parameters"]} == {
        "slowlog-log-slower-than": "-1",
        "slowlog-max-len": "0",
    }
    assert (parameters["family"], group["engine"], group["engineVersion"]) == ("valkey7", "valkey", "7.2")


def test_keys_leave_room_for_the_last_turn_and_for_nothing_else(check: Check) -> None:
    (component,) = (r for r in check.recording["registrations"] if r["type"] == "im:aws:Redis")
    (holding,) = component["inputs"]["imDeclares"]["holdings"]
    assert holding["ttl"] == "P29DT22H59M"


def test_the_password_is_nowhere_in_clear(check: Check) -> None:
    group = dict(registration(check, type_=":ReplicationGroup")["inputs"])
    token = group.pop("authToken")
    assert _PASSWORD not in json.dumps(group)
    assert token != _PASSWORD
