"""Arguments of the kinds that the SDK names: what a provider would refuse for its kind alone."""

from typing import Any

import pytest

from im_stack.preflight.sdk.schema_check import type_errors
from tests.harness.world import SECRET, SIGNATURE, UNKNOWN

BUCKET = "tencentcloud:Cos/bucket:Bucket"
POLICY = "tencentcloud:Mysql/backupPolicy:BackupPolicy"


def _found(type_: str, **inputs: Any) -> list[str]:
    return list(type_errors(type_, inputs))


FITTING: list[tuple[str, dict[str, Any]]] = [
    (BUCKET, {"bucket": "b", "versioningEnable": True, "tags": {"a": "b"}, "__internal": 1}),
    (BUCKET, {"bucket": 5, "versioningEnable": "true", "tags": {"a": 1, "b": False}}),
    (BUCKET, {"bucket": UNKNOWN, "tags": UNKNOWN, "lifecycleRules": [UNKNOWN], "acl": None}),
    (BUCKET, {"bucket": {SIGNATURE: SECRET, "value": "b"}, "lifecycleRules": {SIGNATURE: SECRET, "value": UNKNOWN}}),
    (BUCKET, {"bucket": "b", "lifecycleRules": [{"filterPrefix": "", "expiration": {"days": 7.0}}]}),
    (POLICY, {"mysqlId": "x", "retentionPeriod": "7"}),
    ("tencentcloud:No/such:Type", {"anything": []}),
    ("random:index/randomId:RandomId", {}),
    ("pulumi:providers:tencentcloud", {"region": 1}),
]


@pytest.mark.parametrize(("type_", "inputs"), FITTING)
def test_what_fits(type_: str, inputs: dict[str, Any]) -> None:
    assert _found(type_, **inputs) == []


MISFITS: list[tuple[str, dict[str, Any], str]] = [
    (BUCKET, {}, "its argument bucket is missing"),
    (BUCKET, {"bucket": None}, "its argument bucket is missing"),
    (BUCKET, {"bucket": "b", "nokey": 1}, "its provider knows no argument nokey"),
    (BUCKET, {"bucket": ["b"]}, "its argument bucket is a list, and the provider takes a text"),
    (BUCKET, {"bucket": {"a": "b"}}, "its argument bucket is a block"),
    (BUCKET, {"bucket": "b", "versioningEnable": "maybe"}, "is a text, and the provider takes a switch"),
    (BUCKET, {"bucket": "b", "versioningEnable": 1}, "is a number, and the provider takes a switch"),
    (BUCKET, {"bucket": "b", "tags": "a=b"}, "its argument tags is a text, and the provider takes a block"),
    (BUCKET, {"bucket": "b", "tags": {"a": ["b"]}}, "its argument tags.a is a list"),
    (BUCKET, {"bucket": "b", "lifecycleRules": {}}, "its argument lifecycleRules is a block"),
    (BUCKET, {"bucket": "b", "lifecycleRules": [7]}, "lifecycleRules[0] is a number, and the provider takes a block"),
    (
        BUCKET,
        {"bucket": "b", "corsRules": [{"allowedHeaders": [], "allowedMethods": []}]},
        "its argument corsRules[0].allowedOrigins is missing",
    ),
    (BUCKET, {"bucket": {SIGNATURE: SECRET, "value": ["b"]}}, "its argument bucket is a list"),
    (
        BUCKET,
        {"bucket": "b", "lifecycleRules": [{"filterPrefix": "", "expiration": {"days": "soon"}}]},
        "its argument lifecycleRules[0].expiration.days is a text, and the provider takes a number",
    ),
    (POLICY, {"mysqlId": "x", "retentionPeriod": True}, "is a switch, and the provider takes a number"),
    (POLICY, {"mysqlId": "x", "retentionPeriod": " 7"}, "is a text, and the provider takes a number"),
]


@pytest.mark.parametrize(("type_", "inputs", "why"), MISFITS)
def test_what_does_not(type_: str, inputs: dict[str, Any], why: str) -> None:
    (found,) = _found(type_, **inputs)
    assert why in found
