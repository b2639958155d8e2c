"""Mutants of a stack: which candidates are made, what becomes of them, and which survivors need a reason."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from im_stack.facts.wire.constants import UNKNOWN
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.mutants.documents import weakened
from im_stack.preflight.mutants.equivalent import Equivalent, explain, references_allowed
from im_stack.preflight.mutants.judged import Fate, Result, judge_mutants
from im_stack.preflight.mutants.run import run
from im_stack.preflight.mutants.values import GONE, Elsewhere, variants
from im_stack.preflight.sdk.resource_types import NO_PYTHON, arguments, registry
from im_stack.terms.problem import InputError
from tests.harness.project import write_project

PLACES = Elsewhere("ap-jakarta", "ap-singapore")
POLICY = "tencentcloud:Mysql/backupPolicy:BackupPolicy"
BUCKET = "tencentcloud:Cos/bucket:Bucket"


def _values(type_: str, argument: str, now: object) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for variant in variants(arguments(type_)[argument], now, PLACES):
        found.setdefault(variant.path + " " + variant.change, []).append(variant.value)
    return found


@pytest.mark.parametrize(
    ("type_", "argument", "now", "change", "value"),
    [
        (POLICY, "retentionPeriod", 7.0, " absent", GONE),
        (POLICY, "retentionPeriod", 7.0, " not known", UNKNOWN),
        (POLICY, "retentionPeriod", 7.0, " longer", 71.0),
        (POLICY, "retentionPeriod", 7.0, " next value", 1830.0),
        (POLICY, "backupModel", "physical", " next mode", "snapshot"),
        (POLICY, "enableBinlogStandby", GONE, " next mode", "on"),
        (BUCKET, "versioningEnable", False, " on", True),
        (BUCKET, "lifecycleRules", [{"expiration": {"days": 5.0}}], "[].expiration.days absent", [{"expiration": {}}]),
        (BUCKET, "website", GONE, " set", {}),
    ],
)
def test_candidates_come_from_the_sdk(type_: str, argument: str, now: object, change: str, value: object) -> None:
    assert value in _values(type_, argument, now)[change]


def test_no_candidate_is_what_is_there() -> None:
    for argument in arguments(BUCKET).values():
        assert all(v.value is not GONE for v in variants(argument, GONE, PLACES))


def test_a_type_that_no_sdk_knows_has_no_arguments() -> None:
    assert arguments("tencentcloud:No/such:Thing") == {}
    assert arguments("other:No/such:Thing") == {}


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        (".statement[].effect", "inverted", {"effect": "allow"}),
        (".statement[].resource[]", "narrower", {"resource": ["b/"]}),
        (".statement[].condition.bool_equal", "inverted", {"condition": {"bool_not_equal": {"s": "false"}}}),
        (".statement[].condition.bool_equal.s", "inverted", {"condition": {"bool_equal": {"s": "true"}}}),
        (".statement[].action[]", "one less", {"action": []}),
    ],
)
def test_documents_are_weakened_one_thing_at_a_time(path: str, change: str, expected: dict[str, object]) -> None:
    statement = {"effect": "deny", "action": ["x"], "resource": ["b/*"], "condition": {"bool_equal": {"s": "false"}}}
    text = json.dumps({"statement": [statement]})
    found = [json.loads(new) for at, what, new in weakened(text, "here", "there") if (at, what) == (path, change)]
    assert {"statement": [statement | expected]} in found


def test_no_document_has_no_weaker_one() -> None:
    assert list(weakened("no json", "here", "there")) == []


def test_the_order_in_which_a_program_registers_decides_nothing(jakarta: Check) -> None:
    """Two runs of a program register in two orders, and an added resource is made like the first that is there."""
    made = jakarta.recording["registrations"]
    one, other = (judge_mutants(rows, jakarta.duties, PLACES, "Vpc/acl:", 1) for rows in (made, made[::-1]))
    assert one == other
    assert one


def _result(path: str, change: str, fate: Fate = Fate.UNJUDGED) -> Result:
    return Result(BUCKET, "b", path, change, fate)


_WHY = "a reason of twenty letters"


@pytest.mark.parametrize(
    ("row", "result", "explained"),
    [
        ({"arguments": ("tags",)}, _result("tags", "absent"), True),
        ({"arguments": ("tags",)}, _result("tags.a", "absent"), True),
        ({"arguments": ("tags",)}, _result("tagsToo", "absent"), False),
        ({"arguments": ("rules[].id",)}, _result("rules[].id", "empty"), True),
        ({"arguments": ("rules[].id",)}, _result("rulesXid", "empty"), False),
        ({"arguments": ("tags",), "changes": ("off",)}, _result("tags", "a second owner: off"), True),
        ({"arguments": ("tags",), "changes": ("off",)}, _result("tags", "on"), False),
        ({"arguments": ("tags",), "names": ("c",)}, _result("tags", "on"), False),
        ({"arguments": ("tags",), "types": ("aws:*",)}, _result("tags", "on"), False),
    ],
)
def test_a_reason_covers_what_it_names(row: dict[str, object], result: Result, explained: bool) -> None:
    rows = [Equivalent.model_validate({"types": (BUCKET,), "why": _WHY, **row})]
    found = explain([result], rows)
    assert bool(found.reasons) is explained
    assert bool(found.unexplained) is not explained
    assert bool(found.stale) is not explained


@pytest.mark.parametrize("fate", [Fate.KILLED, Fate.COUNTED, Fate.PROMISED])
def test_what_is_said_needs_no_reason(fate: Fate) -> None:
    assert explain([_result("tags", "on", fate)], []).unexplained == ()


def test_a_stack_that_does_not_pass_has_no_mutants(tmp_path: Path) -> None:
    project = write_project(tmp_path, "from tencentcloud_iac_pulumi import cos\ncos.Bucket('b', bucket='b-1')\n")
    with pytest.raises(InputError, match="does not pass"):
        run(project, "test")


def test_a_type_whose_plain_name_a_block_has_keeps_its_own_arguments() -> None:
    type_ = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    assert {"bucket", "rules"} <= set(arguments(type_))


@pytest.mark.parametrize("module", sorted(NO_PYTHON))
def test_a_service_with_a_file_that_is_no_python_has_no_types(module: str) -> None:
    code = f"import {module} as service\nhasattr(service, 'anything')"  # it is loaded when something is asked of it
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "SyntaxError" in ran.stderr
    types = [t for t, (place, _) in registry("tencentcloud").items() if place == module]
    assert types
    assert not any(map(arguments, types))


def test_what_an_argument_names_is_killed_or_explained_by_a_row_of_references(jakarta: Check) -> None:
    made = jakarta.recording["registrations"]

    def named(only: str) -> list[Result]:
        found = judge_mutants(made, jakarta.duties, PLACES, only, 1)
        return [result for result in found if result.change == "names Redis.Instance"]

    assert {(r.path, r.fate) for r in named("Redis/readOnly")} == {("instanceId", Fate.KILLED)}
    survivors = named("Redis/maintenanceWindow")
    assert {(r.path, r.fate) for r in survivors} == {("instanceId", Fate.UNNOTICED)}
    any_reason = Equivalent(types=("*",), why="whatever it is, it is nothing")
    assert not explain(survivors, [any_reason]).reasons
    [(_, row)] = explain(survivors, references_allowed("tencent")).reasons
    assert row.where.startswith("references.yaml")


def test_how_many_mutants_are_judged_is_said_on_the_way(jakarta: Check) -> None:
    heard: list[tuple[int, float]] = []
    rows = jakarta.recording["registrations"]
    results = judge_mutants(rows, jakarta.duties, PLACES, "Vpc/", 2, lambda *how: heard.append(how))
    assert heard == sorted(heard)
    assert heard[-1] == (len(results), 1.0)
