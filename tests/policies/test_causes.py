"""One finding per cause and resource: a rule says once what is wrong in one place of one resource."""

from typing import Any

import pytest

from tests.harness.world import judged

BUCKET: dict[str, Any] = {"type": "tencentcloud:Cos/bucket:Bucket", "name": "b", "inputs": {"bucket": "b-1"}}
KEYRING: dict[str, Any] = {
    "name": "epochs",
    "store": "b",
    "sealsClass": "messages",
    "epoch": "PT1H",
    "life": "P7D",
    "cache": "PT1H",
    "sweep": {"name": "purge", "period": "P1D", "run": "P1D", "repair": "P1D", "by": "the purge job"},
}
POLICY: dict[str, Any] = {"type": "tencentcloud:Cos/bucketPolicy:BucketPolicy", "name": "p"}
ALL = ", ".join(f"the refusal of {what}" for what in ("versioning", "replication", "object lock", "inventories"))
CAUSES: dict[str, tuple[list[dict[str, Any]], dict[str, list[str]]]] = {
    "the default provider": (
        [{**BUCKET, "provider": "none"}],
        {"home-region": [], "explicit-provider": ["Bucket b is made by the default provider, whose region depends"]},
    ),
    "a keyring without a policy": (
        [{"name": "c", "declares": {"keyrings": [KEYRING]}}, {**BUCKET, "parent": "c"}],
        {
            "keyring-guarded": [f"Bucket b: {ALL} and the refusal of listing by people do not hold"],
            "encrypted-in-transit": ["requests of Bucket b is not encrypted"],
        },
    ),
    "a policy that cannot be read": (
        [BUCKET, {**POLICY, "inputs": {"bucket": {"$ref": "b"}, "policy": {"$unknown": True}}}],
        {
            "known-types": [],
            "no-public-door": ["the policy p, which cannot be read before deployment, of Bucket b is not known to be"],
            "encrypted-in-transit": ["requests of Bucket b is not known to be encrypted"],
        },
    ),
    "a policy that refuses nothing": (
        [BUCKET, {**POLICY, "inputs": {"bucket": {"$ref": "b"}, "policy": '{"version": "2.0", "statement": []}'}}],
        {"no-public-door": [], "encrypted-in-transit": ["requests and TLS below 1.2 of Bucket b are not encrypted"]},
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_one_finding(name: str) -> None:
    rows, expected = CAUSES[name]
    judgement = judged(rows)
    for rule, messages in expected.items():
        weak = [verdict.message for verdict in judgement.verdicts if verdict.rule == rule and verdict.weak]
        assert len(weak) == len(messages), weak
        assert all(map(str.startswith, weak, messages)), weak


def test_what_holds_is_said_one_by_one() -> None:
    refused = '{"version": "2.0", "statement": [{"effect": "deny", "principal": "*", "action": "*", "resource": "*"}]}'
    policy = {**POLICY, "inputs": {"bucket": {"$ref": "b"}, "policy": refused}}
    judgement = judged([{"name": "c", "declares": {"keyrings": [KEYRING]}}, {**BUCKET, "parent": "c"}, policy])
    held = [v.rule for v in judgement.verdicts if not v.weak and v.evidence and v.evidence.argument == "policy"]
    assert (held.count("keyring-guarded"), held.count("encrypted-in-transit")) == (5, 2)
