"""Arguments as the user's own file spells them: Python, HCL, or the wire where no program is seen."""

from types import SimpleNamespace
from typing import Any

import pytest

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Evidence, Resource
from im_stack.preflight.reports.model.spelling import in_language, respelled, spelling

_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_RESOURCES = [
    Resource("urn:l", _LIFECYCLE, "l", {}),
    Resource("urn:b", "tencentcloud:Cos/bucket:Bucket", "b", {}),
    Resource("urn:c", "im:index:Declaration", "c", {}, custom=False),
]


def _check(form: str) -> Any:
    return SimpleNamespace(
        addresses={"urn:l": "aws_s3_bucket_lifecycle_configuration.l"} if form == "plan" else {},
        recording={"registrations": [{}] if form == "program" else []},
        judgement=SimpleNamespace(facts=SimpleNamespace(graph=Graph(_RESOURCES))),
    )


@pytest.mark.parametrize(
    ("form", "urn", "argument", "expect"),
    [
        ("program", "urn:l", "rules.noncurrentVersionExpiration.noncurrentDays", None),
        ("plan", "urn:l", "rules.expiration.days", "rule.expiration.days"),
        ("plan", "urn:l", "rules[0].expiration.days", "rule.expiration.days"),
        ("state", "urn:l", "rules.noncurrentVersionExpiration", "rules.noncurrentVersionExpiration"),
        ("program", "urn:b", "encryptionAlgorithm", "encryption_algorithm"),
        ("plan", "urn:b", "encryptionAlgorithm", "encryption_algorithm"),
        ("program", "urn:c", "imDeclares.holdings", "imDeclares.holdings"),
        ("plan", "urn:c", "imDeclares.holdings", "imDeclares.holdings"),
        ("program", "urn:nobody", "someArgument", "someArgument"),
    ],
)
def test_an_argument_is_spelled_as_its_file_does(form: str, urn: str, argument: str, expect: str | None) -> None:
    spelled = spelling(_check(form))(urn, argument)
    assert spelled == (expect or "rules.noncurrent_version_expiration.noncurrent_days")


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("set kmsId with a key", "set kms_id with a key"),
        ("set lifecycleRules.expiration.days to 5 d", "set lifecycle_rules.expiration.days to 5 d"),
        ("lifecycleRules: photos.lifecycleRules", "lifecycle_rules: photos.lifecycle_rules"),
        ("mykmsId and kmsIdOf are others", "mykmsId and kmsIdOf are others"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_a_text_has_its_own_arguments_respelled_and_nothing_else(text: str, expect: str) -> None:
    evidence = [Evidence("urn:b", each) for each in ("kmsId", "lifecycleRules", "lifecycleRules.expiration.days", "")]
    assert respelled(text, evidence, spelling(_check("program"))) == expect


@pytest.mark.parametrize(
    ("form", "expect"), [("program", "user_group_ids, or a kmsIdOf"), ("state", "userGroupIds, or a kmsIdOf")]
)
def test_a_fix_names_other_arguments_of_the_resource_in_its_language(form: str, expect: str) -> None:
    check = _check(form)
    check.judgement.facts.graph = Graph(
        [Resource("urn:r", "aws:elasticache/replicationGroup:ReplicationGroup", "r", {})]
    )
    assert in_language(check, spelling(check), "urn:r", "userGroupIds, or a kmsIdOf") == expect
