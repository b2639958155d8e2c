"""Arguments in a plan or a state that no SDK here has are unproven, and never overlooked."""

import json
from pathlib import Path
from typing import Any

import pytest

from im_stack.facts.wire.constants import SECRET, SIGNATURE
from im_stack.policies.rule import Outcome
from im_stack.preflight.inputs.contents import RULE
from im_stack.preflight.inputs.plan import load_plan
from im_stack.preflight.inputs.unknown_arguments import unknown_arguments
from im_stack.preflight.judgement.from_file import check_state
from tests.harness.root import ROOT
from tests.preflight.inputs.test_inputs import PLANS, state_with, written


def _nested(depth: int) -> Any:
    return [{"a": _nested(depth - 1)}] if depth else 1


STRANGERS = {
    "an argument": ({"inputs": {"bucket": "b", "replicaNextDoor": True}}, {"replicaNextDoor"}),
    "in a block": (
        {"inputs": {"lifecycleRules": [{"expiration": {"days": 1, "moons": 2}}]}},
        {"lifecycleRules.expiration.moons"},
    ),
    "a block": ({"inputs": {"newBlocks": [{"a": {"b": 1}}]}}, {"newBlocks"}),
    "two of two": ({"inputs": {"one": 1, "two": 2}}, {"one", "two"}),
    "none: keys of a map, what is empty, what the engine notes": (
        {"inputs": {"tags": {"anyKey": "x"}, "gone": None, "__defaults": []}},
        set[str](),
    ),
    "none: a property that the provider notes among the inputs": ({"inputs": {"cosBucketUrl": "x"}}, set[str]()),
    "nested without end": ({"inputs": {"tags": _nested(300), "moons": _nested(300)}}, {"moons"}),
    "none that can be seen: a secret": (
        {"inputs": {"tags": {SIGNATURE: SECRET, "ciphertext": "x"}}},
        set[str](),
    ),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_an_argument_that_nobody_knows_is_unproven(tmp_path: Path, name: str) -> None:
    change, expected = STRANGERS[name]
    verdicts = check_state(ROOT, "tencent-ap-jakarta", written(tmp_path, state_with(change))).judgement.verdicts
    found = [v for v in verdicts if "of which nothing is known" in v.message]
    assert {v.message.partition("the argument ")[2].partition(",")[0] for v in found} == expected
    assert all(v.rule == RULE and v.name == "b" and v.outcome is Outcome.UNPROVEN and v.fix for v in found)


def test_an_argument_that_nobody_knows_in_a_plan_is_unproven(tmp_path: Path) -> None:
    """It is what the configuration sets that counts: a plan shows every attribute that the provider has."""
    document = json.loads((PLANS / "modules.json").read_text("utf-8"))
    before = {f.name for f in unknown_arguments(load_plan(PLANS / "modules.json"))}
    (vpc, *_) = [r for r in document["configuration"]["root_module"]["resources"] if r["type"] == "tencentcloud_vpc"]
    vpc["expressions"] |= {
        "peer_of_moons": {"constant_value": 1},
        "timeouts": {"create": {"constant_value": "1m"}},
        "tags": {"constant_value": {"any_key": 1}},
    }
    found = [f.message for f in unknown_arguments(load_plan(written(tmp_path, document)))]
    assert before == set()
    assert found == ["main: it has the argument peerOfMoons, of which nothing is known here"]
