"""Keys, network, buckets and keyring on AWS, recorded together from a real program: what reaches the engine."""

import json
from typing import Any

import pytest

from policies.rule import Outcome
from preflight.check import Check, check_stack
from preflight.recording import Registration
from tests.harness.project import write_project
from tests.harness.world import HOMES, UNKNOWN

PROGRAM = """
import pulumi
import pulumi_aws as aws
from components.aws.account import Account
from components.aws.keyring import Keyring, KeyringArgs
from components.aws.keys import Keys
from components.aws.network import Network, NetworkArgs
from components.aws.s3 import Bucket, BucketArgs, LogBucket, LogBucketArgs
from components.budget import plan
from components.program import declared

provider = aws.Provider("home", region="ap-southeast-3")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
account = Account("123456789012", "ap-southeast-3")
keys = Keys("keys", account, pinned)
network = Network("net", NetworkArgs("10.20.0.0/16", ("ap-southeast-3a", "ap-southeast-3b"), account), pinned)
messages, profiles = plan(declared(), "messages"), plan(declared(), "user-information")
Bucket("media", BucketArgs(account.bucket_name("media"), account, messages, keys, clear="user-information"), pinned)
Bucket("avatars", BucketArgs(account.bucket_name("avatars"), account, profiles, keys), pinned)
LogBucket("logs", LogBucketArgs(account.bucket_name("logs"), account, profiles), pinned)
Keyring("ring", KeyringArgs(account.bucket_name("ring"), account, keys, (messages,), "ring-purge"), pinned)
"""
CLASSES = {"messages": {"period": "P7D", "backups": "sealed"}, "user-information": {"period": "P30D"}}


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    folder = write_project(tmp_path_factory.mktemp("p"), PROGRAM, "", classes=CLASSES, **HOMES["aws"])
    return check_stack(folder, "test")


def _made(check: Check, name: str, type_: str = "") -> Registration:
    made = [r for r in check.recording["registrations"] if r["name"] == name and r["custom"] and type_ in r["type"]]
    assert len(made) == 1
    return made[0]


def _statements(check: Check, name: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(_made(check, name)["inputs"]["policy"])["Statement"]
    return statements


def test_it_passes_and_nothing_is_open(check: Check) -> None:
    found = check.judgement.verdicts
    assert [f"{v.rule}: {v.name}: {v.message}" for v in found if v.blocks] == []
    assert {v.outcome for v in found if v.rule == "no-public-door"} == {Outcome.PASS}


@pytest.mark.parametrize(("bucket", "days"), [("media", 5), ("avatars", 28), ("logs", 28)])
def test_lifecycles_leave_room_for_their_own_run(check: Check, bucket: str, days: int) -> None:
    (rule,) = _made(check, f"{bucket}-lifecycle")["inputs"]["rules"]
    assert rule["expiration"] == {"days": days}
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 1}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 1}


def test_a_keyring_s_backstop_is_later_than_its_turnover(check: Check) -> None:
    (rule,) = _made(check, "ring-lifecycle")["inputs"]["rules"]
    assert rule["expiration"] == {"days": 9}
    assert _made(check, "ring")["inputs"]["forceDestroy"] is False


def test_documents_are_known_before_anything_has_an_id(check: Check) -> None:
    policies = [r["inputs"]["policy"] for r in check.recording["registrations"] if "policy" in r["inputs"]]
    assert len(policies) == 5
    assert not any(UNKNOWN in text for text in policies)


def test_only_one_role_may_list_the_keyring(check: Check) -> None:
    listing = [s for s in _statements(check, "ring-policy") if s["Action"] == ["s3:ListBucket"]]
    assert [s["Condition"] for s in listing] == [
        {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/ring-purge"}}
    ]


def test_balancers_of_the_account_write_logs_and_nothing_else(check: Check) -> None:
    (write,) = (s for s in _statements(check, "logs-policy") if s["Effect"] == "Allow")
    assert write["Action"] == ["s3:PutObject"]
    assert write["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_the_key_is_the_region_s_own_and_turns_over(check: Check) -> None:
    inputs = _made(check, "keys-key")["inputs"]
    assert (inputs["multiRegion"], inputs["enableKeyRotation"], inputs["deletionWindowInDays"]) == (False, True, 30)


def test_private_subnets_have_no_way_out(check: Check) -> None:
    (way,) = (r for r in check.recording["registrations"] if r["type"] == "aws:ec2/route:Route")
    (table,) = way["links"]["routeTableId"]
    assert table.endswith("::net-edge-routes")
    tables = {
        r["name"]: urn
        for r in check.recording["registrations"]
        for urn in r["links"].get("routeTableId", [])
        if "Association" in r["type"]
    }
    assert {name for name, urn in tables.items() if urn == table} == {"net-edge-routes-1", "net-edge-routes-2"}


def test_no_way_in_until_there_is_an_edge(check: Check) -> None:
    assert [r["name"] for r in check.recording["registrations"] if r["inputs"].get("cidrIpv4")] == []
