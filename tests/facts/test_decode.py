"""The boundary: what comes in over the wire, and that nothing else goes further."""

from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import credential_arguments
from im_stack.facts.model import ABSENT, SECRET, Unknown
from im_stack.facts.values.decode import PLAIN, decode, decode_inputs, kept_arguments
from im_stack.facts.wire.constants import UNKNOWNS
from im_stack.policies.judge import judge
from im_stack.preflight.recording.recording import to_resources
from tests.harness.world import TODAY, duties, registrations

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIG = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT_SIG = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE_SIG = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET_SIG = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIG = "0def7320c3a5731c473e5ecbe6d01bc7"
ONE_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
CANARY = "canary-8f2c"


def output(**members: Any) -> dict[str, Any]:
    return {SIGNATURE: OUTPUT_SIG, **members}


VALUES: list[tuple[str, Any, Any]] = [
    ("text", "x", "x"),
    ("empty text", "", ""),
    ("true", True, True),
    ("false", False, False),
    ("an int", 7, 7),
    ("a whole float", 7.0, 7),
    ("zero", 0.0, 0),
    ("a fraction", 7.5, 7.5),
    ("infinity", float("inf"), float("inf")),
    ("null", None, ABSENT),
    ("a list", [1.0, "a"], (1, "a")),
    ("an empty list", [], ()),
    ("nulls in a list stay in place", [None, 1.0], (ABSENT, 1)),
    ("an unknown in a list", [1.0, ONE_UNKNOWN], (1, Unknown("p[1]"))),
    ("a block", {"a": {"b": 1.0}}, {"a": {"b": 1}}),
    ("nulls in a block go", {"a": None, "b": {"c": None}}, {"b": {}}),
    ("an unknown in a block", {"a": {"b": ONE_UNKNOWN}}, {"a": {"b": Unknown("p.a.b")}}),
    ("an unknown in a block in a list", [{"a": ONE_UNKNOWN}], ({"a": Unknown("p[0].a")},)),
    ("the bridge's own keys go", {"__defaults": ["a"], "__meta": "x", "a": 1.0}, {"a": 1}),
    ("text around an unknown is text", f"x-{ONE_UNKNOWN}", f"x-{ONE_UNKNOWN}"),
    ("a secret", {SIGNATURE: SECRET_SIG, "value": "x"}, SECRET),
    ("a secret list", {SIGNATURE: SECRET_SIG, "value": ["x"]}, SECRET),
    ("a secret in a block", {"a": {SIGNATURE: SECRET_SIG, "value": "x"}}, {"a": SECRET}),
    ("a known output", output(value="x"), "x"),
    ("a known output of a block", output(value={"a": 1.0}), {"a": 1}),
    ("a known output of nothing", output(value=None), ABSENT),
    ("an unknown output", output(), Unknown("p")),
    ("an unknown output with dependencies", output(dependencies=["urn"]), Unknown("p")),
    ("an output of an unknown", output(value=ONE_UNKNOWN), Unknown("p")),
    ("a secret output", output(value="x", secret=True), SECRET),
    ("an unknown secret output", output(secret=True), SECRET),
    ("an output that is not secret", output(value="x", secret=False), "x"),
    ("a resource by id", {SIGNATURE: RESOURCE_SIG, "urn": "urn:x", "id": "i-1"}, "i-1"),
    ("a resource by an id not known", {SIGNATURE: RESOURCE_SIG, "urn": "urn:x", "id": ONE_UNKNOWN}, Unknown("p")),
    ("a component by its urn", {SIGNATURE: RESOURCE_SIG, "urn": "urn:x"}, "urn:x"),
    ("an asset", {SIGNATURE: ASSET_SIG, "text": "x"}, Unknown("p")),
    ("an archive by its path", {SIGNATURE: ARCHIVE_SIG, "path": "x.zip"}, Unknown("p")),
    (
        "an archive of files: the digest of each that the wire shows",
        {SIGNATURE: ARCHIVE_SIG, "assets": {"a": {"text": "x"}, "b": {"hash": "1f"}, "c": {"path": "c"}, "d": "x"}},
        {
            "a": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
            "b": "1f",
            "c": Unknown("p.c"),
            "d": Unknown("p.d"),
        },
    ),
    ("a signature nobody knows", {SIGNATURE: "new", "value": "x"}, Unknown("p")),
    ("something else altogether", object(), Unknown("p")),
]


