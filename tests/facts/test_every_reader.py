"""No reader fails, whatever an argument is, and whatever holds data says how it rests."""

from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import PROVIDER, cloud_of, clouds, judged_arguments
from im_stack.facts.mechanism.collect import Facts, collect
from im_stack.facts.mechanism.tables import forbidden_settings
from im_stack.facts.model import SECRET, AtRest, Resource, Store, Unknown, Unresolved, Value

WRONG: list[Any] = [SECRET, True, -1, 0, 1e300, "", "x", (), ("x",), ({},), {}, {"x": ({},)}, 10**40, float("nan")]
HOMES = {"aws": "ap-southeast-3", "tencent": "ap-jakarta"}
_BUCKET, _PLAN = "aws:s3/bucket:Bucket", "aws:backup/plan:Plan"
READ = [type_ for cloud in clouds() for type_ in sorted(cloud.readers)]
JUDGED = [type_ for cloud in clouds() for type_ in sorted({*cloud.readers, *forbidden_settings(cloud.name)})]


def _read(*resources: Resource) -> Facts:
    cloud = cloud_of(resources[0].type)
    assert cloud
    facts = collect(resources, HOMES[cloud.name])
    assert not [unread.why for unread in facts.of(Unresolved) if unread.kind == "reader"]
    return facts


@pytest.mark.parametrize("type_", [type_ for type_ in JUDGED if judged_arguments(type_)])
def test_no_reader_fails_whatever_an_argument_is(type_: str) -> None:
    for argument in sorted(judged_arguments(type_)):
        for value in WRONG:
            _read(Resource("urn:r", type_, "r", {argument: value}))


@pytest.mark.parametrize("type_", READ)
def test_whatever_holds_data_says_how_it_rests(type_: str) -> None:
    """A store that said nothing of it would be judged by no rule."""
    cloud = cloud_of(type_)
    assert cloud
    for inputs in ({}, dict.fromkeys(cloud.readers[type_].arguments, Unknown("x"))):
        facts = _read(Resource("urn:r", type_, "r", inputs))
        assert {store.subject for store in facts.of(Store)} <= {rest.subject for rest in facts.of(AtRest)}


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_no_selection_fails_whatever_a_plan_or_a_tag_is(wrong: Any) -> None:
    """What a selection reads of others: the rules of its plan, and tags of stores and of their provider."""
    blocks: list[Value] = [wrong, {"lifecycle": wrong}, {"lifecycle": {"deleteAfter": wrong}, "copyActions": wrong}]
    rows: list[Value] = [wrong, {"key": wrong, "value": wrong}, {"key": "aws:ResourceTag/a", "value": wrong}]
    for block, row in zip(blocks, rows, strict=True):
        conditions = ({"stringEquals": (row,), "stringNotLikes": row},)
        chosen: dict[str, Value] = {"planId": "p", "selectionTags": (row,), "conditions": conditions}
        _read(
            Resource("urn:q", f"{PROVIDER}aws", "q", {"region": "ap-southeast-3", "defaultTags": block}),
            Resource("urn:b", _BUCKET, "b", {"bucket": "b", "tags": block}, provider="urn:q"),
            Resource("urn:c", _BUCKET, "c", {"tags": {"a": wrong}}),
            Resource("urn:p", _PLAN, "p", {"rules": (block,)}, id="p"),
            Resource("urn:s", "aws:backup/selection:Selection", "s", chosen),
        )
