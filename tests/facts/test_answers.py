"""Answers: an output counts where it contradicts what was given, and nowhere else."""

from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import judged_arguments
from im_stack.facts.mechanism.tables import PACKAGES, answers
from im_stack.facts.values.answers import as_answered, contradicts
from im_stack.facts.wire.constants import SECRET, SIGNATURE, UNKNOWN
from tests.facts.test_tables import module_of

SEALED = {SIGNATURE: SECRET, "ciphertext": "v1:x"}
SAME: list[tuple[str, Any, Any]] = [
    ("a text", "a", "a"),
    ("a number", 1.0, 1),
    ("a number in a text", "443", 443),
    ("a switch in a text", "true", True),
    ("a document written otherwise", '{"a": [1], "b": 2}', '{"b":2,"a":[1]}'),
    ("what the provider adds to a block", {"days": 7, "__defaults": []}, {"days": 7, "date": ""}),
    ("what it leaves out of one", {"days": 7, "prefix": "x"}, {"days": 7, "prefix": None}),
    ("a list in another order", [{"a": 1}, {"a": 2}], [{"a": 2, "b": 0}, {"a": 1, "b": 0}]),
    ("what is not known", UNKNOWN, "a"),
    ("an answer that is not known", ["a"], [UNKNOWN]),
    ("a secret", SEALED, "a"),
    ("an answer that is one", "a", SEALED),
    ("secrets in a block", {"a": SEALED}, {"a": SEALED}),
]
OTHER: list[tuple[str, Any, Any]] = [
    ("a text", "private", "public-read"),
    ("a number", 7, 1830),
    ("a switch", True, False),
    ("inside a block", {"days": 7}, {"days": 70}),
    ("a member less", ["a", "b"], ["a"]),
    ("a member more", ["a"], ["a", "b"]),
    ("none at all", ["a"], []),
    ("the same twice for two", ["a", "b"], ["a", "a"]),
    ("in a document", '{"effect": "deny"}', '{"effect": "allow"}'),
    ("another kind", ["a"], "a"),
]


@pytest.mark.parametrize(("given", "told"), [pytest.param(*row[1:], id=row[0]) for row in SAME])
def test_no_contradiction(given: Any, told: Any) -> None:
    assert not contradicts(given, told)


@pytest.mark.parametrize(("given", "told"), [pytest.param(*row[1:], id=row[0]) for row in OTHER])
def test_a_contradiction(given: Any, told: Any) -> None:
    assert contradicts(given, told)


