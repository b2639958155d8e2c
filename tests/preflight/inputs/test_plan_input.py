"""`--plan`: the verdicts on a Terraform plan are those of the program; what a plan does not show never passes."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from im_stack.facts.values.decode import PLAIN
from im_stack.facts.wire.constants import UNKNOWN
from im_stack.policies.judge import judge
from im_stack.policies.rule import Outcome
from im_stack.preflight.inputs.contents import RULE
from im_stack.preflight.inputs.plan import load_plan
from im_stack.preflight.judgement.from_file import check_plan
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.mutants.changes import Mutant, in_order, mutants
from im_stack.preflight.mutants.run import places_of
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.preflight.reports.formats import Format, render
from im_stack.preflight.reports.model.report import report_of, reports_of
from im_stack.preflight.terraform.table import Row
from im_stack.preflight.terraform.values import Given, from_terraform
from im_stack.preflight.terraform.view import plan_view
from im_stack.terms.problem import InputError
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT
from tests.harness.world import TODAY
from tests.preflight.inputs.test_inputs import CANARY, STACKS, blocking, intervals, said, written

PLANS = ROOT / "tests/plans"


@pytest.fixture(scope="module", params=STACKS)
def check(request: pytest.FixtureRequest) -> Check:
    return check_ours(request.param, today=TODAY)


def test_a_plan_is_judged_as_its_program(check: Check, tmp_path: Path) -> None:
    given = check_plan(ROOT, check.stack.stack, written(tmp_path, plan_view(check.recording)), today=TODAY)
    assert said(given.judgement) == said(check.judgement)
    assert intervals(given) == intervals(check)
    assert given.judgement.outcome is Outcome.PASS


def _mutated(check: Check, mutant: Mutant) -> list[Registration]:
    rows = {r["urn"]: r for r in check.recording["registrations"]} | dict(mutant.replaced)
    rows |= {r["urn"]: r for r in mutant.added}
    return [r for urn, r in rows.items() if urn not in mutant.removed]


def test_what_is_weaker_is_weaker_in_every_file(check: Check, tmp_path: Path) -> None:
    """What a mutant blocks, its plan blocks; no other rule is silent there.

    Not a change inside an archive: a plan has the path of its file, and a declared hop covers the content.
    """
    made, places = in_order(check.recording["registrations"]), places_of(check)
    for mutant in [mutant for r in made for mutant in mutants(r, made, places)][::1200]:
        if mutant.path.startswith("code.assets"):
            continue
        registrations = _mutated(check, mutant)
        expected = blocking(judge(to_resources(registrations), check.duties, today=TODAY))
        plan = load_plan(written(tmp_path, plan_view({"registrations": registrations, "notices": []})))
        planned = blocking(judge(plan.resources, check.duties, today=TODAY))
        if "explicit-provider" in planned:
            expected.discard("home-region")  # to Terraform a provider without a region is the default one
        assert expected <= planned | {RULE for _ in plan.doubts}, mutant.label
        if not expected and not plan.doubts:
            assert not planned, mutant.label


def test_a_plan_of_terraform_itself_is_read() -> None:
    """Modules, instances by number and by key, values that are computed, secret, or from a variable."""
    loaded = load_plan(PLANS / "modules.json")
    by_name = {r.urn.split("::", 1)[1]: r for r in loaded.resources}
    assert loaded.doubts == []
    database = by_name["module.data::tencentcloud:Mysql/instance:Instance::db"]
    subnet = by_name["module.data::tencentcloud:Subnet/instance:Instance::s"]
    network = by_name["root::tencentcloud:Vpc/instance:Instance::main"]
    provider = by_name["root::pulumi:providers:tencentcloud::tencentcloud"]
    assert database.links["subnetId"] == (subnet.urn,)
    assert database.links["vpcId"] == subnet.links["vpcId"] == (network.urn,)
    assert {r.provider for r in loaded.resources if r.provider} == {provider.urn}
    assert provider.inputs == {"region": "ap-jakarta", "secretId": PLAIN}
    assert "clusterTopology" not in database.inputs  # nobody gave it: the provider will
    bucket = by_name['root::tencentcloud:Cos/bucket:Bucket::media["b.c"]']
    assert bucket.inputs["lifecycleRules"] == ({"expiration": {"days": 7}, "filterPrefix": ""},)
    assert {"corsRules", "website", "encryptionAlgorithm"}.isdisjoint(bucket.inputs)
    assert sorted(r.name for r in loaded.resources if r.type.endswith(":Key")) == ["k[0]", "k[1]"]
    given = check_plan(ROOT, "tencent-ap-jakarta", PLANS / "modules.json", today=TODAY)
    assert {v.name for v in given.judgement.verdicts if v.rule == "home-region" and v.weak} == set()
    assert CANARY not in "".join(
        render(form, reports_of([("x", given)]), every=False) for form in Format if form is not Format.TEXT
    )


def test_what_a_plan_cannot_show_is_unproven() -> None:
    """Blocks made by a rule, instances told apart by a key, values that go through a local one."""
    loaded = load_plan(PLANS / "repeated.json")
    doubted = {(f.name, f.message.removeprefix(f"{f.name}: ").split()[1]) for f in loaded.doubts}
    assert doubted == {(f'{n}["{k}"]', a) for n, a in (("r", "securityGroupId"), ("s", "vpcId")) for k in "ab"}
    (bucket,) = (r for r in loaded.resources if r.type.endswith(":Bucket"))
    assert "lifecycleRules" in bucket.inputs
    judged = check_plan(ROOT, "tencent-ap-jakarta", PLANS / "repeated.json", today=TODAY).judgement
    assert judged.outcome is Outcome.FAIL
    assert {v.rule for v in judged.verdicts if v.blocks} >= {RULE, "declared-holdings", "ceiling"}


def _plan(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((PLANS / "modules.json").read_text("utf-8"))
    change(document)
    return document


def _first(document: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = document["planned_values"]["root_module"]["resources"][0]
    return row


def _unknown_type(document: dict[str, Any]) -> None:
    root = document["planned_values"]["root_module"]
    other = {**root["resources"][0], "address": "tencentcloud_novelty.n", "type": "tencentcloud_novelty", "name": "n"}
    root["resources"].append(other)
    document["resource_changes"].append({"address": other["address"], "change": {"actions": ["create"]}})


def _circle(document: dict[str, Any]) -> None:
    """A module that is given what it gives out."""
    call = document["configuration"]["root_module"]["module_calls"]["data"]
    call["expressions"]["vpc"] = {"references": ["module.data.vpc", "module.data"]}
    call["module"]["outputs"] = {"vpc": {"expression": {"references": ["var.vpc"]}}}


def _change_of(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The first change of a plan, and a copy of it with other members."""
    row: dict[str, Any] = document["resource_changes"][0]
    return {**row, **more}


