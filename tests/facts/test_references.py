"""References that nothing reads: what an argument is called after, the texts in it, and the table's own rows."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest

from im_stack.facts.mechanism.cloud import clouds, package_of
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.references import (
    can_name,
    is_open,
    is_read,
    leaned_on,
    leaves,
    open_argument,
    read_references,
)
from im_stack.facts.mechanism.tables import ReferenceRow, inert, name_in_tables, references
from im_stack.facts.model import Resource, Unknown
from im_stack.preflight.mutants.naming import texts_in
from im_stack.preflight.sdk.resource_types import arguments, registry

BUCKET, KEY = "aws:s3/bucket:Bucket", "aws:kms/key:Key"
FUNCTION, GROUP = "aws:lambda/function:Function", "aws:ec2/securityGroup:SecurityGroup"
VPC, CACHE = "tencentcloud:Vpc/instance:Instance", "tencentcloud:Redis/instance:Instance"
_ID = Unknown("id")
CLOUDS = [cloud.name for cloud in clouds()]


@pytest.mark.parametrize(
    ("argument", "type_", "expected"),
    [
        ("bucket", BUCKET, True),
        ("targetBucketArn", BUCKET, True),
        ("functionName", FUNCTION, True),
        ("kmsMasterKeyId", KEY, True),
        ("securityGroupIds", GROUP, True),
        ("replicationGroupId", GROUP, False),
        ("vpcId", VPC, True),
        ("redisId", CACHE, True),
        ("instanceId", CACHE, True),
        ("instanceId", BUCKET, False),
        ("resourceArn", BUCKET, True),
        ("targets", FUNCTION, True),
        ("arns", KEY, True),
        ("certificateId", BUCKET, False),
        ("engine", BUCKET, False),
    ],
)
def test_an_argument_is_called_after_what_it_names(argument: str, type_: str, expected: bool) -> None:
    assert can_name(argument, type_) is expected


def test_texts_of_an_argument_are_found_in_blocks_lists_and_documents_but_no_credential() -> None:
    value = ({"vpcId": Unknown("x"), "size": 3, "rootPassword": "canary"}, '{"Resource": ["a", {"Ref": "b"}]}', "{no")
    found = [("vpcId", Unknown("x")), ("Resource", "a"), ("Ref", "b"), ("links", "{no")]
    assert list(leaves(value, "links")) == found
    assert not list(leaves("canary", "masterPassword"))


def test_the_proof_leans_on_what_is_read_and_on_all_that_it_is_made_from() -> None:
    def of(type_: str, name: str, **links: tuple[str, ...]) -> Resource:
        return Resource(name, type_, name, {}, links=links)

    resources = [
        of("aws:ec2/vpc:Vpc", "vpc"),
        of("aws:ecr/repository:Repository", "images"),
        of("aws:ecr/repository:Repository", "other"),
        of("aws:ec2/subnet:Subnet", "subnet", vpcId=("vpc",)),
        of("random:index/randomId:RandomId", "random"),
        of(BUCKET, "bucket", bucket=("random", "gone", "images")),
        of("aws:ecr/lifecyclePolicy:LifecyclePolicy", "policy", repository=("other",)),
    ]
    assert sorted(leaned_on(Graph(resources))) == ["bucket", "images", "subnet", "vpc"]


_LEANED = (
    Resource("images", BUCKET, "images", {"bucket": "im-images.x"}),
    Resource("topics", "aws:cloudwatch/logGroup:LogGroup", "topics", {"name": "/aws/lambda/im-purge"}),
    Resource("alias", "aws:kms/alias:Alias", "alias", {"name": "alias/im-keys"}),
    Resource("secret", "aws:secretsmanager/secret:Secret", "secret", {"name": "im-password"}, outputs={"arn": _ID}),
    Resource("key", KEY, "key", {}, outputs={"id": _ID, "arn": _ID}),
    Resource("net", "aws:ec2/vpc:Vpc", "net", {}, outputs={"id": _ID}),
    Resource("word", "random:index/randomId:RandomId", "word", {}),
)
_UUID = "1234abcd-12ab-34cd-56ef-1234567890ab"
_MUTE = "aws:cloudwatch/alarmMuteRule:AlarmMuteRule"


@pytest.mark.parametrize(
    ("argument", "value", "links", "expected"),
    [
        ("targets", "im-images.x", (), "Bucket images"),
        ("targets", "IM-Images.X", (), "Bucket images"),
        ("targets", "https://im-images.x.s3.ap-southeast-3.amazonaws.com/a?b", (), "Bucket images"),
        ("targets", "https://cdn.im-purge.example/", (), ""),
        ("targets", "s3://im-images.?/", (), "Bucket images"),
        ("targets", "arn:aws:logs:ap-southeast-3:1:log-group:/aws/lambda/im-purge:x", (), "LogGroup topics"),
        ("targets", "a,alias/im-keys;b", (), "Alias alias"),
        ("targets", "arn:aws:kms:*:*:alias/im-*", (), "Alias alias"),
        ("targets", "some-alias/im-keys", (), ""),
        ("targets", "im-keys", (), ""),
        ("secretArn", "arn:aws:secretsmanager:ap-southeast-3:123456789012:secret:im-password-a1B2c3", (), "(Secret)"),
        ("secretArn", "arn:aws:secretsmanager:ap-southeast-3:123456789012:secret:another", (), ""),
        ("targets", "https://cos.ap-jakarta.myqcloud.com/im-images.x?acl", (), "Bucket images"),
        ("kmsKeyId", _UUID, (), "(Key)"),
        ("kmsKeyId", f"arn:aws:kms:ap-southeast-3:123456789012:key/{_UUID}", (), "(Key)"),
        ("certificateId", _UUID, (), ""),
        ("vpcId", "vpc-0123456789abcdef0", (), "(Vpc)"),
        ("vpcId", "vpc-short", (), ""),
        ("vpcId", Unknown("vpcId"), (), "(Vpc)"),
        ("vpcId", Unknown("vpcId"), ("word",), "(Vpc)"),
        ("vpcId", Unknown("vpcId"), ("other",), ""),
        ("vpcId", Unknown("vpcId"), ("net",), "Vpc net"),
    ],
)
def test_every_spelling_of_a_name_is_found(
    argument: str, value: str | Unknown, links: tuple[str, ...], expected: str
) -> None:
    other = Resource("other", "aws:route53/healthCheck:HealthCheck", "other", {})
    naming = Resource(
        "at", _MUTE, "at", {}, links={argument: links} if links else {}, mentions={argument: ((argument, value),)}
    )
    found = [fact.why for fact in read_references(Graph([*_LEANED, other, naming])) if fact.subject == "at"]
    assert len(found) == bool(expected)
    assert expected in "".join(found)


def _rows() -> Iterator[tuple[str, int, ReferenceRow]]:
    for cloud in CLOUDS:
        yield from ((cloud, at, row) for at, row in enumerate(references(cloud).rows, 1))


@pytest.mark.parametrize(("cloud", "at", "row"), [*_rows()], ids=lambda value: str(value) if value in CLOUDS else "")
def test_a_row_is_about_arguments_that_nothing_reads(cloud: str, at: int, row: ReferenceRow) -> None:
    types = {name_in_tables(type_): type_ for type_ in next(c for c in clouds() if c.name == cloud).types()}
    for pattern in row.types:
        meant = [type_ for name, type_ in types.items() if fnmatchcase(name, pattern) and is_open(type_)]
        assert meant, f"references.yaml row {at}: no known type is {pattern}"
        assert not row.arguments or any(
            not is_read(type_, argument) and fnmatchcase(argument, wanted)
            for type_ in meant
            for argument in arguments(type_)
            for wanted in row.arguments
        ), f"references.yaml row {at}: every such argument of {pattern} is read, or none exists"
    for wanted in row.arguments if row.types != ("*",) else ():
        assert any(
            fnmatchcase(name, pattern) and any(fnmatchcase(argument, wanted) for argument in arguments(type_))
            for name, type_ in types.items()
            for pattern in row.types
        ), f"references.yaml row {at}: no type has an argument {wanted}"
    for pattern in row.may_name:
        assert any(fnmatchcase(name_in_tables(name), pattern) for name in registry(package_of(cloud))), (
            f"references.yaml row {at}: nothing is {pattern}"
        )


@pytest.mark.parametrize("cloud", CLOUDS)
def test_types_that_act_on_an_account_are_known(cloud: str) -> None:
    types = {name_in_tables(type_) for type_ in next(c for c in clouds() if c.name == cloud).types()}
    assert {*references(cloud).account_wide, *references(cloud).alone} <= types


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_type_that_can_name_nothing_is_said_to_act_on_an_account_or_on_itself(cloud: str) -> None:
    read = [type_ for type_ in next(c for c in clouds() if c.name == cloud).readers if not type_.startswith("pulumi:")]
    table = references(cloud)
    every = {argument for row in table.rows if row.types == ("*",) for argument in row.arguments}
    silent = {
        name_in_tables(type_)
        for type_ in inert(cloud)
        if not any(
            can_name(leaf, target)
            for name, argument in arguments(type_).items()
            if name not in every and not is_read(type_, name)
            for _, leaf in texts_in(argument)
            for target in read
        )
    }
    assert silent - set(table.account_wide) - set(table.alone) == set()


def test_an_argument_that_is_read_or_that_may_name_anything_is_not_kept() -> None:
    referer = "tencentcloud:Cos/bucketReferer:BucketReferer"
    assert [open_argument(referer, name) for name in ("bucket", "description", "name")] == [True, False, False]
    assert not open_argument("tencentcloud:Cos/bucketPolicy:BucketPolicy", "bucket")
    assert not open_argument("tencentcloud:Tdmq/instance:Instance", "vpcId")
