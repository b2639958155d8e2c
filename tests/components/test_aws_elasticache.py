"""A cache on AWS in a program of its own: what it registers is what the rules ask for."""

import json

import pytest

from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import HOMES, UNKNOWN

_PASSWORD = "Secret-canary-12345"
_PROGRAM = f"""
import pulumi
import pulumi_aws as aws
from im_stack.components.aws.account import Account
from im_stack.components.aws.elasticache import Redis, RedisArgs
from im_stack.components.aws.keys import Keys
from im_stack.components.aws.network import Network, NetworkArgs
from im_stack.components.budget import plan
from im_stack.components.holdings import Placed
from im_stack.components.program import declared

provider = aws.Provider("home", region="ap-southeast-3", allowed_account_ids=["123456789012"])
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
account, zones = Account("123456789012", "ap-southeast-3"), ("ap-southeast-3a", "ap-southeast-3b")
network = Network("net", NetworkArgs("10.20.0.0/16", zones, account), pinned)
held = {{"profile-cache": Placed(plan(declared(), "user-information"))}}
keys = Keys("keys", account, pinned)
args = RedisArgs(held, keys, zones, network.subnet_ids, network.group_id("redis"), "dev", "{_PASSWORD}")
Redis("cache", args, pinned)
"""
_CLASSES = {"user-information": {"period": "P30D"}}


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    folder = write_project(tmp_path_factory.mktemp("p"), _PROGRAM, "", classes=_CLASSES, **HOMES["aws"])
    return check_project(folder, "test")


def _made(check: Check, type_: str) -> Registration:
    (made,) = (r for r in check.recording["registrations"] if r["type"].endswith(f":{type_}"))
    return made


def test_it_passes(check: Check) -> None:
    blocking = [v for v in check.judgement.verdicts if v.blocks and v.rule != "stack-complete"]  # it holds one class
    assert [f"{v.rule}: {v.name}: {v.message}" for v in blocking] == []


def test_it_stands_in_two_zones_of_the_stack_s_network(check: Check) -> None:
    group, subnets = _made(check, "ReplicationGroup"), _made(check, "SubnetGroup")
    assert group["inputs"]["preferredCacheClusterAzs"] == ["ap-southeast-3a", "ap-southeast-3b"]
    assert group["inputs"]["numCacheClusters"] == 2
    assert group["inputs"]["automaticFailoverEnabled"] is True
    assert group["inputs"]["multiAzEnabled"] is True
    assert subnets["inputs"]["subnetIds"] == [UNKNOWN, UNKNOWN]
    assert group["protect"]


def test_its_engine_logs_no_command(check: Check) -> None:
    parameters = _made(check, "ParameterGroup")["inputs"]
    group = _made(check, "ReplicationGroup")["inputs"]
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
    group = dict(_made(check, "ReplicationGroup")["inputs"])
    token = group.pop("authToken")
    assert _PASSWORD not in json.dumps(group)
    assert token != _PASSWORD
