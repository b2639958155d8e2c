"""Transforms are run, not noted; what the engine would refuse is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from im_stack.facts.wire.walk import map_values
from im_stack.preflight.recording.monitor.transforms import _as_output, _dependencies, _without_output
from im_stack.preflight.recording.recording import Registration
from im_stack.terms.problem import InputError
from tests.harness.programs import checked
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.world import SECRET, SIGNATURE, UNKNOWN

TRANSFORM = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
key = kms.Key("key", alias="key", opts=pinned)
order = []


def named(name, change=lambda given: given.props, opts=lambda given: given.opts):
    def transform(given):
        if given.type_ == "tencentcloud:Cos/bucket:Bucket":
            order.append(name)
            return pulumi.ResourceTransformResult(props=change(given), opts=opts(given))
    return transform


def bucket(**options):
    opts = pulumi.ResourceOptions.merge(pinned, pulumi.ResourceOptions(**options))
    return cos.Bucket("b", bucket="b-1", kms_id=key.id, acl=pulumi.Output.secret("private"), opts=opts)
"""


def _recorded(folder: Path, program: str, **config: Any) -> dict[str, Registration]:
    project = write_project(folder, program, header=TRANSFORM)
    if config:
        file = project / "Pulumi.test.yaml"
        document = json.loads(file.read_text())
        document["config"] |= {key.replace("__", ":").replace("_", "-"): value for key, value in config.items()}
        file.write_text(json.dumps(document))
    return {r["name"]: r for r in check_project(project, "test").recording["registrations"]}


def test_inputs_that_a_transform_does_not_touch_stay_what_they_are(tmp_path: Path) -> None:
    program = """
        pulumi.runtime.register_resource_transform(named("s", lambda g: {**g.props, "versioningEnable": True}))
        bucket()
    """
    made = _recorded(tmp_path, program)["b"]
    assert made["inputs"]["versioningEnable"] is True
    assert made["inputs"]["kmsId"] == UNKNOWN
    assert made["inputs"]["acl"] == {SIGNATURE: SECRET, "value": "private"}
    assert [urn.rsplit("::", 1)[-1] for urn in made["links"]["kmsId"]] == ["key"]


def test_a_transform_of_the_resource_itself_loses_links_as_under_the_engine(tmp_path: Path) -> None:
    made = _recorded(tmp_path, "bucket(transforms=[named('o')])")["b"]
    assert made["inputs"]["kmsId"] == UNKNOWN
    assert made["links"]["kmsId"] == []


def test_one_that_returns_nothing_changes_nothing(tmp_path: Path) -> None:
    made = _recorded(tmp_path, "bucket(transforms=[lambda given: None])")["b"]
    assert made["inputs"]["kmsId"] == UNKNOWN
    assert made["inputs"]["acl"] == {SIGNATURE: SECRET, "value": "private"}
    assert [urn.rsplit("::", 1)[-1] for urn in made["links"]["kmsId"]] == ["key"]


def test_own_first_then_parents_from_the_inside_then_the_stack(tmp_path: Path) -> None:
    program = """
        pulumi.runtime.register_resource_transform(named("stack"))
        outer = pulumi.ComponentResource("t:i:C", "outer", opts=pulumi.ResourceOptions(transforms=[named("outer")]))
        inside = pulumi.ResourceOptions(parent=outer, transforms=[named("inner")])
        inner = pulumi.ComponentResource("t:i:C", "inner", opts=inside)
        made = bucket(parent=inner, transforms=[named("own")])
        proof = lambda _: cos.BucketVersion("proof", bucket=",".join(order), status="Suspended", opts=pinned)
        made.urn.apply(proof)
    """
    assert _recorded(tmp_path, program)["proof"]["inputs"]["bucket"] == "own,inner,outer,stack"


def test_options_that_a_transform_sets_are_kept(tmp_path: Path) -> None:
    program = """
        more = pulumi.ResourceOptions(protect=True, retain_on_delete=True, ignore_changes=["acl"])
        change = named("s", opts=lambda g: pulumi.ResourceOptions.merge(g.opts, more))
        pulumi.runtime.register_resource_transform(change)
        bucket()
    """
    made = _recorded(tmp_path, program)["b"]
    assert (made["protect"], made["retain_on_delete"], made["ignore_changes"]) == (True, True, ["acl"])


def test_a_component_hands_on_what_its_transform_gave_it(tmp_path: Path) -> None:
    program = """
        def give(given):
            if given.type_ == "t:i:C":
                more = pulumi.ResourceOptions(providers=[provider], retain_on_delete=True)
                return pulumi.ResourceTransformResult(props=given.props, opts=more)
        pulumi.runtime.register_resource_transform(give)
        outer = pulumi.ComponentResource("t:i:C", "outer")
        inner = pulumi.ComponentResource("t:i:C", "inner", opts=pulumi.ResourceOptions(parent=outer))
        cos.Bucket("in", bucket="b-2", opts=pulumi.ResourceOptions(parent=inner))
    """
    made = _recorded(tmp_path, program)["in"]
    assert made["provider"].endswith("::home")
    assert made["retain_on_delete"] is True


@pytest.mark.parametrize("name", ["transform_of_stack", "transform_of_parent", "transform_of_provider"])
def test_what_a_transform_does_is_judged(name: str) -> None:
    assert {v.rule for v in checked(name).judgement.verdicts if v.blocks}


def test_a_transform_that_raises_refuses_the_program(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a transform of tencentcloud:Cos/bucket:Bucket 'b' failed: integer division"):
        _recorded(tmp_path, "bucket(transforms=[named('o', lambda g: 1 // 0)])")


def test_a_disabled_default_provider_is_refused(tmp_path: Path) -> None:
    denied = {"pulumi__disable_default_providers": ["tencentcloud"]}
    _recorded(tmp_path / "pinned", "bucket()", **denied)
    with pytest.raises(InputError, match="the default provider of tencentcloud is disabled"):
        _recorded(tmp_path / "loose", "cos.Bucket('loose', bucket='b-3')", **denied)
    with pytest.raises(InputError, match="the default provider of tencentcloud is disabled"):
        _recorded(tmp_path / "all", "cos.Bucket('loose', bucket='b-3')", pulumi__disable_default_providers=["*"])


def test_a_component_that_a_plugin_makes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is made by a plugin"):
        _recorded(tmp_path, "pulumi.ComponentResource('other:index:Far', 'far', {}, remote=True)")


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two resources are called 'b'"):
        _recorded(tmp_path, "bucket()\nbucket()")


def test_values_go_there_and_back() -> None:
    value = {"a": [UNKNOWN, {SIGNATURE: SECRET, "value": {"b": UNKNOWN}}, 1.0], "c": None}
    assert map_values(_as_output(value), _without_output) == value
    assert list(_dependencies(_as_output(value, ["u"]))) == ["u"]
    assert map_values(_as_output(value, ["u"]), _without_output) == value
