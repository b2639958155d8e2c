"""Which stores a selection of AWS Backup names: the names of stores whose readers are not asked here."""

from typing import Any

import pytest

from im_stack.facts.aws.stores.selection import ARGUMENTS, STORES, selects
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Resource, Unknown, Value

_RDS, _AURORA, _DOCDB = "aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:docdb/cluster:Cluster"
_ELASTIC, _OLDER = "aws:docdb/elasticCluster:ElasticCluster", "aws:s3/bucketV2:BucketV2"


def _selected(type_: str, inputs: dict[str, Value], region: Any = "ap-southeast-3", **arguments: Value) -> bool | None:
    provider = Resource("p", "pulumi:providers:aws", "p", {"region": region})
    store = Resource("s", type_, "s", inputs, provider="p")
    selection = Resource("b", "aws:backup/selection:Selection", "b", arguments)
    return selects(View(selection, ARGUMENTS, {}), store, Graph([provider, store, selection]))


@pytest.mark.parametrize(
    ("type_", "inputs", "pattern", "answer"),
    [
        (_RDS, {"identifier": "im-mysql"}, "arn:aws:rds:*:*:db:*", True),
        (_RDS, {"identifier": "im-mysql"}, "arn:aws:rds:*:*:db:im-*", True),
        (_RDS, {"identifier": "im-mysql"}, "arn:aws:rds:ap-southeast-3:*:db:im-mysql", True),
        # Which account a program runs in is in no resource: an account that is named may be this one.
        (_RDS, {"identifier": "im-mysql"}, "arn:aws:rds:ap-southeast-3:123456789012:db:im-mysql", None),
        (_RDS, {"identifier": "im-mysql"}, "arn:aws:rds:*:*:db:other", False),
        (_RDS, {"identifier": "im-mysql"}, "arn:aws:rds:*:*:cluster:*", False),
        (_RDS, {"identifier": "im-mysql"}, "arn:aws:rds:us-east-1:*:db:*", False),
        (_RDS, {"identifier": "im-mysql"}, "arn:aws-cn:rds:*:*:db:*", False),
        (_RDS, {"identifier": Unknown("x")}, "arn:aws:rds:*:*:db:other", None),
        (_RDS, {}, "arn:aws:rds:*:*:db:o*", None),
        (_RDS, {}, "arn:aws:rds:*:*:db:*", True),
        (_AURORA, {"clusterIdentifier": "a"}, "arn:aws:rds:*:*:cluster:a", True),
        (_AURORA, {"clusterIdentifier": "a"}, "arn:aws:rds:*:*:db:*", False),
        (_DOCDB, {"clusterIdentifier": "im-mongodb"}, "arn:aws:rds:*:*:cluster:im-*", True),
        (_DOCDB, {"clusterIdentifier": "im-mongodb"}, "arn:aws:docdb:*", False),
        (_ELASTIC, {}, "arn:aws:docdb-elastic:*:*:cluster/*", True),
        (_OLDER, {"bucket": "b"}, "arn:aws:s3:::b", True),
        (_OLDER, {"bucket": "b"}, "arn:aws:s3:::b/*", False),
    ],
)
def test_names(type_: str, inputs: dict[str, Value], pattern: str, answer: bool | None) -> None:
    assert _selected(type_, inputs, resources=(pattern,)) is answer


@pytest.mark.parametrize("type_", STORES)
def test_everything_is_everything(type_: str) -> None:
    assert _selected(type_, {}, resources=("*",)) is True
    assert _selected(type_, {}) is True


def test_a_region_that_is_not_known_may_be_any() -> None:
    assert _selected(_RDS, {}, Unknown("region"), resources=("arn:aws:rds:us-east-1:*:db:*",)) is None
    assert _selected(_RDS, {}, Unknown("region"), resources=("arn:aws:rds:*:*:db:*",)) is None  # of another partition
    assert _selected(_RDS, {}, Unknown("region"), resources=("arn:aws*:rds:*:*:db:*",)) is None


def test_what_is_spared_must_certainly_be_so() -> None:
    named: dict[str, Value] = {"identifier": "im-mysql"}
    assert _selected(_RDS, named, resources=("*",), notResources=("arn:aws:rds:*:*:db:im-mysql",)) is False
    assert _selected(_RDS, {}, resources=("*",), notResources=("arn:aws:rds:*:*:db:im-mysql",)) is None
    assert _selected(_RDS, named, resources=("*",), notResources=("arn:aws:rds:*:*:db:im",)) is True
