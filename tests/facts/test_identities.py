"""Identities: the tables against the SDKs, and which texts can name a resource, given what is told of it."""

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import sdk_of
from im_stack.facts.mechanism.identities import ID, arguments, forms, known, may_be
from im_stack.facts.mechanism.tables import PACKAGES, identities
from im_stack.facts.model import Resource, Unknown
from tests.facts.test_tables import arguments_of, module_of

LISTENER = "tencentcloud:Clb/listener:Listener"
BALANCER = "tencentcloud:Clb/instance:Instance"
FLOW_LOG = "tencentcloud:Vpc/flowLog:FlowLog"
TOPIC = "tencentcloud:Ckafka/topic:Topic"
CAM_ROLE = "tencentcloud:Cam/role:Role"
COS = "tencentcloud:Cos/bucket:Bucket"
KEY, ALIAS = "aws:kms/key:Key", "aws:kms/alias:Alias"
FUNCTION, LAMBDA_ALIAS = "aws:lambda/function:Function", "aws:lambda/alias:Alias"
ROLE, S3, QUEUE = "aws:iam/role:Role", "aws:s3/bucket:Bucket", "aws:sqs/queue:Queue"
ENDPOINT, SECRET = "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:secretsmanager/secret:Secret"
BROKERS, DATABASE = "aws:msk/configuration:Configuration", "aws:rds/instance:Instance"
UUID = "1234abcd-12ab-34cd-56ef-1234567890ab"
HERE = {"region": "ap-southeast-3", "account": "123456789012", "partition": "aws"}
ARN = "arn:aws:{}:ap-southeast-3:123456789012:{}".format
VERSION, SETTINGS = ARN("lambda", "function:p:7"), ARN("kafka", f"configuration/c/{UUID}-3")
ROLE_ARN, SECRET_ARN = "arn:aws:iam::123456789012:role/r", ARN("secretsmanager", "secret:s-AbCdEf")
WORDS = re.compile(r"\$?\{|_id$|_name$|name$|-id$|x{4,}|[#/]?functionName|^test$|^default$|^-$")
"""In an example of the SDK: words that stand for an id, and are none."""
OTHER_IDS = {
    "aws:cloudwatch/eventRule:EventRule": "the default bus is in no id",
    "aws:ec2/route:Route": "imported by its target",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "imported by both ends",
    "aws:kms/externalKey:ExternalKey": "imported by its ARN",
    "aws:lambda/alias:Alias": "imported by function and name",
    "aws:rds/instance:Instance": "imported by its identifier",
    "aws:wafv2/webAcl:WebAcl": "imported with name and scope",
    "aws:backup/plan:Plan": "shortened",
    "aws:sqs/queue:Queue": "an address of the service of old",
    "aws:secretsmanager/secretVersion:SecretVersion": "shortened",
}
"""Types whose id in a state is not what they are imported by, or whose example is none."""


_TYPES = sorted(type_ for cloud in PACKAGES for type_ in identities(cloud))


def _text_of(type_: str) -> str:
    return module_of(type_).read_text("utf-8")


@pytest.mark.parametrize("type_", _TYPES)
def test_arguments_and_outputs_are_in_the_sdk(type_: str) -> None:
    text = _text_of(type_)
    assert f'@pulumi.type_token("{type_}")' in text
    properties = {re.sub(r"_(\w)", lambda m: m[1].upper(), name) for name in re.findall(r"def (\w+)\(self\) ->", text)}
    parts = {part.text for form in forms(type_).values() for part in form if part.kind == "identity"}
    for name in forms(type_).keys() - {ID}:
        assert name in properties or name in parts, f"{type_} has no output {name}"
    assert not arguments(type_) - arguments_of(type_) - {"versionId"}


@pytest.mark.parametrize("type_", sorted(set(_TYPES) - set(OTHER_IDS)))
def test_an_example_of_the_sdk_has_the_form(type_: str) -> None:
    """Where the SDK says how to import one; made-up signs may be more or fewer in examples of old."""
    examples = [
        found for found in re.findall(r"pulumi import \S+ \S+ (\S+)", _text_of(type_)) if not WORDS.search(found)
    ]
    loose = "".join(_loosely(type_, ID))
    for example in examples[:1]:
        assert re.fullmatch(loose, example), f"{type_}: {example} is not {loose}"


