"""Keys, network, buckets and keyring on AWS, recorded together from a real program: what reaches the engine."""

import json
from typing import Any

import pytest

from im_stack.components.aws.purge import rate
from im_stack.facts.aws.compute.timers import period_of
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.period import parse_period
from tests.components.aws_program import check_aws, registration
from tests.harness.world import UNKNOWN

PROGRAM = """
from im_stack.components.aws.keyring import Keyring, KeyringArgs
from im_stack.components.aws.s3 import Bucket, BucketArgs, LogBucket, LogBucketArgs
from im_stack.components.aws.secrets import SecretsManager

messages, profiles = plan(declared(), "messages"), plan(declared(), "user-information")
Bucket("media", BucketArgs(account.bucket_name("media"), account, messages, keys), pinned)
Bucket("avatars", BucketArgs(account.bucket_name("avatars"), account, profiles, keys), pinned)
LogBucket("logs", LogBucketArgs(account.bucket_name("logs"), account, profiles), pinned)
ring = KeyringArgs(
    account.bucket_name("ring"), account, keys, (messages,), profiles, network.subnet_ids, network.group_id("purge")
)
Keyring("ring", ring, pinned)
SecretsManager("secrets", {"mysql": "a-canary-password"}, keys, pinned)
"""
CLASSES = {"messages": {"period": "P7D", "backups": "sealed"}, "user-information": {"period": "P30D"}}


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check_aws(tmp_path_factory.mktemp("p"), PROGRAM, CLASSES)


def _statements(check: Check, name: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(registration(check, name)["inputs"]["policy"])["Statement"]
    return statements


def test_it_passes_and_nothing_is_open(check: Check) -> None:
    found = check.judgement.verdicts
    assert [f"{v.rule}: {v.name}: {v.message}" for v in found if v.blocks] == []
    assert {v.outcome for v in found if v.rule == "no-public-door"} == {Outcome.PASS}


@pytest.mark.parametrize(("bucket", "days"), [("media", 5), ("avatars", None), ("logs", 28)])
def test_lifecycles_leave_room_for_their_own_run_and_end_no_avatar(check: Check, bucket: str, days: int | None) -> None:
    (rule,) = registration(check, f"{bucket}-lifecycle")["inputs"]["rules"]
    assert rule.get("expiration") == ({"days": days} if days else None)
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 1}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 1}


def test_a_keyring_s_backstop_is_later_than_its_turnover(check: Check) -> None:
    (rule,) = registration(check, "ring-lifecycle")["inputs"]["rules"]
    assert rule["expiration"] == {"days": 9}
    assert registration(check, "ring", "bucket:")["inputs"]["forceDestroy"] is False


def test_documents_are_known_before_anything_has_an_id(check: Check) -> None:
    policies = [r["inputs"]["policy"] for r in check.recording["registrations"] if "policy" in r["inputs"]]
    assert len(policies) == 8
    assert not any(UNKNOWN in text for text in policies)


def test_only_one_role_may_list_the_keyring(check: Check) -> None:
    listing = [s for s in _statements(check, "ring-policy") if "s3:ListBucket" in s["Action"]]
    assert [s["Condition"] for s in listing] == [
        {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/ring-purge"}}
    ]


def test_balancers_of_the_account_write_logs_and_nothing_else(check: Check) -> None:
    (write,) = (s for s in _statements(check, "logs-policy") if s["Effect"] == "Allow")
    assert write["Action"] == ["s3:PutObject"]
    assert write["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_the_key_is_the_region_s_own_and_turns_over(check: Check) -> None:
    inputs = registration(check, "keys-key")["inputs"]
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


def test_a_run_and_all_that_may_delay_it_fit_what_is_declared(check: Check) -> None:
    schedule = registration(check, "ring-purge-hourly")["inputs"]
    retry, age = schedule["target"]["retryPolicy"], registration(check, "ring-purge-no-retry")["inputs"]
    least = 60 + retry["maximumEventAgeInSeconds"] + age["maximumEventAgeInSeconds"]
    assert registration(check, "ring-purge", "function:")["inputs"]["timeout"] == 300 - least == 120
    assert age["maximumRetryAttempts"] == 0
    assert schedule["scheduleExpression"] == "rate(1 hours)"


def test_the_function_can_neither_read_an_object_nor_unwrap_a_key(check: Check) -> None:
    may = {act for s in _statements(check, "ring-purge-may") for act in s["Action"]}
    assert not {act for act in may if act.endswith("*")} | {"s3:GetObject", "kms:Decrypt"} & may
    assert {"s3:ListBucket", "s3:DeleteObject", "kms:GenerateDataKeyWithoutPlaintext"} <= may


def test_the_function_is_made_of_the_project_s_own_files(check: Check) -> None:
    code = registration(check, "ring-purge", "function:")["inputs"]["code"]
    assert {"index.py", "im_stack/purge/handler.py", "im_stack/purge/aws_kms.py"} <= set(code["assets"])
    assert {name.split("/")[0] for name in code["assets"]} == {"index.py", "im_stack"}


def test_its_log_group_is_one_that_the_service_would_make_itself(check: Check) -> None:
    assert registration(check, "ring-purge-logs")["inputs"]["name"] == "/aws/lambda/ring-purge"


def test_secrets_go_to_the_engine_as_secrets_only(check: Check) -> None:
    assert "a-canary-password" not in json.dumps(
        [r for r in check.recording["registrations"] if r["name"] != "secrets-mysql-value"]
    )
    assert registration(check, "secrets-mysql-value")["inputs"]["secretString"]["value"] == "a-canary-password"
    assert registration(check, "secrets-mysql", "secret:")["inputs"]["recoveryWindowInDays"] == 0


@pytest.mark.parametrize("text", ["PT1M", "PT5M", "PT90M", "PT1H", "PT36H", "P1D"])
def test_the_schedule_runs_as_often_as_its_period_says(text: str) -> None:
    assert period_of(rate(parse_period(text))) == parse_period(text)


def test_a_period_that_a_schedule_cannot_keep_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number of minutes"):
        rate(parse_period("PT30S"))