def _replaced(*actions: str) -> Callable[[dict[str, Any]], object]:
    return lambda d: d["resource_changes"][0]["change"].update(actions=list(actions))


def _deposed(*actions: str) -> Callable[[dict[str, Any]], object]:
    return lambda d: d["resource_changes"].append(
        _change_of(d, deposed="a1b2", change={"actions": list(actions), "after": None})
    )


def _bucket(document: dict[str, Any]) -> dict[str, Any]:
    return next(
        row for row in document["planned_values"]["root_module"]["resources"] if row["type"].endswith("cos_bucket")
    )


def _provider(document: dict[str, Any]) -> None:
    """The namespace of somebody else, with a provider of the same name."""
    for row in document["planned_values"]["root_module"]["resources"]:
        row["provider_name"] = row["provider_name"].replace("tencentcloudstack/", "someoneelse/")


def _provisioner(document: dict[str, Any]) -> None:
    document["configuration"]["root_module"]["resources"][0]["provisioners"] = [{"type": "local-exec"}]


DOUBTS: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "a type that nobody knows": (_unknown_type, "known-types", "nothing is known of the type"),
    "names in a circle": (_circle, RULE, "cannot be followed in the plan"),
    "a command beside a resource": (_provisioner, RULE, "runs commands"),
    "a part of the stack": (lambda d: d.update(complete=False), RULE, "it is not complete"),
    "something forgotten": (
        lambda d: d["resource_changes"].append(
            {"address": "tencentcloud_cos_bucket.b", "change": {"actions": ["forget"]}}
        ),
        RULE,
        "it is forgotten",
    ),
    "replaced and kept": (_replaced("create", "forget"), RULE, "the object that it replaces is forgotten"),
    "kept before it is replaced": (_replaced("forget", "create"), RULE, "the object that it replaces is forgotten"),
    "a deposed object is forgotten": (_deposed("forget"), RULE, "the object that it replaces is forgotten"),
    "a deposed object stays": (_deposed("no-op"), RULE, "what happens to the object that it replaces is not known"),
    "a change that nobody knows": (_replaced("adopt"), RULE, "what happens to it is not known here (adopt)"),
    "a change without an action": (_replaced(), RULE, "what happens to it is not known here (no action is named)"),
    "an action beside a resource": (
        lambda d: d.update(action_invocations=[{"address": "action.aws_lambda_invoke.x"}]),
        RULE,
        "action.aws_lambda_invoke.x: it is an action",
    ),
    "an action that waits": (lambda d: d.update(deferred_action_invocations=[{}]), RULE, "it is an action"),
    "a part that nobody knows": (lambda d: d.update(side_effects=[]), RULE, "it has the part 'side_effects'"),
    "a provider of the same name": (_provider, "known-types", "someoneelse/tencentcloud"),
    "an argument that only a dynamic block sets": (
        lambda d: _bucket(d)["values"].update(novelties=[{"how": 1}]),
        RULE,
        "it has the argument novelties.how, of which nothing is known here",
    ),
    "no configuration of a resource": (
        lambda d: d["configuration"]["root_module"]["resources"].pop(0),
        RULE,
        "the configuration says nothing about it",
    ),
    "no provider": (lambda d: d["configuration"]["provider_config"].clear(), "explicit-provider", "default provider"),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_a_plan_leaves_open_is_never_a_pass(tmp_path: Path, name: str) -> None:
    change, rule, words = DOUBTS[name]
    judged = check_plan(ROOT, "tencent-ap-jakarta", written(tmp_path, _plan(change)), today=TODAY).judgement
    assert [v for v in judged.verdicts if v.rule == rule and v.blocks and words in v.message], name


