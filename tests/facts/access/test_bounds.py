"""Bounds: documents that are too long, too deep or too many are decided in few steps, and prove nothing."""

import json
import tracemalloc
from typing import Any

import pytest

from im_stack.facts.access.patterns import Work
from im_stack.facts.aws.identity.access import read_document
from im_stack.facts.mechanism.collect import collect
from im_stack.facts.model import Channel, Exposure, Guard, Unresolved
from im_stack.preflight.recording.recording import to_resources
from tests.harness.world import registrations

STEPS = 500_000
"""Most steps for everything that is asked of one document: some ten questions of 50,000."""
ACCOUNT, OTHER = "123456789012", "arn:aws:iam::210987654321:role/r"
DENY: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
ALLOW: dict[str, Any] = {**DENY, "Effect": "Allow", "Principal": {"AWS": OTHER}}


def _nested(depth: int) -> Any:
    return '{"a":' * depth + "1" + "}" * depth


def _names(count: int) -> list[str]:
    return [f"arn:aws:iam::{10**11 + n}:role/x" for n in range(count)]


def _wild(n: int) -> str:
    return "".join("*" if n >> bit & 1 else "ab"[bit % 2] for bit in range(12))


AWS: dict[str, str] = {
    "a megabyte of one text": json.dumps({"Statement": {**ALLOW, "Sid": "x" * 1_000_000}}),
    "a megabyte of white space": " " * 1_000_000 + json.dumps({"Statement": ALLOW}),
    "10,000 statements": json.dumps({"Statement": [ALLOW] * 10_000}),
    "10,000 statements of a few characters": '{"Statement":[' + ",".join(["{}"] * 10_000) + "]}",
    "1,000 statements of a few characters": '{"Statement":[' + ",".join(["{}"] * 1_000) + "]}",
    "objects in objects": _nested(15_000),
    "lists in lists": "[" * 90_000 + "]" * 9_000,
    "conditions in conditions": json.dumps({"Statement": {**ALLOW, "Condition": json.loads(_nested(400))}}),
    "a number of many digits": '{"Statement": {"Effect": "Allow", "Sid": ' + "9" * 90_000 + "}}",
    "many principals, and many refusals": json.dumps(
        {"Statement": [{**ALLOW, "Principal": {"AWS": _names(1_200)}}, *[{**DENY, "Action": "s3:Abort*"}] * 500]},
        separators=(",", ":"),
    ),
    "many conditions": json.dumps(
        {"Statement": [{**DENY, "Condition": {"StringLike": {f"k{n}": _wild(n)}}} for n in range(600)]}
    ),
    "many patterns": json.dumps(
        {"Statement": [{**DENY, "Resource": [f"arn:aws:s3:::*{_wild(n + m)}" for m in range(8)]} for n in range(300)]}
    ),
    "all but many": json.dumps(
        {"Statement": {**ALLOW, "Principal": "*", "NotAction": [_wild(n) for n in range(4_000)]}}
    ),
}

REFUSE: dict[str, Any] = {"effect": "deny", "principal": "*", "action": "name/cos:*", "resource": "*"}
ADMIT: dict[str, Any] = {**REFUSE, "effect": "allow", "principal": {"qcs": ["qcs::cam::uin/9:uin/9"]}}
CAM: dict[str, str] = {
    "a megabyte of one text": json.dumps({"statement": {**ADMIT, "sid": "x" * 1_000_000}}),
    "10,000 statements": json.dumps({"statement": [ADMIT] * 10_000}),
    "statements of a few characters": '{"statement":[' + ",".join(["{}"] * 1_000) + "]}",
    "objects in objects": _nested(15_000),
    "users of many accounts, and many refusals": json.dumps(
        {
            "statement": [
                {**ADMIT, "principal": {"qcs": [f"qcs::cam::uin/{10**8 + n}:uin/*" for n in range(1_500)]}},
                *[{**REFUSE, "action": "name/cos:Abort*"}] * 300,
            ]
        },
        separators=(",", ":"),
    ),
    "many conditions": json.dumps(
        {"statement": [ADMIT, *({**REFUSE, "condition": {"string_like": {f"k{n}": _wild(n)}}} for n in range(600))]}
    ),
}


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    taken: list[int] = []
    step = Work.step

    def counted(self: Work, count: int = 1) -> None:
        before = self.left
        try:
            step(self, count)
        finally:
            taken.append(max(before, 0) - max(self.left, 0))

    monkeypatch.setattr(Work, "step", counted)
    return taken