def _loosely(type_: str, name: str) -> list[str]:
    found = []
    for part in forms(type_)[name]:
        if part.kind == "literal":
            found.append(re.escape(part.text))
        elif part.kind == "identity":
            found += _loosely(type_, part.text)
        else:
            found.append("[^#|]+" if part.kind != "made" else r"[\w.-]+")
    return found


def test_every_sdk_with_a_table_is_there() -> None:
    for package in {type_.split(":")[0] for type_ in _TYPES}:
        assert import_module(sdk_of(package))


def _made(type_: str, inputs: Mapping[str, Any], **told: Any) -> Resource:
    """A resource of which all is told: what is not given is not known yet."""
    outputs = {name: Unknown(name) for name in forms(type_)} | told
    return Resource("u", type_, "n", inputs, id=told.get("id"), outputs=outputs)


L, R = "lb-7a0t6zqb#lbl-hh141sn9", "4611686018441982195"
NAMES: list[tuple[str, Resource, str, bool]] = [
    ("its compound id", _made(LISTENER, {"clbId": "lb-7a0t6zqb"}, id=L), L, True),
    ("the output that is a part of it", _made(LISTENER, {}, id=L, listenerId="lbl-hh141sn9"), "lbl-hh141sn9", True),
    ("the part of a known id, and no output told", _made(LISTENER, {}, id=L), "lbl-hh141sn9", True),
    ("the same listener of another balancer", _made(LISTENER, {}, id=L), "lb-other111#lbl-hh141sn9", False),
    ("another listener of the same balancer", _made(LISTENER, {}, id=L), "lb-7a0t6zqb#lbl-other111", False),
    ("the other part of it: that names the balancer", _made(LISTENER, {}, id=L), "lb-7a0t6zqb", False),
    ("a rule in it", _made(LISTENER, {}, id=L), f"{L}#loc-agg236ys", False),
    ("its id without a part", _made(FLOW_LOG, {}, id="fl-7k59x22l#vpc-n6qjlen5"), "fl-7k59x22l", True),
    ("where it flows from", _made(FLOW_LOG, {}, id="fl-7k59x22l#vpc-n6qjlen5"), "vpc-n6qjlen5", False),
    ("a topic's name", _made(TOPIC, {"topicName": "inbox"}), "inbox", True),
    ("a topic's id", _made(TOPIC, {"topicName": "inbox"}, id="ckafka-f9ife4zz#inbox"), "ckafka-f9ife4zz#inbox", True),
    ("a topic's id before its instance is there", _made(TOPIC, {"topicName": "inbox"}), "ckafka-f9ife4zz#inbox", False),
    ("a topic of that name elsewhere", _made(TOPIC, {}, id="ckafka-f9ife4zz#inbox"), "ckafka-other111#inbox", False),
    ("a text of the right form before there is an id", _made(BALANCER, {}), "lb-7a0t6zqb", False),
    ("a bucket's name", _made(COS, {"bucket": "photos-1250000000"}), "photos-1250000000", True),
    ("a name made from a bucket's", _made(COS, {"bucket": "photos-1250000000"}), "photos-1250000000-x", False),
    ("a role's name", _made(CAM_ROLE, {"name": "purge"}), "purge", True),
    ("a role's id", _made(CAM_ROLE, {"name": "purge"}, id=R), R, True),
    ("a role that is called as another's id is", _made(CAM_ROLE, {"name": R}), R, False),
    ("the id of a key", _made(KEY, {}, id=UUID), UUID, True),
    ("the ARN of a key", _made(KEY, {}, id=UUID, arn=ARN("kms", f"key/{UUID}")), ARN("kms", f"key/{UUID}"), True),
    ("the ARN of a key, told only by id", _made(KEY, {}, id=UUID), ARN("kms", f"key/{UUID}"), True),
    ("the same in another region", _made(KEY, {}, id=UUID), f"arn:aws:kms:us-east-1:123456789012:key/{UUID}", False),
    ("the same in another account", _made(KEY, {}, id=UUID), f"arn:aws:kms:ap-southeast-3:9:key/{UUID}", False),
    ("an alias", _made(ALIAS, {"name": "alias/im"}), "alias/im", True),
    ("the ARN of an alias", _made(ALIAS, {"name": "alias/im"}), ARN("kms", "alias/im"), True),
    ("the key's ARN that an alias tells", _made(ALIAS, {"targetKeyId": UUID}), ARN("kms", f"key/{UUID}"), True),
    ("a function's ARN", _made(FUNCTION, {"name": "purge"}), ARN("lambda", "function:purge"), True),
    (
        "its version",
        _made(FUNCTION, {}, qualifiedArn=ARN("lambda", "function:p:7")),
        ARN("lambda", "function:p:7"),
        True,
    ),
    ("another version", _made(FUNCTION, {"name": "p"}, qualifiedArn="arn:x:7"), ARN("lambda", "function:p:6"), False),
    ("a queue of a function's name", _made(FUNCTION, {"name": "purge"}), ARN("sqs", "purge"), False),
    ("an alias of it", _made(LAMBDA_ALIAS, {"functionName": "f", "name": "a"}), ARN("lambda", "function:f:a"), True),
    ("a role's ARN", _made(ROLE, {"name": "r"}), ROLE_ARN, True),
    ("a role's ARN in its path", _made(ROLE, {"name": "r", "path": "/p/"}), "arn:aws:iam::123456789012:role/p/r", True),
    (
        "a role's ARN without its path",
        _made(ROLE, {"name": "r", "path": "/p/"}),
        "arn:aws:iam::123456789012:role/r",
        False,
    ),
    ("a bucket's ARN", _made(S3, {"bucket": "b"}), "arn:aws:s3:::b", True),
    ("objects of it", _made(S3, {"bucket": "b"}), "arn:aws:s3:::b/*", False),
    ("a queue's address", _made(QUEUE, {"name": "q"}), "https://sqs.ap-southeast-3.amazonaws.com/123456789012/q", True),
    ("a prefix list", _made(ENDPOINT, {}, id="vpce-1", prefixListId="pl-1a2b3c4d"), "pl-1a2b3c4d", True),
    ("another's prefix list", _made(ENDPOINT, {}, id="vpce-1", prefixListId="pl-1a2b3c4d"), "pl-00000000", False),
    (
        "a secret's ARN before it is there",
        _made(SECRET, {"name": "s"}),
        ARN("secretsmanager", "secret:s-AbCdEf"),
        False,
    ),
    (
        "a configuration",
        _made(BROKERS, {}, arn=ARN("kafka", f"configuration/c/{UUID}-3")),
        ARN("kafka", f"configuration/c/{UUID}-3"),
        True,
    ),
    ("a database's identifier", _made(DATABASE, {"identifier": "im"}, id="db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "im", True),
    ("its id", _made(DATABASE, {}, id="db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ", True),
]


@pytest.mark.parametrize(("resource", "text", "names"), [pytest.param(*row[1:], id=row[0]) for row in NAMES])
def test_what_names_a_resource(resource: Resource, text: str, names: bool) -> None:
    assert may_be(text, resource, HERE) is names


def test_where_nothing_is_told_the_form_must_fit() -> None:
    """As of a provider that does not repeat its ids to policies."""
    silent = Resource("u", LISTENER, "n", {"clbId": "lb-7a0t6zqb"})
    for text, names in ((L, True), ("lbl-hh141sn9", True), ("lb-other111#lbl-hh141sn9", False), ("vpc-1", False)):
        assert may_be(text, silent) is names, text
    assert known(silent) == set()


def test_of_a_type_without_a_row_its_id_is_all() -> None:
    told = Resource("u", "t:R", "n", {}, id="x")
    assert known(told) == {"x"}
    assert not may_be("y", told)
    assert may_be("y", Resource("u", "t:R", "n", {}))


def test_an_account_that_nobody_says_may_be_any() -> None:
    function = _made(FUNCTION, {"name": "p"})
    assert may_be("arn:aws:lambda:ap-southeast-3:999:function:p", function, {**HERE, "account": None})
    assert not may_be("arn:aws:lambda:us-east-1:999:function:p", function, {**HERE, "account": None})
    assert not may_be(ARN("lambda", "function:p"), function)
