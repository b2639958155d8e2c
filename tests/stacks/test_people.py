"""Both Jakarta stacks with keys of people: they pass, and what keeps, ages or sweeps such a key is blocked."""

from typing import Any

import pytest

from im_stack.facts.declarations import Keyring
from im_stack.facts.model import Store
from im_stack.terms.problem import InputError
from tests.harness.mutate import add, lose, put, statement, told, twin
from tests.harness.people import check_people, seal_by_person
from tests.harness.recorded import check_declared
from tests.stacks.mutants import Mutant, m

STACKS = ("tencent-ap-jakarta", "aws-ap-southeast-3")
_PEOPLE, _PURGE = "Bucket im-people", "Function im-keyring-purge"
_COS, _S3 = "tencentcloud:Cos", "aws:s3"
_LIFE, _PREFIX = f"{_S3}/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {"prefix": ""}
_ROLE, _ARN = "Condition.ArnNotEquals.aws:PrincipalArn", "arn:aws:iam::123456789012:role/"
_UPLOADS = {"abortIncompleteMultipartUpload": {"daysAfterInitiation": 1.0}}
NAMES = {"tencent": "im-people-ap-jakarta-1250000000", "aws": "im-people-123456789012-ap-southeast-3"}
GUARD = {"tencent": "BucketPolicy im-people-guard", "aws": "BucketPolicy im-people-policy"}


def _life(**rule: Any) -> Any:
    return add(_LIFE, "a", {"rules": [{"id": "x", "status": "Enabled", "filter": _PREFIX, **rule}]}, bucket=_PEOPLE)


def _beside(kind: str, type_: str, rules: str, **inputs: Any) -> Mutant:
    return m(kind, rules, add(f"{_S3}/{type_}", "beside", inputs, bucket=_PEOPLE))


def _swept(cloud: str) -> list[Mutant]:
    bucket = told(_PURGE, "IM_KEYRING", "bucket", NAMES[cloud])
    return [
        m("swept: the function is told this bucket", "floor ceiling", bucket),
        m("swept: a second function is", "floor", twin(_PURGE, "second", put(_PURGE, "name", "second"), bucket)),
    ]


MUTANTS: dict[str, list[Mutant]] = {
    "tencent": [
        m("kept: versions", "keyring-guarded erasure-in-time", put(_PEOPLE, "versioningEnable", True)),
        m(
            "kept: versions beside it, by name",
            "keyring-guarded erasure-in-time",
            add(f"{_COS}/bucketVersion:BucketVersion", "v", {"bucket": NAMES["tencent"], "status": "Enabled"}),
        ),
        m("kept: a replica", "copies-stay-home", put(_PEOPLE, "replicaRules", [{"status": "Enabled"}])),
        m("kept: an inventory", "copies-stay-home", add(f"{_COS}/bucketInventory:BucketInventory", "i", {})),
        m("kept: a wrap of an epoch", "keyring-guarded ceiling", put("Bucket im-keyring", "versioningEnable", True)),
        m("guard: none", "keyring-guarded encrypted-in-transit", lose(GUARD["tencent"])),
        m(
            "guard: for one user",
            "keyring-guarded",
            statement(GUARD["tencent"], 3, "principal.qcs", ["qcs::cam::uin/1:uin/2"]),
        ),
        m("guard: reading alone", "keyring-guarded", statement(GUARD["tencent"], 3, "action", ["name/cos:GetObject"])),
        m("age: a year", "floor", put(_PEOPLE, "lifecycleRules", [{"expiration": {"days": 365.0}}])),
        m(
            "age: of some keys",
            "floor",
            put(_PEOPLE, "lifecycleRules", [{"filterPrefix": "subjects/messages/", "expiration": {"days": 4000.0}}]),
        ),
        m("benign: unfinished uploads end", "", put(_PEOPLE, "lifecycleRules", [_UPLOADS])),
        m("benign: everything is refused to users", "", statement(GUARD["tencent"], 3, "action", ["name/cos:*"])),
        *_swept("tencent"),
    ],
    "aws": [
        _beside(
            "kept: versions",
            "bucketVersioning:BucketVersioning",
            "keyring-guarded erasure-in-time",
            versioningConfiguration={"status": "Enabled"},
        ),
        m("kept: a lock", "keyring-guarded copies-stay-home erasure-in-time", put(_PEOPLE, "objectLockEnabled", True)),
        _beside("kept: a replica", "bucketReplicationConfig:BucketReplicationConfig", "copies-stay-home"),
        _beside("kept: an inventory", "inventory:Inventory", "copies-stay-home"),
        _beside("kept: an access point", "accessPoint:AccessPoint", "no-public-door"),
        m(
            "kept: a backup",
            "keyring-guarded erasure-in-time",
            add("aws:backup/vault:Vault", "points", {"name": "points"}),
            add("aws:backup/plan:Plan", "daily", {"rules": [{"ruleName": "daily", "targetVaultName": "points"}]}),
            add("aws:backup/selection:Selection", "s", {"resources": ["arn:aws:s3:::im-people*"]}, planId="Plan daily"),
        ),
        m(
            "kept: a wrap of an epoch",
            "keyring-guarded ceiling",
            add(
                f"{_S3}/bucketVersioning:BucketVersioning",
                "v",
                {"versioningConfiguration": {"status": "Enabled"}},
                bucket="Bucket im-keyring",
            ),
        ),
        m("guard: none", "keyring-guarded encrypted-in-transit", lose(GUARD["aws"])),
        m("guard: for one role", "keyring-guarded", statement(GUARD["aws"], 5, "Principal", {"AWS": "1"})),
        m(
            "guard: reading alone",
            "keyring-guarded",
            statement(GUARD["aws"], 5, "Action", ["s3:GetObject"]),
        ),
        m("guard: for all but another role", "keyring-guarded", statement(GUARD["aws"], 5, _ROLE, f"{_ARN}someone")),
        m(
            "guard: for all but two roles",
            "keyring-guarded",
            statement(GUARD["aws"], 5, _ROLE, [f"{_ARN}im-application", f"{_ARN}x"]),
        ),
        m(
            "guard: listing for all but two roles",
            "keyring-guarded",
            statement(GUARD["aws"], 4, _ROLE, [f"{_ARN}im-application", f"{_ARN}x"]),
        ),
        m("guard: listing for one role", "keyring-guarded", statement(GUARD["aws"], 4, "Principal", {"AWS": "1"})),
        m("age: a year", "floor", _life(expiration={"days": 365.0})),
        m("age: of some keys", "floor", _life(filter={"prefix": "subjects/messages/"}, expiration={"days": 4000.0})),
        m("benign: unfinished uploads end", "", _life(**_UPLOADS)),
        _beside(
            "benign: versions never were",
            "bucketVersioning:BucketVersioning",
            "",
            versioningConfiguration={"status": "Disabled"},
        ),
        *_swept("aws"),
    ],
}