COS, KAFKA = "tencentcloud:Cos/bucket:Bucket", "tencentcloud:Ckafka/instance:Instance"
KEY, SSL = "tencentcloud:Kms/key:Key", "tencentcloud:Mongodb/instanceSsl:InstanceSsl"
TDE = "tencentcloud:Mongodb/instanceTransparentDataEncryption:InstanceTransparentDataEncryption"
MYSQL, REDIS = "tencentcloud:Mysql/instance:Instance", "tencentcloud:Redis/instance:Instance"
FUNCTION, SECRET_VERSION = "tencentcloud:Scf/function:Function", "tencentcloud:Ssm/secretVersion:SecretVersion"
S3 = "aws:s3/bucket:Bucket"
CLB = "tencentcloud:Clb/instance:Instance"
A, B = {"name": "a", "type": "timer"}, {"name": "b", "type": "timer"}
ANSWERED: list[tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any] | None]] = [
    ("what was given", COS, {"acl": "private"}, {"acl": "private"}, {"acl": "private"}),
    ("another value", COS, {"acl": "private"}, {"acl": "public-read"}, {"acl": "public-read"}),
    ("nothing", COS, {"acl": "private"}, {}, {"acl": "private"}),
    ("null", COS, {"acl": "private"}, {"acl": None}, {"acl": "private"}),
    ("what nothing looks at", COS, {}, {"tags": {"a": "b"}}, {}),
    ("what nobody gave and a table lists", KAFKA, {}, {"publicNetwork": 3}, {"publicNetwork": 3}),
    ("what nobody gave, and it is nothing", KAFKA, {}, {"publicNetwork": 0}, {}),
    ("what nobody gave, and a table lists as well", REDIS, {}, {"productVersion": "local"}, {}),
    ("what nobody gave, and no table lists", REDIS, {}, {"productVersion": "cdc"}, {"productVersion": "cdc"}),
    ("what nobody gave, which is where it is", CLB, {}, {"targetRegionInfoRegion": "ap-jakarta"}, {}),
    ("elsewhere", CLB, {}, {"targetRegionInfoRegion": "ap-x"}, {"targetRegionInfoRegion": "ap-x"}),
    ("what nobody gave, which can be compared with nothing", COS, {}, {"aclBody": "<Owner>"}, {}),
    ("a switch that nobody gave", REDIS, {}, {"noAuth": True}, {"noAuth": True}),
    ("a switch that nobody gave, and is off", REDIS, {}, {"noAuth": False}, {}),
    ("a switch in a block", S3, {}, {"versioning": {"enabled": True}}, {"versioning": {"enabled": True}}),
    ("a switch in a block, and it is off", S3, {}, {"versioning": {"enabled": False, "mfaDelete": False}}, {}),
    ("another than the default", MYSQL, {}, {"internetService": 1}, {"internetService": 1}),
    ("a credential", SECRET_VERSION, {"secretString": "a"}, {"secretString": "b"}, {"secretString": "a"}),
    ("a key that is on", KEY, {"isEnabled": True}, {"keyState": "Enabled"}, {"isEnabled": True}),
    ("a key that is off", KEY, {"isEnabled": True}, {"keyState": "Disabled"}, {"isEnabled": False}),
    ("a key that is going", KEY, {"isEnabled": True}, {"keyState": "PendingDelete"}, {"isEnabled": UNKNOWN}),
    ("a key of whose state nothing is known", KEY, {}, {"keyState": UNKNOWN}, {}),
    ("TLS off", SSL, {"enable": True}, {"status": 0}, {"enable": False}),
    ("TLS on", SSL, {"enable": True}, {"status": 1.0}, {"enable": True}),
    ("TLS in between", SSL, {"enable": True}, {"status": 2}, {"enable": UNKNOWN}),
    ("encryption on", TDE, {"keyId": "k"}, {"transparentDataEncryptionStatus": "open"}, {"keyId": "k"}),
    ("encryption off", TDE, {"keyId": "k"}, {"transparentDataEncryptionStatus": "close"}, None),
    ("no public host", MYSQL, {}, {"internetHost": ""}, {}),
    ("a public host", MYSQL, {"internetService": 0}, {"internetHost": "x.com"}, {"internetService": 1}),
    ("a public address", REDIS, {}, {"wanAddress": "1.2.3.4:6379"}, {"wanAddressSwitch": "open"}),
    ("all triggers", FUNCTION, {"triggers": [A, B]}, {"triggerInfos": [B, A]}, {"triggers": [A, B]}),
    ("a trigger gone", FUNCTION, {"triggers": [A, B]}, {"triggerInfos": [B]}, {"triggers": [B]}),
    ("all of them gone", FUNCTION, {"triggers": [A]}, {"triggerInfos": []}, {"triggers": []}),
    ("a trigger off", FUNCTION, {"triggers": [A]}, {"triggerInfos": [{**A, "enable": False}]}, {"triggers": []}),
    ("a trigger on", FUNCTION, {"triggers": [A]}, {"triggerInfos": [{**A, "enable": True}]}, {"triggers": [A]}),
    ("one that nobody declared", FUNCTION, {"triggers": [A]}, {"triggerInfos": [A, B]}, {"triggers": [A]}),
    ("triggers that nobody knows", FUNCTION, {"triggers": UNKNOWN}, {"triggerInfos": [A]}, {"triggers": UNKNOWN}),
]


@pytest.mark.parametrize(
    ("type_", "inputs", "outputs", "judged"), [pytest.param(*row[1:], id=row[0]) for row in ANSWERED]
)
def test_what_is_judged(type_: str, inputs: Any, outputs: Any, judged: Any) -> None:
    assert as_answered(inputs, outputs, type_, "ap-jakarta") == judged


_ROWS = {type_: rows for cloud in PACKAGES for type_, rows in answers(cloud).items()}


@pytest.mark.parametrize("type_", sorted(_ROWS))
def test_rows_name_what_is_there(type_: str) -> None:
    text = module_of(type_).read_text("utf-8")
    for row in _ROWS[type_]:
        words = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in row.output)
        assert f"def {words}(self) ->" in text, f"{type_} has no output {row.output}"
        assert bool(row.gone) != bool(row.argument)
        assert not row.argument or row.argument in judged_arguments(type_)
