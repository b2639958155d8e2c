"""The bridge to Terraform: what is called otherwise there, and a recording as its plan and its configuration."""

import json
from pathlib import Path
from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import PROVIDER, cloud_of, judged_arguments, package_of
from im_stack.facts.mechanism.tables import forbidden_settings, inert
from im_stack.facts.wire.constants import SECRET, SIGNATURE, UNKNOWN
from im_stack.preflight.inputs.plan_references import References
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration, registration
from im_stack.preflight.sdk.resource_types import arguments
from im_stack.preflight.stack_files.stack_file import read_stack
from im_stack.preflight.terraform import table
from im_stack.preflight.terraform.configuration import configuration
from im_stack.preflight.terraform.names import camel, snake
from im_stack.preflight.terraform.table import Row, row_called, row_of
from im_stack.preflight.terraform.values import REDACTED, Given, from_terraform, split, to_terraform
from im_stack.preflight.terraform.view import View, plan_view
from tests.harness.programs import write_program
from tests.harness.project import write_project
from tests.harness.recorded import check_ours, recorder

BUCKET = "tencentcloud:Cos/bucket:Bucket"
RULES = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def _known(cloud: str) -> list[str]:
    of_cloud = cloud_of(f"{package_of(cloud)}:")
    assert of_cloud
    types = set(of_cloud.readers) | set(forbidden_settings(cloud)) | inert(cloud)
    return sorted(type_ for type_ in types if not type_.startswith(PROVIDER))


KNOWN = [(cloud, type_) for cloud in ("tencent", "aws") for type_ in _known(cloud)]
KNOWN_TYPES = {type_ for _, type_ in KNOWN}


def test_every_known_type_is_found_again() -> None:
    """Several types of Pulumi may be one of Terraform's: then the one that stands for it is known, too."""
    for _, type_ in KNOWN:
        terraform = row_of(type_).terraform
        back = row_called(terraform, type_.split(":")[0]).token
        assert row_of(back).terraform == terraform
        assert back in KNOWN_TYPES


@pytest.mark.parametrize(("_cloud", "type_"), KNOWN)
def test_every_judged_argument_is_found_again(_cloud: str, type_: str) -> None:
    row = row_of(type_)
    for argument in judged_arguments(type_):
        assert row.pulumi_path("", row.terraform_name(argument)) == argument
    for path in (*row.names, *row.single, *row.blocks):
        below = path[: path.rfind(".") + 1]
        assert row.pulumi_path(below, row.terraform_name(path)) == path


@pytest.mark.parametrize("name", ["kms_key_id", "cidr_ipv4", "vpc", "ipv6_cidr_block", "s3_key"])
def test_a_name_and_its_change(name: str) -> None:
    assert snake(camel(name)) == name


BY_RULE = {
    "tencentcloud:Cls/alarm:Alarm": {"alarmTargets"},
    "tencentcloud:Instance/instance:Instance": {"dataDisks"},
    "tencentcloud:Mongodb/instanceParams:InstanceParams": {"instanceParams"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"evaluationCriteria", "evaluationWindow", "warmUpConfiguration"},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"egress", "ingress"},
    "aws:ec2/instance:Instance": {"secondaryNetworkInterfaces"},
    "aws:ec2/networkAcl:NetworkAcl": {"egress", "ingress"},
    "aws:ec2/securityGroup:SecurityGroup": {"egress", "ingress"},
    "aws:ssmincidents/replicationSet:ReplicationSet": {"region"},
}
"""Blocks of which the provider's schema says nothing that the rule does not, or nothing yet."""


def test_every_judged_block_is_in_the_table() -> None:
    """A new judged argument of blocks is looked up in the provider's schema: see `generate.py`."""
    missing: dict[str, set[str]] = {}
    for _, type_ in KNOWN:
        row = row_of(type_)
        for name, argument in arguments(type_).items():
            blocks = argument.shape.kind == "block" or (argument.shape.kind == "list" and argument.shape.members)
            if blocks and row.is_judged(name) and name not in {*row.names, *row.single, *row.blocks}:
                missing.setdefault(type_, set()).add(name)
    assert missing == BY_RULE


