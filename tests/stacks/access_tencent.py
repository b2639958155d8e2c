"""Mutants of access on Tencent Cloud: one statement, or one resource, that lets more in than the stack does; and texts
that mean the same as the stack's own, which pass (no rule must block them)."""

import json
from typing import Any

from tests.harness.mutate import add, beside, instead, put
from tests.stacks.mutants import Mutant, m

DOOR = "no-public-door"
_OUT = "GroupRuleSet im-network-application-rules"
_MEDIA, _ROLE, _FUNCTION = "BucketPolicy im-media-policy", "Role im-keyring-purge-role", "Function im-keyring-purge"
UIN, STRANGER = "100000000001", "100000000009"
_COS, _CAM = "tencentcloud:Cos/", "tencentcloud:Cam/"
_OBJECTS = "qcs::cos:ap-jakarta:uid/1250000000:im-media-ap-jakarta-1250000000/*"
_PINNED = put("tencentcloud im-ap-jakarta", "allowedAccountIds", json.dumps([UIN]))


def _cam(who: Any, act: Any = "name/cos:GetObject", **parts: Any) -> dict[str, Any]:
    whole = {"effect": "allow", "principal": who, "action": act, "resource": _OBJECTS, **parts}
    return {key: value for key, value in whole.items() if value is not None}


def _cos(name: str, who: Any, rules: str = DOOR, act: Any = "name/cos:GetObject", **parts: Any) -> Mutant:
    return m(f"bucket: {name}", rules, _PINNED, beside(_MEDIA, _cam(who, act, **parts)))


def _cam_role(name: str, who: Any, rules: str = DOOR, **parts: Any) -> Mutant:
    trust = {"effect": "allow", "principal": who, "action": "name/sts:AssumeRole", **parts}
    return m(f"role: {name}", rules, _PINNED, beside(_ROLE, trust, argument="document"))


def _tls(name: str, *changes: dict[str, Any], rules: str = "encrypted-in-transit") -> Mutant:
    whole = {"effect": "deny", "condition": {"bool_equal": {"cos:secure-transport": "false"}}}
    refused = [_cam({"qcs": ["qcs::cam::anyone:anyone"]}, ["name/cos:*"], **whole | change) for change in changes]
    return m(f"only HTTPS: {name}", rules, instead(_MEDIA, *refused))


_SPELLINGS = {
    "a main account": f"qcs::cam::uin/{STRANGER}:root",
    "a main account by its number": f"qcs::cam::uin/{STRANGER}:uin/{STRANGER}",
    "every user of an account": f"qcs::cam::uin/{STRANGER}:uin/*",
    "a role": f"qcs::cam::uin/{STRANGER}:roleName/x",
    "a group": f"qcs::cam::uin/{STRANGER}:groupid/1",
    "a session": f"qcs::cam::uin/{STRANGER}:assumed-role/4611686018427",
    "everyone": "qcs::cam::anyone:anyone",
    "a star": "*",
}
_ODD = {
    "no account between colons": f"qcs::cam:uin/{STRANGER}:uin/{STRANGER}",
    "a project": f"qcs:cam::uin/{STRANGER}:root",
    "a number alone": STRANGER,
    "an application id": "qcs::cam::uid/1250000009:uid/1250000009",
    "capitals": f"QCS::cam::uin/{STRANGER}:root",
    "every account": "qcs::cam::uin/*:uin/*",
}
_USER = {"qcs": [f"qcs::cam::uin/{UIN}:uin/200000000002"]}
_SET = {"effect": "allow", "action": "permid/280655", "resource": "*"}