def _facts(package: str, *rows: dict[str, Any]) -> Any:
    home = {"aws": "ap-southeast-3", "tencentcloud": "ap-jakarta"}[package]
    return collect(to_resources(registrations(list(rows), home, package)), home)


def _door_is_not_closed(facts: Any, name: str) -> bool:
    return any(door.open is not False for door in facts.of(Exposure) if door.subject.endswith(f"::{name}"))


def _nothing_is_proven(facts: Any) -> bool:
    """Whether no refusal counts, and no reader failed."""
    crashed = [each for each in facts.of(Unresolved) if each.kind == "reader"]
    channels = [each for each in facts.of(Channel) if each.encrypted]
    guards = [each for each in facts.of(Guard) if each.holds and not each.alone and "policy" in each.evidence.argument]
    return not (crashed or channels or guards)


@pytest.mark.parametrize("document", AWS.values(), ids=AWS)
def test_a_document_of_aws_is_decided_in_few_steps(document: str, steps: list[int]) -> None:
    facts = _facts(
        "aws",
        {"type": "aws:s3/bucket:Bucket", "name": "b", "inputs": {"bucket": "media-1", "policy": document}},
        {"type": "aws:kms/key:Key", "name": "k", "inputs": {"policy": document}},
        {"type": "aws:sqs/queue:Queue", "name": "q", "inputs": {"name": "q", "policy": document}},
        {"type": "aws:iam/policy:Policy", "name": "p", "inputs": {"name": "p", "policy": document}},
        {"type": "aws:iam/role:Role", "name": "r", "inputs": {"name": "r", "assumeRolePolicy": document}},
    )
    assert sum(steps) < 5 * STEPS
    assert _nothing_is_proven(facts)
    allows = '"Effect": "Deny"' not in document[:60]
    assert all(_door_is_not_closed(facts, name) for name in ("kqr" if allows else ""))


@pytest.mark.parametrize("document", CAM.values(), ids=CAM)
def test_a_document_of_tencent_cloud_is_decided_in_few_steps(document: str, steps: list[int]) -> None:
    policy = {"bucket": {"$ref": "b"}, "policy": document}
    facts = _facts(
        "tencentcloud",
        {"type": "tencentcloud:Cos/bucket:Bucket", "name": "b", "inputs": {"bucket": "media-1250000000"}},
        {"type": "tencentcloud:Cos/bucketPolicy:BucketPolicy", "name": "w", "inputs": policy},
        {"type": "tencentcloud:Cam/policy:Policy", "name": "p", "inputs": {"name": "p", "document": document}},
        {"type": "tencentcloud:Cam/role:Role", "name": "r", "inputs": {"name": "r", "document": document}},
    )
    assert sum(steps) < 3 * STEPS
    assert _nothing_is_proven(facts)
    assert _door_is_not_closed(facts, "r")


def test_memory_is_bounded() -> None:
    tracemalloc.start()
    for name in (
        "a megabyte of one text",
        "10,000 statements",
        "1,000 statements of a few characters",
        "many patterns",
    ):
        read_document(AWS[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1_000_000  # a document of 100,000 characters is at most some megabytes of objects


def test_references_in_a_circle_end() -> None:
    """Roles that let each other in, queues that pass on to each other, aliases of each other."""

    def trusting(other: str) -> str:
        who = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/{other}"}
        return json.dumps({"Statement": {"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}})

    facts = _facts(
        "aws",
        *(
            {"type": "aws:iam/role:Role", "name": one, "inputs": {"name": one, "assumeRolePolicy": trusting(other)}}
            for one, other in (("r", "s"), ("s", "r"))
        ),
        *(
            {
                "type": "aws:sqs/queue:Queue",
                "name": one,
                "inputs": {"name": one, "redrivePolicy": {"$ref": other}, "kmsMasterKeyId": {"$ref": "a"}},
            }
            for one, other in (("q", "p"), ("p", "q"))
        ),
        {"type": "aws:kms/alias:Alias", "name": "a", "inputs": {"name": "alias/a", "targetKeyId": {"$ref": "c"}}},
        {"type": "aws:kms/alias:Alias", "name": "c", "inputs": {"name": "alias/c", "targetKeyId": {"$ref": "a"}}},
    )
    assert not any(_door_is_not_closed(facts, name) for name in "rs")  # nobody else may take either
    assert not [each for each in facts.of(Unresolved) if each.kind == "reader"]