SHAPES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (BUCKET, {"acl": "private", "kmsId": "k"}, {"acl": "private", "kms_id": "k"}),
    (
        BUCKET,
        {"lifecycleRules": [{"expiration": {"days": 5.0}, "filterPrefix": "a"}]},
        {"lifecycle_rules": [{"expiration": [{"days": 5}], "filter_prefix": "a"}]},
    ),
    (
        RULES,
        {"rules": [{"noncurrentVersionExpiration": {"noncurrentDays": 1}, "transitions": [{"days": 2}]}]},
        {"rule": [{"noncurrent_version_expiration": [{"noncurrent_days": 1}], "transition": [{"days": 2}]}]},
    ),
    (
        "aws:lambda/function:Function",
        {"name": "f", "code": "f.zip", "vpcConfig": {"subnetIds": ["s"]}},
        {"function_name": "f", "filename": "f.zip", "vpc_config": [{"subnet_ids": ["s"]}]},
    ),
    ("aws:lambda/permission:Permission", {"function": "f"}, {"function_name": "f"}),
    (
        "aws:route53/record:Record",
        {"aliases": [{"name": "x", "zoneId": "z"}], "weightedRoutingPolicies": [{"weight": 1}]},
        {"alias": [{"name": "x", "zone_id": "z"}], "weighted_routing_policy": [{"weight": 1}]},
    ),
    ("aws:ec2/networkAcl:NetworkAcl", {"ingress": [{"ruleNo": 1}]}, {"ingress": [{"rule_no": 1}]}),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", {"dnsOptions": {"a": "x"}}, {"dns_options": [{"a": "x"}]}),
    (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {"metricQueries": [{"metric": {"stat": "Sum"}}]},
        {"metric_query": [{"metric": [{"stat": "Sum"}]}]},
    ),
    (
        "tencentcloud:Cls/alarm:Alarm",
        {"analyses": [{"name": "x"}], "monitorTime": {"time": 1}},
        {"analysis": [{"name": "x"}], "monitor_time": [{"time": 1}]},
    ),
    ("tencentcloud:PrivateDns/zone:Zone", {"vpcSets": [{"region": "x"}]}, {"vpc_set": [{"region": "x"}]}),
    ("tencentcloud:Mysql/instance:Instance", {"parameters": {"aB_c": "x"}}, {"parameters": {"aB_c": "x"}}),
    (BUCKET, {"tags": {"ownerName": "x"}}, {"tags": {"ownerName": "x"}}),
]


@pytest.mark.parametrize(("type_", "here", "there"), SHAPES)
def test_values_change_their_names_and_shapes_and_change_back(
    type_: str, here: dict[str, Any], there: dict[str, Any]
) -> None:
    row = row_of(type_)
    made = split(to_terraform(row, here))
    assert (made.value, made.unknown, made.secret) == (there, {}, {})
    assert from_terraform(row, Given(made.value)) == here


def test_what_is_unknown_or_secret_stays_so() -> None:
    row = row_of(BUCKET)
    secret = {SIGNATURE: SECRET, "value": "canary"}
    here = {
        "kmsId": UNKNOWN,
        "acl": secret,
        "corsRules": [{"allowedOrigins": [UNKNOWN, "b"], "maxAgeSeconds": UNKNOWN}],
    }
    made = split(to_terraform(row, here))
    assert made.value == {"acl": REDACTED, "cors_rules": [{"allowed_origins": [None, "b"]}]}
    assert made.unknown == {
        "kms_id": True,
        "cors_rules": [{"allowed_origins": [True, False], "max_age_seconds": True}],
    }
    assert made.secret == {"acl": True}
    back = from_terraform(row, Given(made.value, made.unknown, made.secret))
    assert back == {**here, "acl": {SIGNATURE: SECRET, "value": None}}


