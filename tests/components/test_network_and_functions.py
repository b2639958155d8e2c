"""The network, the secrets and the keyring's function, recorded together from a real program and judged."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import UNKNOWN

PROGRAM = """
from datetime import timedelta

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import clb, cos
from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.service import Service
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.network import Network, NetworkArgs
from im_stack.components.tencent.purge import Purge, PurgeArgs
from im_stack.components.plan.turnover import KeySchedule, turnover_sweep
from im_stack.components.tencent.secrets import SecretsManager
from im_stack.terms.stack.wire import Declares, Keyring

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
network = Network("net", NetworkArgs("10.20.0.0/16", ("ap-jakarta-1", "ap-jakarta-2")), pinned)
groups = [network.group_id("edge")]
clb.Instance("edge", clb_name="edge", network_type="OPEN", security_groups=groups, opts=pinned)
SecretsManager("secrets", {"mysql": "a-canary-password"}, keys, pinned)

HOUR = timedelta(hours=1)


class Ring(Service):
    def __init__(self):
        sweep = turnover_sweep("purge", HOUR)
        ring = Keyring(name="messages-epochs", store="ring", seals_class="messages", epoch="PT1H", life="P6D",
                       cache="PT15M", sweep=sweep)
        super().__init__("im:test:Ring", "ring", Declares(keyrings=(ring,)), opts=pinned)
        cos.Bucket("ring", bucket="ring-1250000000", encryption_algorithm="KMS", kms_id=keys.key.id,
                   opts=self.child())
        Purge("purge", PurgeArgs(
            bucket="ring-1250000000", app_id="1250000000", region="ap-jakarta", keys=keys,
            classes={"messages": KeySchedule(HOUR, timedelta(days=6))}, schedule=HOUR, bundle="purge-1.zip",
            logs=plan(declared(), "messages"), vpc_id=network.vpc.id, subnet_id=network.subnets[0].id,
        ), self.child())


