"""The pack's adapter from the inside: proxies, faults, and one copy of every module."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi_policy import PolicyResource, ReportViolation, ResourceValidationPolicy, StackValidationArgs
from pulumi_policy.policy import PolicyResourceOptions, ResourceValidationArgs
from pulumi_policy.proxy import unknown_checking_proxy

from im_stack.facts.model import SECRET as MARK
from im_stack.facts.model import Unknown
from im_stack.facts.values.decode import PLAIN
from im_stack.policies.engine import pack
from im_stack.policies.engine.collected import Collected, plain
from tests.harness.world import SECRET, SIGNATURE, UNKNOWN

BUCKET = "tencentcloud:Cos/bucket:Bucket"
URN = f"urn:pulumi:test::im::{BUCKET}::b"
PACK = Path(pack.__file__).parents[1]


def _registered(props: dict[str, Any], type_: str = BUCKET, urn: str = URN) -> ResourceValidationArgs:
    options = PolicyResourceOptions(False, [], None, [], None, [], None)  # type: ignore[arg-type]
    return ResourceValidationArgs(type_, unknown_checking_proxy(props), urn, "b", options, None)


def _in_stack(urn: str = URN, type_: str = BUCKET) -> PolicyResource:
    options = PolicyResourceOptions(False, [], None, [], None, [], None)  # type: ignore[arg-type]
    return PolicyResource(type_, unknown_checking_proxy({"id": UNKNOWN}), urn, "b", options, None, None, [], {})


def test_unknowns_are_values_wherever_they_are() -> None:
    rules = [{"expiration": {"days": UNKNOWN}, "filterPrefix": "", "__defaults": ["id"]}, UNKNOWN]
    props = {"lifecycleRules": rules, "kmsId": UNKNOWN, "multiAz": None, "tags": {"a": "b"}, "cosDays": 7.0}
    kept = Collected().keep(_registered(props))
    assert kept is not None
    assert kept.inputs == {
        "lifecycleRules": (
            {"expiration": {"days": Unknown("lifecycleRules[0].expiration.days")}, "filterPrefix": ""},
            Unknown("lifecycleRules[1]"),
        ),
        "kmsId": Unknown("kmsId"),
    }


def test_no_proxy_is_left_and_other_members_are_not_touched() -> None:
    proxy = unknown_checking_proxy({"a": {"b": [1.0, UNKNOWN]}, "other": UNKNOWN})
    assert plain(proxy, {"a"}) == {"a": {"b": [1.0, UNKNOWN]}}
    assert type(plain(proxy, {"a"})["a"]["b"]) is list


def test_a_new_deployment_forgets_the_last() -> None:
    collected = Collected()
    collected.keep(_registered({"acl": "private"}))
    assert [r.seen for r in collected.join([_in_stack()])] == [True]
    other = URN + "2"
    collected.keep(_registered({"acl": "private"}, urn=other))
    assert [r.urn for r in collected.so_far()] == [other]
    collected.keep(_registered({}, "pulumi:pulumi:Stack", "urn:pulumi:test::im::pulumi:pulumi:Stack::im-test"))
    assert collected.so_far() == []
    assert [r.seen for r in collected.join([_in_stack()])] == [False]


def test_what_looks_like_a_cloud_resource_is_no_component() -> None:
    kept = Collected().keep(_registered({"acl": "private", "imDeclares": {"version": 1}}))
    assert kept is not None
    assert kept.custom
    assert kept.inputs == {"acl": "private"}


def _report(found: list[str]) -> ReportViolation:
    return lambda message, _urn=None: found.append(message)


def test_a_fault_of_the_collector_is_a_violation_and_the_resource_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> Any:
        raise ValueError("with-a-secret")

    monkeypatch.setattr("im_stack.policies.engine.collected.decode_inputs", broken)
    collect, stop, *_ = pack.policies()
    found: list[str] = []
    for policy in (collect, stop):
        assert isinstance(policy, ResourceValidationPolicy)
        policy.validate(_registered({"acl": "private"}), _report(found))
    assert len(found) == 1
    assert "the policy itself failed (ValueError in broken:" in found[0]
    assert "with-a-secret" not in found[0]


def test_a_fault_of_the_judge_is_a_violation_of_every_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> Any:
        raise RecursionError

    monkeypatch.setattr(pack, "duties_from", broken)
    _, _, *stack_policies = pack.policies()
    for policy in stack_policies:
        found: list[str] = []
        policy.validate(StackValidationArgs([_in_stack()]), _report(found))  # type: ignore[arg-type]
        assert [m.split(" in ")[0] for m in found] == ["UNPROVEN: the policy itself failed (RecursionError"]


def test_one_judgement_per_round(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(pack, "duties_from", lambda *_: None)
    monkeypatch.setattr(pack, "judge", lambda *_, **__: calls.append(1) or SimpleNamespace(verdicts=()))
    session = pack.Session()
    for policy in ("a", "b", "c"):
        session.judged(policy, [_in_stack()])
    assert len(calls) == 1
    session.judged("b", [_in_stack()])  # a round in which `a` was switched off
    assert len(calls) == 2
    session.collected.keep(_registered({}))
    session.judged("c", [_in_stack()])  # something was collected since: what was judged before is out of date
    assert len(calls) == 3


def test_secrets_arrive_in_plaintext_and_only_judged_ones_are_kept() -> None:
    from pulumi_policy.deserialize import deserialize_properties

    wire = {"acl": {SIGNATURE: SECRET, "value": "private"}, "bucketKey": {SIGNATURE: SECRET, "value": "canary"}}
    kept = Collected().keep(_registered(deserialize_properties(wire)))
    assert kept is not None
    assert kept.inputs == {"acl": "private"}


_ONE_COPY = """
import json, runpy, sys
import pulumi_policy
seen = {}
pulumi_policy.PolicyPack = lambda **_: seen.update(
    {name: getattr(m, "__file__", None) for name, m in sys.modules.items() if name != "__main__"}
)
runpy.run_path(sys.argv[1], run_name="__main__")
print(json.dumps(seen))
"""


def test_no_module_is_loaded_twice() -> None:
    """Started as the engine starts it: in the pack's folder, with that folder first on the path."""
    command = [sys.executable, "-c", _ONE_COPY, str(PACK)]
    output = subprocess.run(command, cwd=PACK, capture_output=True, text=True, check=True, timeout=60).stdout
    modules = {name: file for name, file in json.loads(output).items() if file and str(PACK.parent) in file}
    mine = {name: file for name, file in modules.items() if "site-packages" not in file}
    assert "im_stack.policies.engine.pack" in mine
    assert len(set(mine.values())) == len(mine)
    assert {name.split(".")[1] for name in mine if name != "im_stack"} <= {"policies", "facts", "terms"}


def test_what_is_secret_is_noticed_where_the_sdk_says_so() -> None:
    """Inside lists, blocks and unknowns; without that knowledge a credential counts as plain text."""
    version = "tencentcloud:Ssm/secretVersion:SecretVersion"
    from pulumi_policy.deserialize import deserialize_properties

    def secret(value: Any) -> dict[str, Any]:
        return {SIGNATURE: SECRET, "value": value}

    wire = {"acl": secret("private"), "lifecycleRules": [{"id": secret("canary"), "filterPrefix": ""}, secret({})]}
    collected = Collected()
    seeing = _registered(wire)
    seeing.props = deserialize_properties(wire, True)
    collected.notice(seeing)
    kept = collected.keep(_registered(deserialize_properties(wire)))
    assert kept is not None
    assert kept.inputs == {"acl": MARK, "lifecycleRules": ({"id": MARK, "filterPrefix": ""}, MARK)}
    unseeing = Collected().keep(_registered({"secretString": "canary"}, version))
    assert unseeing is not None
    assert unseeing.inputs == {"secretString": PLAIN}
