"""IAM documents: examples of the user guides with the decisions they describe, and documents built to overwhelm."""

import json
import random
from typing import Any

import pytest

from im_stack.facts.access.requests import PRINCIPAL, Requests, among
from im_stack.facts.access.statements import is_granted, is_refused, may_be_refused, may_pass
from im_stack.facts.access.trust import ways_in
from im_stack.facts.aws.identity import access
from im_stack.facts.aws.identity.access import read_document

BUCKET = ("arn:aws:s3:::amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket/*")
PLAIN = access.plaintext("s3", *BUCKET)
DENY: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list(BUCKET)}
ACCOUNT = "111122223333"


def document(*statements: dict[str, Any]) -> Any:
    return read_document(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def when(**conditions: Any) -> dict[str, Any]:
    return {**DENY, "Condition": conditions}


SECURE = "aws:SecureTransport"
HTTPS_ONLY = {
    "the S3 user guide": [when(Bool={SECURE: "false"})],
    "a switch": [when(Bool={SECURE: False})],
    "several values": [when(Bool={SECURE: ["false"]})],
    "a text": [when(StringEquals={SECURE: "false"})],
    "anything but true": [when(StringNotEquals={SECURE: "true"})],
    "where the key is there, which it always is": [when(BoolIfExists={SECURE: "false"})],
    "every principal of any account": [{**when(Bool={SECURE: "false"}), "Principal": {"AWS": "*"}}],
    "the bucket and its objects apart": [{**when(Bool={SECURE: "false"}), "Resource": r} for r in BUCKET],
    "by kinds of actions": [{**when(Bool={SECURE: "false"}), "Action": act} for act in ("s3:Get*", "s3:*")],
    "by pattern": [{**when(Bool={SECURE: "false"}), "Resource": "arn:aws:s3:::amzn-s3-demo-bucket*"}],
    "inside and outside the network": [
        when(Bool={SECURE: "false"}, **{operator: {"aws:SourceIp": "10.0.0.0/8"}})
        for operator in ("IpAddress", "NotIpAddress")
    ],
}


@pytest.mark.parametrize("statements", HTTPS_ONLY.values(), ids=HTTPS_ONLY)
def test_equivalent_refusals_of_plain_http_are_equal(statements: list[dict[str, Any]]) -> None:
    assert is_refused(document(*statements), PLAIN) is True


def test_all_but_one_action_and_that_one() -> None:
    rest = {key: value for key, value in when(Bool={SECURE: "false"}).items() if key != "Action"}
    halves = [{**rest, "NotAction": "s3:GetObject"}, {**rest, "Action": "s3:GetObject"}]
    assert is_refused(document(*halves), PLAIN) is True
    assert is_refused(document(halves[0]), PLAIN) is False


@pytest.mark.parametrize(
    ("value", "present", "met"),
    [("StringEquals", True, True), ("StringEquals", False, False), ("StringNotEquals", False, True)],
)
def test_a_negated_operator_is_met_where_the_key_is_missing(value: str, present: bool, met: bool) -> None:
    """IAM user guide, condition operators: a key that is not there never matches, and so always matches not."""
    found = document(when(**{value: {"aws:PrincipalOrgID": "o-1"}}))
    asked = access.requests(
        ("s3:GetObject",), BUCKET, among("aws:principalorgid", *(["o-1"] if present else []), absent=not present)
    )
    assert is_refused(found, asked) is met


def _asked(principal: str, *more: Any) -> Requests:
    return access.requests(("s3:GetObject",), BUCKET, access.by(principal), *more)


def test_an_explicit_refusal_wins() -> None:
    """IAM user guide, evaluation logic."""
    both = document({**DENY, "Effect": "Allow"}, DENY)
    assert is_granted(both, PLAIN) is True
    assert may_be_refused(both, PLAIN)
    assert may_pass(both, PLAIN) is False


def test_nothing_is_allowed_by_default() -> None:
    assert may_pass(document(), PLAIN) is False
    assert is_granted(document(DENY), PLAIN) is False


def test_not_principal_refuses_all_others() -> None:
    named = f"arn:aws:iam::{ACCOUNT}:role/purge"
    rest = {key: value for key, value in DENY.items() if key != "Principal"}
    found = document({**rest, "NotPrincipal": {"AWS": [named, f"arn:aws:iam::{ACCOUNT}:root"]}})
    assert is_refused(found, _asked("arn:aws:iam::444455556666:user/u")) is True
    assert is_refused(found, _asked(named)) is None  # a session of it, or its account, may be refused all the same


def test_a_wildcard_stays_in_its_segment() -> None:
    """IAM user guide, Resource: only a `*` at the end of a segment may go beyond the colon."""
    arn = "arn:aws:sqs:ap-southeast-3:111122223333:q"
    asked = access.plaintext("sqs", arn)
    found = {
        pattern: is_refused(document({**DENY, "Action": "sqs:*", "Resource": pattern}), asked)
        for pattern in ("arn:aws:sqs:*:111122223333:q", "arn:aws:sqs:*", "arn:aws:sqs:ap*3:q", "arn:aws:sqs:ap*4:q")
    }
    assert list(found.values()) == [True, True, None, False]


RANDOM = random.Random(7)
PATTERNS = ["".join(RANDOM.choice("ab*?") for _ in range(30)) for _ in range(1600)]
UNREADABLE = {
    "ten thousand statements": json.dumps({"Statement": [when(StringEquals={"k": str(n)}) for n in range(10_000)]}),
    "a megabyte": json.dumps({"Statement": [{**DENY, "Resource": ["x" * 1000] * 1000}]}),
    "nested conditions": '{"Statement": [{"Effect": "Deny", "Condition": ' + '{"a":' * 9000 + "1" + "}" * 9000 + "}]}",
    "characters that mean something else here": json.dumps({"Statement": [{**DENY, "Action": "s3:\ue000"}]}),
    "the same, not escaped": '{"Statement": [{"Effect": "Deny", "Action": "s3:\ue000"}]}',
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_overwhelms_is_not_read(text: str) -> None:
    assert read_document(text) is None


MANY: dict[str, list[dict[str, Any]]] = {
    "patterns of actions and resources": [
        {**DENY, "Action": f"s3:{PATTERNS[n]}", "Resource": [f"arn:aws:s3:::amzn*{p}" for p in PATTERNS[n : n + 8]]}
        for n in range(0, 1200, 8)
    ],
    "a key each": [when(StringEquals={f"k{n}": "x"}) for n in range(500)],
    "principals, and refusals beside them": [
        {**DENY, "Effect": "Allow", "Principal": {"AWS": [f"arn:aws:iam::{10**11 + n}:role/x" for n in range(500)]}},
        *(when(StringEquals={f"k{n}": "x"}) for n in range(200)),
    ],
}


@pytest.mark.parametrize("statements", MANY.values(), ids=MANY)
def test_a_question_that_is_too_large_is_not_known(statements: list[dict[str, Any]]) -> None:
    """Every answer comes, and none says that what is not proven holds."""
    found = document(*statements)
    assert is_refused(found, PLAIN) is not True
    assert all(not way.certain or way.principal for way in ways_in(found, access.strangers([ACCOUNT])))


def test_a_condition_that_a_key_is_missing_or_there_always_holds() -> None:
    assert is_refused(document(when(Null={"aws:SourceVpc": ["true", "false"]})), PLAIN) is True


def test_what_a_pattern_of_principals_stands_for_is_in_no_document() -> None:
    refusal = document({**DENY, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}})
    asked = (*PLAIN, among(PRINCIPAL, f"arn:aws:iam::{ACCOUNT}:role/one"))
    assert is_refused(refusal, asked) is None