@pytest.mark.parametrize("stack", STACKS)
def test_it_passes_with_keys_of_people_in_a_bucket_of_their_own(stack: str) -> None:
    check = check_people(stack)
    assert [f"{verdict.rule}: {verdict.message}" for verdict in check.judgement.verdicts if verdict.blocks] == []
    rings = check.judgement.facts.of(Keyring)
    assert {ring.seals_class for ring in rings if ring.kind == "people"} == {"messages", "user-information"}
    stores = {kind: {ring.store for ring in rings if ring.kind == kind} for kind in ("epochs", "people")}
    assert [len(each) for each in stores.values()] == [1, 1]
    assert not stores["epochs"] & stores["people"]
    (bucket,) = (s for s in check.judgement.facts.of(Store) if s.subject in stores["people"])
    assert (bucket.expiry, bucket.sooner) == ((), ())


@pytest.mark.parametrize(("stack", "roles"), [(STACKS[0], 1), (STACKS[1], 0)])
def test_that_no_other_role_reaches_them_is_declared_where_no_policy_can_say_it(stack: str, roles: int) -> None:
    hops = check_people(stack).judgement.declared_hops
    found = [hop for hop in hops if hop.subject == _PEOPLE and "one role alone" in hop.must]
    assert [hop.classes for hop in found] == [("messages", "user-information")] * roles


def test_on_aws_the_role_of_the_application_must_be_named() -> None:
    def nameless(config: dict[str, Any]) -> None:
        seal_by_person(config)
        del config["im:network"]["application-role"]

    with pytest.raises(InputError) as caught:
        check_declared("aws-ap-southeast-3", nameless)
    assert [problem.key for problem in caught.value.problems] == ["im:network.application-role"]


def test_on_aws_the_role_that_deploys_may_list_for_a_refresh_and_that_is_declared() -> None:
    def deployed(config: dict[str, Any]) -> None:
        seal_by_person(config)
        config["im:network"]["deploying-role"] = "ci/deploys"

    judgement = check_declared("aws-ap-southeast-3", deployed).judgement
    assert [verdict.message for verdict in judgement.verdicts if verdict.blocks] == []
    (hop,) = (hop for hop in judgement.declared_hops if "ci/deploys" in hop.must)
    assert (hop.subject, hop.rules, hop.classes) == (_PEOPLE, ("keyring-guarded",), ("messages", "user-information"))
    policies = judgement.facts.graph.of_type(f"{_S3}/bucketPolicy:BucketPolicy")
    spared = [policy.name for policy in policies if "role/ci/deploys" in str(policy.inputs["policy"])]
    assert sorted(spared) == ["im-keyring-policy", "im-people-policy"]


@pytest.mark.parametrize(
    ("stack", "mutant"),
    [pytest.param(s, each, id=f"{s}: {each.name}") for s in STACKS for each in MUTANTS[s.split("-")[0]]],
)
def test_what_keeps_or_ends_a_key_is_blocked(stack: str, mutant: Mutant) -> None:
    mutant.must_be_noticed(check_people(stack))