def test_a_credential_is_no_secret_only_because_it_is_hidden() -> None:
    made = split(to_terraform(row_of(BUCKET), {"acl": "plain"}, frozenset({"acl"})))
    assert (made.value, made.secret) == ({"acl": REDACTED}, {})


FILLED = Row("a:b:C", "a_c", blocks=frozenset({"rules"}))


@pytest.mark.parametrize(
    ("values", "unknown", "set_by", "expected"),
    [
        ({"zone": None}, {"zone": True}, {}, {}),  # the provider will say
        ({}, {"zone": True}, {"zone": {"references": ["x.y"]}}, {"zone": UNKNOWN}),
        ({}, {"rules": True}, {}, {"rules": UNKNOWN}),  # blocks made by a rule that is not known yet
        ({"rules": []}, {}, {}, {}),
        ({"rules": []}, {}, {"rules": {"constant_value": []}}, {"rules": []}),
        ({"zone": ""}, {}, {}, {}),
        ({"zone": ""}, {}, {"zone": {"constant_value": ""}}, {"zone": ""}),
        ({"on": False, "n": 0}, {}, {}, {"on": False, "n": 0}),  # the provider's own, and what counts
        ({"rules": [{"date": "", "days": 7}]}, {}, {"rules": [{"days": {}}]}, {"rules": [{"days": 7}]}),
        ({"rules": [{"days": 7}]}, {"rules": [{"id": True}]}, {"rules": [{"days": {}}]}, {"rules": [{"days": 7}]}),
        ({"rules": [{"days": 7}]}, {"rules": [{"id": True}]}, None, {"rules": [{"days": 7, "id": UNKNOWN}]}),
    ],
)
def test_what_nobody_sets_is_absent(
    values: dict[str, Any], unknown: dict[str, Any], set_by: dict[str, Any] | None, expected: dict[str, Any]
) -> None:
    assert from_terraform(FILLED, Given(values, unknown, {}, set_by)) == expected


