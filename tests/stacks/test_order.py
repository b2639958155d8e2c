"""In which order resources come and go, in every stack."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import pytest

from im_stack.facts.declarations import Holding, Keyring
from im_stack.facts.mechanism.cloud import cloud_of
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration
from im_stack.preflight.reports.takedown import guarded
from im_stack.preflight.stack_files.stack_file import stack_names
from tests.harness.people import check_people
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT
from tests.harness.stacks import OWN, config_of

_PEOPLE = " with people's keys"
STACKS = (
    *(*stack_names(ROOT), *OWN),
    *(f"{stack}{_PEOPLE}" for stack in ("tencent-ap-jakarta", "aws-ap-southeast-3")),
)


def _seals(stack: str) -> bool:
    classes = config_of(stack.removesuffix(_PEOPLE))["im:classes"]
    sealed = (choice for choice in classes.values() if choice.get("backups") == "sealed")
    return any(choice.get("sealing", {}).get("form") != "subject" for choice in sealed)


SEALED = [stack for stack in STACKS if _seals(stack)]
"""Stacks with keys of epochs, and with every kind of store that these seal."""
ONE_AT_A_TIME = (
    "tencentcloud:Mysql/instance:Instance",
    "tencentcloud:Mongodb/instance:Instance",
    "tencentcloud:Redis/instance:Instance",
    "tencentcloud:Ckafka/instance:Instance",
    "tencentcloud:Clb/instance:Instance",
    "aws:docdb/cluster:Cluster",
    "aws:msk/cluster:Cluster",
    "aws:s3/bucket:Bucket",
)
"""Instances that refuse a change while another one runs."""
GROUPS = ("tencentcloud:Security/group:Group", "aws:ec2/securityGroup:SecurityGroup")
RULES = (
    "tencentcloud:Security/groupRuleSet:GroupRuleSet",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
FUNCTIONS = ("tencentcloud:Scf/function:Function", "aws:lambda/function:Function")
DOORS = ("tencentcloud:Ckafka/route:Route",)
"""Settings that let somebody in: they are taken away before the instance, not with it."""

REPLACED = (
    "tencentcloud:Instance/instance:Instance",
    "tencentcloud:Clb/attachment:Attachment",
    "aws:ec2/instance:Instance",
    "aws:lb/targetGroupAttachment:TargetGroupAttachment",
)
"""Machines and what sends to them: a new image replaces them, and nothing is lost with one."""


class Made:
    """The registrations of one stack, and the facts that they give rise to."""

    def __init__(self, check: Check) -> None:
        self.made = {r["urn"]: r for r in check.recording["registrations"]}
        self.facts = check.judgement.facts
        self.before = cache(self.facts.graph.before)

    def of(self, *types: str) -> list[Registration]:
        return [r for r in self.made.values() if r["type"] in types]

    def naming(self, urn: str) -> list[Registration]:
        return [r for r in self.made.values() if r["custom"] and urn in linked(r)]


def linked(r: Registration) -> set[str]:
    """URNs of the resources that its arguments are made from."""
    return {urn for urns in r["links"].values() for urn in urns}


@cache
def order(stack: str) -> Made:
    return Made(check_people(stack.removesuffix(_PEOPLE)) if stack.endswith(_PEOPLE) else check_ours(stack))


def settings(made: Made) -> Iterator[tuple[Registration, str]]:
    """Every setting, and the argument that names its instance."""
    for r in made.made.values():
        cloud = cloud_of(r["type"]) if r["custom"] else None
        reader = cloud.readers.get(r["type"]) if cloud else None
        if reader and reader.setting_of:
            yield r, reader.setting_of.argument


@pytest.mark.parametrize("stack", STACKS)
def test_changes_to_one_instance_come_one_after_the_other(stack: str) -> None:
    made = order(stack)
    instances = made.of(*ONE_AT_A_TIME)
    changes = [pair for i in instances for pair in combinations(made.naming(i["urn"]), 2)]
    assert len(changes) > 10 or stack not in SEALED
    together = [(a["name"], b["name"]) for a, b in changes if not ordered(made, a, b)]
    assert together == []


def ordered(made: Made, a: Registration, b: Registration) -> bool:
    return a["urn"] in made.before(b["urn"]) or b["urn"] in made.before(a["urn"])


@pytest.mark.parametrize("stack", STACKS)
def test_no_instance_is_without_a_setting_while_it_is_deleted(stack: str) -> None:
    made = order(stack)
    found = [(r, argument) for r, argument in settings(made) if r["type"] not in DOORS]
    assert len(found) > 10 or stack not in SEALED
    assert [r["name"] for r, argument in found if [r["deleted_with"]] != r["links"][argument]] == []


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_else_is_deleted_with_something(stack: str) -> None:
    made = order(stack)
    assert [r["name"] for r in made.made.values() if r["deleted_with"] and r["deleted_with"] not in linked(r)] == []


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_can_be_deleted_while_a_store_is_protected(stack: str) -> None:
    """The engine deletes what nothing depends on: each resource is protected, or something protected depends on it."""
    made = order(stack)
    kept = guarded(made.facts.graph)
    assert [r["name"] for urn, r in made.made.items() if urn not in kept and r["type"] not in REPLACED] == []


@pytest.mark.parametrize("stack", STACKS)
def test_a_store_is_made_when_its_security_groups_have_their_rules(stack: str) -> None:
    made = order(stack)
    late = [
        (user["name"], rule["name"])
        for group in made.of(*GROUPS)
        for rule in made.naming(group["urn"])
        for user in made.naming(group["urn"])
        if rule["type"] in RULES and user["type"] not in (*RULES, *GROUPS) and not inside_network(user)
        if rule["urn"] not in made.before(user["urn"])
    ]
    assert made.of(*RULES)
    assert late == []


def inside_network(r: Registration) -> bool:
    return r["type"] == "aws:ec2/vpcEndpoint:VpcEndpoint"


@pytest.mark.parametrize("stack", SEALED)
def test_what_ends_keys_is_there_as_long_as_what_they_seal(stack: str) -> None:
    made = order(stack)
    rings = {keyring.component for keyring in made.facts.of(Keyring)}
    inside = {r.urn for ring in rings for r in made.facts.graph.below(ring) if r.custom}
    stores = {holding.store for holding in made.facts.of(Holding) if holding.seals}
    assert len(inside) > 5
    assert len(stores) > 3
    assert [made.made[urn]["name"] for urn in stores if not inside <= made.before(urn)] == []


@pytest.mark.parametrize("stack", SEALED)
def test_no_key_is_made_before_nobody_can_copy_it(stack: str) -> None:
    made = order(stack)
    [bucket] = {keyring.store for keyring in made.facts.of(Keyring) if keyring.kind == "epochs"}
    guards = {r["urn"] for r, _ in settings(made) if bucket in linked(r)}
    [function] = made.of(*FUNCTIONS)
    assert guards
    assert guards <= made.before(function["urn"])