@pytest.mark.parametrize(("wire", "value"), [pytest.param(*row[1:], id=row[0]) for row in VALUES])
def test_lift(wire: Any, value: Any) -> None:
    lifted = decode(wire, "p")
    assert lifted == value
    assert type(lifted) is type(value)


SENTINELS = [  # of the engine's protocol: a switch, a number, a text, a list, an asset, an archive, a block
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]


@pytest.mark.parametrize("sentinel", SENTINELS)
def test_every_kind_of_unknown(sentinel: str) -> None:
    assert decode(sentinel, "a.b") == Unknown("a.b")


def test_there_are_no_other_kinds_of_unknown() -> None:
    assert frozenset(SENTINELS) == UNKNOWNS


BUCKET = "tencentcloud:Cos/bucket:Bucket"


def test_only_judged_arguments_pass() -> None:
    inputs = {"acl": "private", "tags": {"a": "b"}, "__defaults": [], "website": None}
    assert decode_inputs(inputs, BUCKET, True) == {"acl": "private"}
    assert decode_inputs({"imDeclares": {"version": 1.0}, "acl": "x"}, "im:x:Y", False) == {
        "imDeclares": {"version": 1}
    }


@pytest.mark.parametrize(
    ("type_", "custom", "kept", "dropped"),
    [
        (BUCKET, True, "lifecycleRules", "tags"),
        (BUCKET, False, "imDeclares", "acl"),
        ("pulumi:providers:tencentcloud", True, "region", "secretKey"),
        ("pulumi:providers:random", True, "region", "secretKey"),
        ("tencentcloud:Mysql/instance:Instance", True, "internetService", "tags"),
        ("im:index:Backend", False, "imDeclares", "acl"),
        ("im:index:Backend", False, "declaration", "acl"),
        ("im:tencent:Bucket", False, "imDeclares", "declaration"),
    ],
)
def test_what_is_kept(type_: str, custom: bool, kept: str, dropped: str) -> None:
    arguments = kept_arguments(type_, custom)
    assert kept in arguments
    assert dropped not in arguments


SECRET_VERSION = "tencentcloud:Ssm/secretVersion:SecretVersion"


def test_a_credential_is_never_kept_whatever_it_is() -> None:
    credential = "secretString"
    assert credential in credential_arguments(SECRET_VERSION)

    def lifted(value: Any) -> Any:
        return decode_inputs({credential: value}, SECRET_VERSION, True).get(credential)

    assert [lifted(value) for value in (CANARY, 7.0, [CANARY], {"a": CANARY}, "")] == [PLAIN] * 5
    assert lifted({SIGNATURE: SECRET_SIG, "value": CANARY}) is SECRET
    assert lifted(ONE_UNKNOWN) == Unknown(credential)
    assert lifted(None) is None
    assert decode_inputs({credential: CANARY}, SECRET_VERSION, False) == {}


def test_nothing_is_kept_of_a_type_nobody_knows() -> None:
    assert kept_arguments("random:index/randomPassword:RandomPassword", True) == frozenset()
    assert decode_inputs({"result": CANARY}, "random:index/randomPassword:RandomPassword", True) == {}


def test_a_secret_is_in_no_fact_and_no_verdict() -> None:
    secret = {"$secret": CANARY}
    rows = [
        {"type": BUCKET, "name": "b", "inputs": {"acl": secret, "lifecycleRules": [secret], "website": secret}},
        {
            "type": "tencentcloud:Cos/bucketPolicy:BucketPolicy",
            "name": "p",
            "inputs": {"bucket": secret, "policy": secret},
        },
        {
            "type": "tencentcloud:Mysql/instance:Instance",
            "name": "db",
            "inputs": {"rootPassword": CANARY, "internetService": secret, "availabilityZone": secret},
        },
        {
            "type": "pulumi:providers:tencentcloud",
            "name": "other",
            "provider": "none",
            "inputs": {"secretKey": CANARY, "secretId": CANARY, "region": secret},
        },
        {"name": "c", "declares": {"holdings": secret}},
        {
            "name": "d",
            "declares": {"holdings": [{"name": "h", "store": secret, "dataClass": "messages", "clock": "birth"}]},
        },
    ]
    resources = to_resources(registrations(rows))
    assert CANARY not in repr(resources)
    assert CANARY not in repr(judge(resources, duties(), today=TODAY))