def _names(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


ROOT_MODULE = {
    "module_calls": {
        "net": {
            "expressions": {"key": _names("k.a.id", "k.a"), "keys": _names("k.a.id", "k.a", "r.x.kms", "r.x")},
            "module": {
                "resources": [{"address": "v.main", "expressions": {}}],
                "outputs": {
                    "vpc": {"expression": _names("v.main.id", "v.main")},
                    "own": {"expression": _names("var.own")},
                },
            },
        },
        "again": {
            "expressions": {"key": _names("module.again.key", "module.again")},
            "module": {"outputs": {"key": {"expression": _names("var.key")}}},
        },
    }
}
INSTANCES = {
    ("", "k.a"): ["k.a"],
    ("", "r.x"): ["r.x"],
    ("", "s.s"): ["s.s[0]", "s.s[1]"],
    ("module.net", "v.main"): ["module.net.v.main"],
    ("module.again", "v.main"): ["module.again.v.main"],
}


@pytest.mark.parametrize(
    ("module", "names", "addresses", "whole"),
    [
        ("", ["k.a.id", "k.a"], ["k.a"], True),
        ("", ["s.s[1].id", "s.s[1]", "s.s"], ["s.s[1]"], True),
        ("", ["s.s[1].id", "s.s[1]", "s.s", "s.s"], ["s.s[1]", "s.s[0]"], True),
        ("", ["s.s", "count.index"], ["s.s[0]", "s.s[1]"], True),
        ("", ["local.key"], [], False),
        ("", ["data.k.a.id", "data.k.a"], [], False),
        ("", ["k.gone.id", "k.gone"], [], False),
        ("", ["var.key"], [], True),
        ("", ["module.net.vpc", "module.net"], ["module.net.v.main"], True),
        ("", ["module.net.gone", "module.net"], [], False),
        ("", ["module.again.key", "module.again"], [], False),
        ("module.net", ["var.key"], ["k.a"], True),
        ("module.net", ["var.keys"], ["k.a", "r.x"], True),
        ("module.net", ["var.keys.b", "var.keys"], ["k.a", "r.x"], False),
        ("module.net", ["v.main.id", "v.main"], ["module.net.v.main"], True),
    ],
)
def test_references_are_followed(module: str, names: list[str], addresses: list[str], whole: bool) -> None:
    found = References(ROOT_MODULE, INSTANCES).behind(module, _names(*names))
    assert (found.addresses, found.whole) == (addresses, whole)


@pytest.fixture(scope="module", params=["tencent-ap-jakarta", "aws-ap-southeast-3"])
def check(request: pytest.FixtureRequest) -> Check:
    return check_ours(request.param)


def test_the_view_is_a_plan_with_every_resource(check: Check) -> None:
    text = plan_view(check.recording)
    document = json.loads(text)
    rows = document["planned_values"]["root_module"]["resources"]
    addresses = [row["address"] for row in rows]
    registrations = check.recording["registrations"]
    assert sorted([*View(check.recording).addresses.values(), "terraform_data.stack"]) == sorted(addresses)
    assert len(set(addresses)) == len(addresses) == sum(not r["type"].startswith(PROVIDER) for r in registrations) + 1
    assert [row["address"] for row in document["resource_changes"]] == addresses
    configs = {row["address"]: row for row in document["configuration"]["root_module"]["resources"]}
    keys = document["configuration"]["provider_config"]
    regions = {key: config["expressions"]["region"] for key, config in keys.items() if "expressions" in config}
    assert set(map(json.dumps, regions.values())) == {json.dumps({"constant_value": check.duties.home.id})}
    assert {configs[row["address"]]["provider_config_key"] for row in rows} <= set(keys)
    shuffled = {"registrations": list(reversed(registrations)), "notices": []}
    assert plan_view(shuffled) == text  # type: ignore[arg-type]  # a recording
    assert UNKNOWN not in text


def test_no_credential_is_in_the_view(tmp_path: Path) -> None:
    """A password and a provider's key in plain text; names and tags are no secrets, and are shown."""
    recording = recorder().record(read_stack(write_program(tmp_path, "canaries"), "test"))
    assert "secretKey" in str(recording)
    document = json.loads(plan_view(recording))
    for config in document["configuration"]["provider_config"].values():
        expressions = config.get("expressions", {})
        assert set(expressions) <= {"region", "secret_id"}
        assert expressions.get("secret_id", {"constant_value": REDACTED}) == {"constant_value": REDACTED}
    values = {row["address"]: row["values"] for row in document["planned_values"]["root_module"]["resources"]}
    passwords = [value["root_password"] for value in values.values() if "root_password" in value]
    assert passwords == [REDACTED]
    text = configuration(recording)
    assert "secret_key" not in text
    assert "canary" not in str([line for line in text.splitlines() if "password" in line])


def test_a_text_that_looks_like_an_expression_is_none(check: Check) -> None:
    registrations = [dict(r) for r in check.recording["registrations"]]
    for r in registrations:
        if r["type"].endswith(("Instance", "Bucket")) and r["custom"]:
            r["inputs"] = {**r["inputs"], "tags": {"a": '${file("x")} %{if true}'}}  # type: ignore[dict-item]
    text = configuration({"registrations": registrations, "notices": []})  # type: ignore[typeddict-item]
    assert "$${file(" in text
    assert '"${file(' not in text


def test_what_is_not_known_refers_to_what_its_name_speaks_of() -> None:
    """A recording says which resources an argument is built from, and not which part of it from which."""
    function, rest = "aws:lambda/function:Function", "aws:kms/key:Key"
    own = {"vpcConfig": {"securityGroupIds": [UNKNOWN], "subnetIds": [UNKNOWN, UNKNOWN]}, "kmsKeyArn": UNKNOWN}
    made = [
        _registration("aws:ec2/subnet:Subnet", "s-1"),
        _registration("aws:ec2/subnet:Subnet", "s-2"),
        _registration("aws:ec2/securityGroup:SecurityGroup", "g"),
        _registration(rest, "k"),
        _registration(function, "f", own, {"vpcConfig": ["s-1", "s-2", "g"], "kmsKeyArn": ["k"]}),
        _registration(function, "more", {"layers": [UNKNOWN, UNKNOWN], "role": UNKNOWN}, {"layers": ["k"]}),
    ]
    functions = json.loads(configuration({"registrations": made, "notices": []}))["resource"]["aws_lambda_function"]
    assert functions["f"] == {
        "kms_key_arn": "${aws_kms_key.k.id}",
        "vpc_config": [
            {
                "security_group_ids": ["${aws_security_group.g.id}"],
                "subnet_ids": ["${aws_subnet.s-1.id}", "${aws_subnet.s-2.id}"],
            }
        ],
    }
    assert functions["more"] == {"layers": ["${aws_kms_key.k.id}"] * 2, "role": "${terraform_data.stack.id}"}


def _registration(
    type_: str, name: str, inputs: dict[str, Any] | None = None, links: dict[str, list[str]] | None = None
) -> Registration:
    return registration(urn=name, type=type_, name=name, inputs=inputs or {}, links=links or {}, custom=True)


MANY = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud

keys = [tencentcloud.kms.Key(f"key-{n}", alias=f"key-{n}") for n in range(9)]
tencentcloud.cos.Bucket("all", bucket="all-1", tags={f"t{n}": key.id for n, key in enumerate(keys)})
"""


def test_links_have_an_order_of_their_own(tmp_path: Path) -> None:
    """The SDK gives them as a set, whose order is another in every process."""
    (bucket,) = (
        r
        for r in recorder().record(read_stack(write_project(tmp_path, MANY, header=""), "test"))["registrations"]
        if r["type"] == BUCKET
    )
    assert len(bucket["links"]["tags"]) == 9
    assert bucket["links"]["tags"] == sorted(bucket["links"]["tags"])


def test_a_judged_argument_means_the_same_without_an_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in Checkov's environment: its verdicts must be those of this one."""

    def translated() -> dict[tuple[str, str], tuple[str, str, bool]]:
        found = {}
        for _, type_ in KNOWN:
            row = row_of(type_)
            for path in {*judged_arguments(type_), *filter(row.is_judged, row.names), *row.single, *row.blocks}:
                name, below = row.terraform_name(path), path[: path.rfind(".") + 1]
                found[type_, path] = name, row.pulumi_path(below, name), row.is_single(path)
        return found

    known = translated()
    assert all(back == path or "." in path for (_, path), (_, back, _) in known.items())
    table._rows.cache_clear()
    monkeypatch.setattr(table, "_sdk_arguments", lambda _: {})
    without = translated()
    table._rows.cache_clear()
    judged = {key for key in known if row_of(key[0]).is_judged(key[1])}
    assert {key: without[key] for key in judged} == {key: known[key] for key in judged}


@pytest.mark.parametrize(
    ("type_", "path"),
    [
        ("aws:acm/certificate:Certificate", "validationOptions"),
        ("aws:accessanalyzer/analyzer:Analyzer", "configuration.unusedAccess.analysisRule.exclusions"),
        ("tencentcloud:Cos/bucket:Bucket", "corsRules"),
    ],
)
def test_an_argument_that_nothing_judges_is_found_by_its_shape(type_: str, path: str) -> None:
    """No row says what it is called in Terraform; it must not be taken for an argument that the SDK does not have."""
    row, below = row_of(type_), path[: path.rfind(".") + 1]
    assert not row.is_judged(path)
    assert row.pulumi_path(below, row.terraform_name(path)) == path