def test_a_deposed_object_that_is_deleted_is_no_doubt(tmp_path: Path) -> None:
    assert load_plan(written(tmp_path, _plan(_deposed("delete")))).doubts == []


def test_what_is_not_known_of_a_block_that_a_rule_makes_counts() -> None:
    """Beside a block of the configuration an argument that only the other one has is as unknown as without it."""
    row = Row("x:a:A", "x_a", blocks=frozenset({"rules"}))
    rules = [{"id": "a"}, {"id": "b"}]
    unknown = {"rules": [{}, {"prefix": True}]}
    written_ = {"rules": [{"id": {"constant_value": "a"}}]}
    given = Given({"rules": rules}, unknown, {}, written_)
    assert from_terraform(row, given)["rules"][1]["prefix"] == UNKNOWN
    both = {"rules": [{"id": {"constant_value": name}} for name in "ab"]}
    assert from_terraform(row, Given({"rules": rules}, unknown, {}, both))["rules"][1] == {"id": "b"}


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another format": (lambda d: d.update(format_version="2.0"), "format '2.0' is not known"),
    "no format": (lambda d: d.pop("format_version"), "format_version: is missing"),
    "an error in planning": (lambda d: d.update(errored=True), "ended with an error"),
    "no values": (lambda d: d.pop("planned_values"), "planned_values: is missing"),
    "no resources": (lambda d: d.update(planned_values={"root_module": {}}), "leaves no resource"),
    "no changes": (lambda d: d.pop("resource_changes"), "resource_changes: is missing"),
    "a change is missing": (lambda d: d["resource_changes"].pop(0), "no change says what is unknown"),
    "no configuration": (lambda d: d.pop("configuration"), "configuration: is missing"),
    "values of another kind": (lambda d: _first(d).update(values=[1]), "values: is no block"),
    "two of one address": (
        lambda d: d["planned_values"]["root_module"]["resources"].append(_first(d)),
        "two resources have the address",
    ),
    "modules of another kind": (
        lambda d: d["planned_values"]["root_module"].update(child_modules=[3]),
        "child_modules[]: is no block",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_no_plan_issaid(tmp_path: Path, name: str) -> None:
    change, words = FAULTS[name]
    with pytest.raises(InputError, match=words.replace("[", r"\[").replace("]", r"\]")):
        load_plan(written(tmp_path, _plan(change)))


def test_what_a_store_holds_is_said_in_the_language_of_the_plan_and_done_so_it_passes(tmp_path: Path) -> None:
    """The fix of declared-holdings, put into the plan as it stands there, mends what it is a fix of."""

    def fixes(document: dict[str, Any]) -> dict[str, str]:
        given = check_plan(ROOT, "tencent-ap-jakarta", written(tmp_path, json.dumps(document)), today=TODAY)
        report = report_of(given)
        return {f.name: f.fix for f in report.findings if f.rule == "declared-holdings" and f.weak and f.fix}

    document = _plan(lambda _: None)
    fix = fixes(document)['Bucket media["b.c"]']
    assert "holds(" not in fix
    hcl = re.search(r"input = (\{ imDeclares = .*?\}\] \} \})", fix)
    assert hcl, fix
    value = json.loads(re.sub(r"(\w+) = ", r'"\1": ', hcl[1].replace("CLASS", '"messages"')))
    name = re.search(r'"terraform_data" "([\w-]+)"', fix)
    assert name, fix
    row = {
        "address": f"terraform_data.{name[1]}",
        "mode": "managed",
        "type": "terraform_data",
        "name": name[1],
        "provider_name": "terraform.io/builtin/terraform",
        "schema_version": 0,
        "values": {"input": value},
        "sensitive_values": {},
    }
    document["planned_values"]["root_module"]["resources"].append(row)
    change = {"actions": ["create"], "before": None, "after": row["values"], "after_unknown": {}}
    same = {key: row[key] for key in ("address", "mode", "type", "name", "provider_name")}
    document["resource_changes"].append({**same, "change": change})
    document["configuration"]["root_module"]["resources"].append(
        {**same, "schema_version": 0, "expressions": {"input": {}}} | {"provider_config_key": "terraform"}
    )
    assert 'Bucket media["b.c"]' not in fixes(document)