Ring()
"""
_OTHERS = ("tencentcloud:Clb/", "tencentcloud:Cls/")  # their readers have tests of their own


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check_project(write_project(tmp_path_factory.mktemp("p"), PROGRAM, ""), "test")


def _made(check: Check, name: str, type_: str = "") -> Registration:
    made = [r for r in check.recording["registrations"] if r["name"] == name and r["custom"] and type_ in r["type"]]
    assert len(made) == 1
    return made[0]


def _rules(check: Check, part: str) -> tuple[list[Any], list[Any]]:
    inputs = _made(check, f"net-{part}-rules")["inputs"]
    return inputs["ingresses"], inputs["egresses"]


def _verdicts(check: Check, rule: str) -> Iterator[tuple[str, Outcome, str]]:
    for verdict in check.judgement.verdicts:
        if verdict.rule == rule and not any(other in verdict.subject for other in _OTHERS):
            yield verdict.name, verdict.outcome, verdict.message


@pytest.mark.parametrize("rule", ["no-public-door", "home-region", "copies-stay-home", "encrypted-at-rest"])
def test_components_keep_the_rule(check: Check, rule: str) -> None:
    found = list(_verdicts(check, rule))
    assert found
    others = ("Bucket ring",)  # a bare bucket, which is the keyring's component to make well
    assert [v for v in found if v[1] is not Outcome.PASS and not v[0].startswith(others)] == []


def test_the_sweep_of_the_ring_runs(check: Check) -> None:
    assert ("Function purge", Outcome.PASS, "Function purge ends messages-epochs every 1 h") in _verdicts(
        check, "sweeps-alive"
    )


def test_the_edge_is_the_only_way_in(check: Check) -> None:
    ingress, egress = _rules(check, "edge")
    assert [(r["cidrBlock"], r["protocol"], r["port"], r["action"]) for r in ingress] == [
        ("0.0.0.0/0", "TCP", "443", "ACCEPT")
    ]
    assert [(r["protocol"], r["port"]) for r in egress] == [("TCP", "8443")] * 2
    for part in ("application", "mysql", "mongodb", "redis"):
        for rule in (rule for rules in _rules(check, part) for rule in rules):
            assert rule.get("cidrBlock") != "0.0.0.0/0"


@pytest.mark.parametrize(("part", "port"), [("mysql", "3306"), ("mongodb", "27017"), ("redis", "6379")])
def test_a_store_is_open_to_the_application_alone(check: Check, part: str, port: str) -> None:
    ingress, egress = _rules(check, part)
    assert [(r["sourceSecurityId"], r["protocol"], r["port"]) for r in ingress] == [(UNKNOWN, "TCP", port)]
    assert egress == []
    links = _made(check, f"net-{part}-rules")["links"]
    assert [urn.rsplit("::", 1)[1] for urn in links["ingresses"]] == ["net-application"]


def test_the_plaintext_listener_of_the_queue_is_out_of_reach(check: Check) -> None:
    _, egress = _rules(check, "application")
    assert "9092" not in [rule["port"] for rule in egress]
    to_queue = [rule["cidrBlock"] for rule in egress if rule["description"] == "application to ckafka"]
    assert to_queue == ["10.20.0.0/20", "10.20.16.0/20"]


def test_subnets_are_in_both_zones(check: Check) -> None:
    subnets = [_made(check, f"net-{number}", "Subnet/")["inputs"] for number in (1, 2)]
    assert [(s["availabilityZone"], s["cidrBlock"]) for s in subnets] == [
        ("ap-jakarta-1", "10.20.0.0/20"),
        ("ap-jakarta-2", "10.20.16.0/20"),
    ]


def test_a_secret_is_encrypted_and_never_in_clear(check: Check) -> None:
    inputs = _made(check, "secrets-mysql")["inputs"]
    assert inputs["recoveryWindowInDays"] == 0
    assert inputs["isEnabled"] is True
    assert "a-canary-password" not in json.dumps([str(v) for v in check.judgement.verdicts])


def test_the_function_is_told_before_it_is_deployed(check: Check) -> None:
    inputs = _made(check, "purge")["inputs"]
    keyring = json.loads(inputs["environment"]["IM_KEYRING"])
    assert keyring["classes"] == {"messages": {"epoch": "PT1H", "life": "P6D"}}
    assert inputs["environment"]["IM_KEYRING_KEY"] == UNKNOWN
    assert inputs["triggers"] == [{"name": "turnover", "type": "timer", "triggerDesc": "0 0 * * * * *"}]


def test_the_role_can_do_nothing_else(check: Check) -> None:
    policy = json.loads(_made(check, "purge-policy")["inputs"]["document"])
    bucket, key = policy["statement"]
    assert bucket["resource"] == ["qcs::cos:ap-jakarta:uid/1250000000:ring-1250000000/*"]
    assert not [action for action in bucket["action"] if "GetObject" in action or "*" in action]
    assert key["action"] == ["kms:GenerateDataKey"]
    tag = _made(check, "keys-key")["inputs"]["tags"]
    assert key["condition"] == {
        "for_any_value:string_equal": {"qcs:resource_tag": [f"{k}&{v}" for k, v in tag.items()]}
    }
    trust = json.loads(_made(check, "purge-role")["inputs"]["document"])
    assert [s["principal"] for s in trust["statement"]] == [{"service": ["scf.qcloud.com"]}]


def test_the_function_can_read_what_it_is_told(check: Check) -> None:
    config = pytest.importorskip("im_stack.purge.config")
    environment = dict(_made(check, "purge")["inputs"]["environment"], IM_KEYRING_KEY="0123-key-id")
    keyring = config.keyring_from(environment)
    assert (keyring.bucket, keyring.region, keyring.kms_key_id) == ("ring-1250000000", "ap-jakarta", "0123-key-id")
