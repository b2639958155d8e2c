"""Bucket policies of COS: a refusal counts however it is written, and every way of weakening it is seen."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from im_stack.facts.access.statements import Statement, is_refused
from im_stack.facts.access.trust import ways_in
from im_stack.facts.tencent.identity import access
from im_stack.facts.tencent.identity.access import read_document

BUCKET = access.bucket("media-1250000000", "ap-jakarta")
ALL = "qcs::cos:ap-jakarta:uid/1250000000:media-1250000000/*"
HTTPS = {"bool_equal": {"cos:secure-transport": "false"}}
DENY: dict[str, Any] = {
    "effect": "deny",
    "principal": {"qcs": ["qcs::cam::anyone:anyone"]},
    "action": ["name/cos:*"],
    "resource": [ALL],
    "condition": HTTPS,
}


def refuses_plaintext(statements: Sequence[Statement]) -> bool:
    return is_refused(statements, access.plaintext(BUCKET)) is True


def refuses_old_tls(statements: Sequence[Statement]) -> bool:
    return is_refused(statements, access.old_tls(BUCKET)) is True


def refuses(statements: Sequence[Statement], action: str) -> bool:
    return is_refused(statements, access.requests((action,), BUCKET)) is True


def refuses_people(statements: Sequence[Statement], action: str) -> bool:
    return access.people_refused(statements, access.requests((action,), BUCKET)) is True


def opens(statements: Sequence[Statement]) -> bool:
    """Whether anybody but the users of one account is let in."""
    return any(ways_in(statements, access.strangers(["1"])))


def document(*statements: dict[str, Any], **more: Any) -> Any:
    read = read_document(json.dumps({"version": "2.0", "statement": list(statements), **more}))
    assert read is not None
    return read


STRONG: list[tuple[str, dict[str, Any]]] = [
    ("as the component writes it", {}),
    ("one action as text", {"action": "name/cos:*"}),
    ("every action", {"action": "*"}),
    ("one resource as text", {"resource": ALL}),
    ("every resource", {"resource": "*"}),
    ("the bucket by its name", {"resource": "media-1250000000/*"}),
    ("any region, and the owner's account", {"resource": "qcs::cos:::media-1250000000/*"}),
    ("among other resources", {"resource": ["other/*", ALL]}),
    ("among other actions", {"action": ["name/cos:GetObject", "name/cos:*"]}),
    ("everyone by a star", {"principal": "*"}),
    ("everyone among others", {"principal": {"qcs": ["qcs::cam::uin/1:uin/2", "qcs::cam::anyone:anyone"]}}),
    ("everyone as text", {"principal": {"qcs": "qcs::cam::anyone:anyone"}}),
    ("everyone, in capitals", {"principal": {"QCS": ["*"]}}),
    ("a switch instead of a text", {"condition": {"bool_equal": {"cos:secure-transport": False}}}),
    ("the effect in capitals", {"effect": "Deny"}),
    ("a name for the statement", {"sid": "tls"}),
    ("a list of values", {"condition": {"bool_equal": {"cos:secure-transport": ["false"]}}}),
    ("a text", {"condition": {"string_equal": {"cos:secure-transport": "false"}}}),
    ("where the key is there", {"condition": {"bool_equal_if_exist": {"cos:secure-transport": "false"}}}),
    ("anything but HTTPS", {"condition": {"string_not_equal": {"cos:secure-transport": "true"}}}),
    ("a pattern of buckets", {"resource": "qcs::cos:ap-jakarta:uid/1250000000:media-*"}),
    ("under no condition", {"condition": {}}),
]


@pytest.mark.parametrize("change", [pytest.param(c, id=n) for n, c in STRONG])
def test_refuses_plaintext(change: dict[str, Any]) -> None:
    assert refuses_plaintext(document({**DENY, **change}))
    assert refuses_plaintext(document({"effect": "allow", "principal": "*"}, {**DENY, **change}))


WEAK: list[tuple[str, dict[str, Any]]] = [
    ("an allowance", {"effect": "allow"}),
    ("no effect", {"effect": None}),
    ("two effects", {"effect": ["deny"]}),
    ("one user", {"principal": {"qcs": ["qcs::cam::uin/1:uin/2"]}}),
    ("every user of an account", {"principal": {"qcs": ["qcs::cam::uin/1:uin/*"]}}),
    ("every user of every account", {"principal": {"qcs": ["qcs::cam::uin/*:uin/*"]}}),
    ("a service", {"principal": {"service": ["cos.qcloud.com"]}}),
    ("a service beside nobody", {"principal": {"service": ["*"], "qcs": []}}),
    ("nobody", {"principal": {"qcs": []}}),
    ("no principal", {"principal": None}),
    ("a list in a list", {"principal": {"qcs": [["*"]]}}),
    ("some objects", {"resource": [ALL.replace("/*", "/a/*")]}),
    ("one object", {"resource": [ALL.replace("/*", "/a")]}),
    ("the bucket without its objects", {"resource": [ALL.removesuffix("/*")]}),
    ("the bucket with a slash", {"resource": [ALL.removesuffix("*")]}),
    ("another bucket", {"resource": [ALL.replace("media", "other")]}),
    ("a bucket with a longer name", {"resource": [ALL.replace("media", "my-media")]}),
    ("another region", {"resource": [ALL.replace("jakarta", "singapore")]}),
    ("another account", {"resource": [ALL.replace("uid/1250000000", "uid/1")]}),
    ("another service", {"resource": [ALL.replace("cos", "cls")]}),
    ("no resource", {"resource": []}),
    ("every resource but some", {"notResource": [ALL]}),
    ("everyone but one", {"not_principal": {"qcs": ["qcs::cam::uin/1:uin/2"]}}),
    ("reading only", {"action": ["name/cos:GetObject"]}),
    ("another service's actions", {"action": ["name/cls:*"]}),
    ("a prefix of actions", {"action": ["name/cos:Get*"]}),
    ("no action", {"action": []}),
    ("actions without their prefix", {"action": "cos:*"}),
    ("the condition inverted", {"condition": {"bool_equal": {"cos:secure-transport": "true"}}}),
    ("another key", {"condition": {"bool_equal": {"cos:secure": "false"}}}),
    ("a second condition", {"condition": {**HTTPS, "ip_equal": {"qcs:ip": "10.0.0.0/8"}}}),
    (
        "a second key in the condition",
        {"condition": {"bool_equal": {"cos:secure-transport": "false", "cos:x": "true"}}},
    ),
    ("a list of conditions", {"condition": [HTTPS]}),
]


@pytest.mark.parametrize("change", [pytest.param(c, id=n) for n, c in WEAK])
def test_a_weakened_refusal_refuses_nothing(change: dict[str, Any]) -> None:
    assert not refuses_plaintext(document({**DENY, **change}))


def test_several_statements_are_read_together() -> None:
    halves = [{**DENY, "action": ["name/cos:Get*"]}, {**DENY, "action": ["name/cos:Put*"]}]
    assert not refuses_plaintext(document(*halves))
    assert not refuses_plaintext(document())
    people = {**DENY, "principal": {"qcs": ["qcs::cam::uin/1:uin/2"]}}
    assert refuses_plaintext(document(people, DENY))
    old = ("numeric_less_than", "numeric_equal")
    assert refuses_old_tls(document(*({**DENY, "condition": {name: {"cos:tls-version": 1.1}}} for name in old)))


@pytest.mark.parametrize("value", [1.2, "1.2"])
def test_refuses_old_tls(value: Any) -> None:
    old = {**DENY, "condition": {"numeric_less_than": {"cos:tls-version": value}}}
    assert refuses_old_tls(document(old))
    assert not refuses_plaintext(document(old))
    assert not refuses_old_tls(document({**old, "principal": {"qcs": ["qcs::cam::uin/1:uin/2"]}}))
    assert not refuses_old_tls(document({**old, "action": "name/cos:GetObject"}))
    assert not refuses_old_tls(document({**old, "effect": "allow"}))


@pytest.mark.parametrize(
    "condition",
    [
        {"numeric_less_than": {"cos:tls-version": 1.1}},
        {"numeric_less_than": {"cos:tls-version": 1}},
        {"numeric_greater_than": {"cos:tls-version": 1.2}},
        HTTPS,
    ],
)
def test_another_version_is_not_refused(condition: Any) -> None:
    assert not refuses_old_tls(document({**DENY, "condition": condition}))


def test_the_principal_may_stand_outside_the_statement() -> None:
    inside = {key: value for key, value in DENY.items() if key != "principal"}
    assert refuses_plaintext(document(inside, principal="*"))
    assert not refuses_plaintext(document(inside, principal={"qcs": ["qcs::cam::uin/1:uin/2"]}))
    assert not refuses_plaintext(document(inside))


def test_a_bucket_without_an_account_in_its_name_may_be_any_account_s() -> None:
    asked = access.plaintext(access.bucket("media", "ap-jakarta"))
    found = {
        account: is_refused(document({**DENY, "resource": f"qcs::cos:ap-jakarta:{account}:media/*"}), asked)
        for account in ("uid/7", "")
    }
    assert found == {"uid/7": False, "": True}


ACT = "name/cos:PutBucketVersioning"


def test_refuses_an_act_without_any_condition() -> None:
    plain = {key: value for key, value in DENY.items() if key != "condition"}
    assert refuses(document({**plain, "action": [ACT]}), ACT)
    assert refuses(document(plain), ACT)
    assert refuses(document({**plain, "action": [ACT, "name/cos:GetObject"]}), ACT)
    assert not refuses(document(DENY), ACT)
    assert not refuses(document({**plain, "action": ["name/cos:GetObject"]}), ACT)
    assert not refuses(document({**plain, "principal": {"qcs": ["qcs::cam::uin/1:uin/*"]}}), ACT)
    assert not refuses(document({**plain, "effect": "allow"}), ACT)
    assert not refuses(document({**plain, "resource": "other/*"}), ACT)


def test_refuses_people_every_user_or_everyone() -> None:
    plain = {key: value for key, value in DENY.items() if key != "condition"}
    users = {**plain, "principal": {"qcs": ["qcs::cam::uin/100:uin/*"]}, "action": [ACT]}
    assert refuses_people(document(users), ACT)
    assert refuses_people(document(plain), ACT)
    some = {"qcs": ["qcs::cam::uin/100:uin/7", "qcs::cam::uin/100:uin/*"]}
    assert refuses_people(document({**users, "principal": some}), ACT)
    assert not refuses_people(document({**users, "condition": HTTPS}), ACT)
    assert not refuses_people(document({**users, "principal": {"qcs": ["qcs::cam::uin/100:uin/7"]}}), ACT)
    assert not refuses_people(document({**users, "principal": {"qcs": ["qcs::cam::uin/*:uin/*"]}}), ACT)
    assert not refuses_people(document({**users, "effect": "allow"}), ACT)
    assert not refuses_people(document(users), "name/cos:GetBucket")


@pytest.mark.parametrize(
    ("principal", "open_"),
    [
        ("*", True),
        ({"qcs": ["qcs::cam::anyone:anyone"]}, True),
        ({"qcs": ["qcs::cam::uin/1:uin/2", "*"]}, True),
        ({"qcs": ["qcs::cam::uin/*:uin/*"]}, True),
        ({"qcs": ["qcs::cam::uin/*"]}, True),
        ({"qcs": ["qcs::cam::uin/1:uin/2", "qcs::cam::uin/*:uin/*"]}, True),
        ({"qcs": []}, True),
        ({"service": ["cos.qcloud.com"]}, True),
        (None, True),
        ({"qcs": ["qcs::cam::uin/1:uin/2"]}, False),
        ({"qcs": "qcs::cam::uin/1:roleName/purge"}, False),
        ({"qcs": ["qcs::cam::uin/1:uin/*"]}, False),
    ],
)
def test_opens_to_whoever_is_not_named(principal: Any, open_: bool) -> None:
    allowed = {"effect": "allow", "principal": principal, "action": "name/cos:GetObject", "resource": "*"}
    assert opens(document(allowed)) is open_
    assert opens(document({**allowed, "condition": HTTPS})) is open_
    assert opens(document(DENY, allowed)) is open_
    assert not opens(document({**allowed, "effect": "deny"}))


def test_opens_nothing_without_statements() -> None:
    assert not opens(document())
    assert not opens(document(DENY))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '"text"',
        "{}",
        '{"statement": null}',
        '{"statement": "x"}',
        '{"statement": ["x"]}',
        '{"statement": [{}, 1]}',
        '{"statement": [{"effect": "deny", "Effect": "allow"}]}',
        '{"statement": [], "Statement": []}',
        '{"statement": [{"condition": {"a": 1, "a": 2}}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_document_is_not_read(text: str) -> None:
    assert read_document(text) is None


def test_a_single_statement_and_capitals_are_read() -> None:
    text = json.dumps({"Version": "2.0", "Statement": {key.capitalize(): value for key, value in DENY.items()}})
    read = read_document(text)
    assert read is not None
    assert refuses_plaintext(read)
    assert len(read) == 1