TENCENT_ACCESS = [
    *(_cos(name, {"qcs": [who]}) for name, who in _SPELLINGS.items()),
    *(_cos(f"by {name}", {"qcs": [who]}, f"{DOOR}?") for name, who in _ODD.items()),
    *(_cam_role(name, {"qcs": [who]}) for name, who in _SPELLINGS.items()),
    _cos("everyone in a list", {"qcs": [f"qcs::cam::uin/{UIN}:roleName/x", "*"]}),
    _cos("everyone in capitals", {"QCS": ["*"]}),
    _cos("a service", {"service": ["cdn.qcloud.com"]}),
    _cos("every service", {"service": ["*"]}, f"{DOOR}?"),
    _cos("a provider of identities", {"federated": [f"qcs::cam::uin/{UIN}:saml-provider/x"]}),
    _cos("everyone from a network", "*", condition={"string_equal": {"vpc:requester_vpc": "vpc-1"}}),
    _cos("everyone by an address", "*", condition={"ip_equal": {"qcs:ip": "10.0.0.0/8"}}),
    _cos("everyone by a number if there is one", "*", condition={"string_equal_if_exist": {"qcs:uin": UIN}}),
    _cos("all but some actions", "*", f"{DOOR}?", act=None, notAction=["name/cos:Put*"]),
    _cos("all but one principal", None, f"{DOOR}?", notPrincipal=_USER),
    _cos("a user of the account", _USER),
    _cos("a user of the account writes", _USER, act="name/cos:PutObject"),
    _cos("a user of the account deletes", _USER, act="name/cos:DeleteMultipleObjects"),
    _cos("a user of the account by a set of actions", _USER, f"{DOOR}?", act="permid/280655"),
    m(
        "role: everything, by a set of actions",
        f"{DOOR}?",
        put("Policy im-keyring-purge-policy", "document", json.dumps({"statement": [_SET], "version": "2.0"})),
    ),
    _cos("another account changes the list", {"qcs": [f"qcs::cam::uin/{STRANGER}:root"]}, act="name/cos:PutBucketACL"),
    m(
        "bucket: some account, where the stack's own is not known",
        f"{DOOR}?",
        beside(_MEDIA, _cam({"qcs": [f"qcs::cam::uin/{STRANGER}:root"]})),
    ),
    m("bucket: public", DOOR, put("Bucket im-media", "acl", "public-read")),
    m("bucket: for everyone who signs in", DOOR, put("Bucket im-media", "acl", "authenticated-read")),
    m("bucket: a list in XML", DOOR, put("Bucket im-media", "aclBody", "<AccessControlPolicy/>")),
    m(
        "bucket: a second policy",
        DOOR,
        _PINNED,
        add(
            f"{_COS}bucketPolicy:BucketPolicy",
            "p",
            {"policy": json.dumps({"version": "2.0", "statement": [_cam("*")]})},
            bucket="Bucket im-media",
        ),
    ),
    _cam_role("a user of the account", _USER),
    _cam_role(
        "another account by a word",
        {"qcs": [f"qcs::cam::uin/{STRANGER}:root"]},
        condition={"string_equal": {"sts:external_id": "x"}},
    ),
    _cam_role("a provider of identities", {"federated": [f"qcs::cam::uin/{UIN}:oidc-provider/x"]}),
    _cam_role("another service", {"service": ["cvm.qcloud.com"]}),
    m(
        "function: a trigger of its own for callers",
        DOOR,
        add(
            "tencentcloud:Scf/triggerConfig:TriggerConfig",
            "t",
            {"triggerName": "gw", "type": "apigw", "enable": "OPEN"},
            functionName=_FUNCTION,
        ),
    ),
    m("topic: whoever gives no name", DOOR, put("Acl im-ckafka-messages-read", "principal", "User:ANONYMOUS")),
    m("topic: one of two is everyone", DOOR, put("Acl im-ckafka-messages-read", "principal", "User:a;User:*")),
    m("topic: from everywhere", DOOR, put("Acl im-ckafka-messages-read", "host", "10.0.0.1;0.0.0.0/0")),
    m(
        "log topic: without credentials",
        DOOR,
        put("Topic im-access", "extends", {"anonymousAccess": {"operations": ["trackLog"]}}),
    ),
    _tls("reading only", {"action": ["name/cos:GetObject"]}),
    _tls("one folder", {"resource": [_OBJECTS.replace("/*", "/a/*")]}),
    _tls("users only", {"principal": {"qcs": [f"qcs::cam::uin/{UIN}:uin/*"]}}),
    _tls(
        "by a second condition",
        {"condition": {"bool_equal": {"cos:secure-transport": "false"}, "ip_equal": {"qcs:ip": "10.0.0.0/8"}}},
    ),
    _tls("of what is not false", {"condition": {"string_not_equal": {"cos:secure-transport": "false"}}}),
    _tls(
        "of what is not false, in any case",
        {"condition": {"string_not_equal_ignore_case": {"cos:secure-transport": "False"}}},
    ),
    _tls("in any case", {"condition": {"string_equal_ignore_case": {"cos:secure-transport": "False"}}}, rules=""),
    _tls("as a text", {"condition": {"string_equal": {"cos:secure-transport": "false"}}}, rules=""),
    _tls("for everyone by a star", {"principal": "*", "action": ["*"], "resource": ["*"]}, rules=""),
    _tls("in two sets of actions", {"action": ["name/cos:Get*"]}, {"action": ["name/cos:*"]}, rules=""),
    _cos("a role of the stack", {"qcs": [f"qcs::cam::uin/{UIN}:roleName/im-keyring-purge-ap-jakarta"]}, ""),
    _cos("a user who may only set tags", _USER, "", act="name/cos:PutBucketTagging"),
    *(
        m(f"network: a way out to {where}", rules, put(_OUT, "egresses.5.cidrBlock", address))
        for where, rules, address in (
            ("an address of others", DOOR, "203.0.113.7/32"),
            ("the neighbour of the cloud's resolver", DOOR, "183.60.83.20/32"),
            ("a range around the resolver", DOOR, "183.60.83.0/24"),
            ("the other resolver", "", "183.60.82.98"),
            ("a private range", "", "10.9.0.0/16"),
        )
    ),
]
