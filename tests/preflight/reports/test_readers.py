"""Readers of a class in the data map: roles by their policies, parties that a door lets in, and the account itself."""

import json
from typing import Any

import pytest

from im_stack.preflight.reports.model.readers import readers
from im_stack.terms.stack.sub_processor import SubProcessor
from tests.harness.world import ACCOUNT, cloud_entry, judged

_OTHER = "210987654321"
_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def _lets(account: str, action: str = "s3:GetObject") -> dict[str, Any]:
    who = {"AWS": f"arn:aws:iam::{account}:root"}
    return {"Effect": "Allow", "Principal": who, "Action": action, "Resource": "*"}


_READS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::chats-1/*"}
_HELD = [
    {"name": "c", "declares": {"holdings": [{"name": "h", "store": "b", "dataClass": "messages", "clock": "birth"}]}},
    {"type": "aws:iam/role:Role", "name": "r", "inputs": {"name": "own", "assumeRolePolicy": _document(_TRUST)}},
]


def _stack(policy: Any = None, bucket: Any = None) -> list[dict[str, Any]]:
    inputs = {"bucket": "chats-1"} | ({"policy": bucket} if bucket else {})
    rows = [*_HELD, {"type": "aws:s3/bucket:Bucket", "name": "b", "parent": "c", "inputs": inputs}]
    own = {"role": {"$ref": "r"}, "policy": policy}
    return rows + ([{"type": "aws:iam/rolePolicy:RolePolicy", "name": "p", "inputs": own}] if policy else [])


@pytest.mark.parametrize(
    ("rows", "data_class", "expect"),
    [
        (_stack(), "messages", ()),
        (_stack(_document(_READS)), "messages", ("Role r",)),
        (_stack(_document(_READS)), "user-information", ()),
        (_stack({"$unknown": True}), "messages", ("Role r (not known)",)),
        (_stack(bucket=_document(_lets(_OTHER))), "messages", ("Acme",)),
        (_stack(bucket=_document(_lets("210987654322"))), "messages", ("210987654322",)),
        (
            _stack(bucket=_document(_lets(ACCOUNT))),
            "messages",
            ("identities of the account, as their own policies say",),
        ),
    ],
)
def test_who_may_read_a_class(rows: list[dict[str, Any]], data_class: str, expect: tuple[str, ...]) -> None:
    acme = cloud_entry("aws", "indonesia", ["messages"]) | {"name": "Acme", "account": _OTHER}
    facts = judged(rows, cloud="aws", region="ap-southeast-3").facts
    assert readers(facts, data_class, [SubProcessor.model_validate(acme)]) == expect
