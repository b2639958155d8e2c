"""Waivers that a program declares beside the resource: the terms of the stack file's, and nothing more."""

from datetime import date
from pathlib import Path

import pytest

from im_stack.policies.judge import Judgement
from im_stack.policies.rule import Outcome
from im_stack.preflight.reports.model.report import report_of
from im_stack.terms.problem import InputError
from tests.harness.programs import NOT_STORED
from tests.harness.project import write_project
from tests.harness.recorded import check_project

TODAY = date(2026, 11, 23)
_PROGRAM = """
from datetime import date
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from im_stack.components.declaring import waive
from tencentcloud_iac_pulumi import cos, lighthouse

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
pair = lighthouse.KeyPair("pair", key_name="pair", opts=pinned)
decided = dict(reason="it holds nothing of the users", owner="officer", evidence="https://example.com/7")
until = dict(expires="2027-01-01")
"""


def _checked(folder: Path, program: str) -> Judgement:
    project = write_project(folder, program, header=_PROGRAM, classes=NOT_STORED)
    return check_project(project, "test", today=TODAY).judgement


@pytest.mark.parametrize(
    ("program", "waived", "fault"),
    [
        ('waive(pair, "known-types", **decided, **until)', 1, ""),
        ('waive("pair", "known-types", **decided, expires=date(2026, 11, 23))', 1, ""),
        ('waive("KeyPair pair", "known-types", **decided, **until)', 1, ""),
        ('waive("*", "known-types", **decided, **until)', 0, "too broad"),
        ('waive(pair, "known-types", **decided, expires="2026-11-22")', 0, "expired"),
        ('waive(pair, "known-type", **decided, **until)', 0, "no rule is called known-type"),
        ('waive(pair, "home-region", **decided, **until)', 0, "home-region cannot be waived"),
        ('waive(pair, "encrypted-at-rest", **decided, **until)', 0, "unused"),
        (
            'odd = lighthouse.KeyPair("a[b]*", key_name="o", opts=pinned)\n'
            'waive(odd, "known-types", **decided, **until)\nwaive(pair, "known-types", **decided, **until)',
            2,
            "",
        ),
    ],
)
def test_a_waiver_beside_the_resource(tmp_path: Path, program: str, waived: int, fault: str) -> None:
    judgement = _checked(tmp_path, program)
    assert judgement.waived == waived
    assert all(fault in result.fault for result in judgement.waivers)
    assert any(result.fault for result in judgement.waivers) == bool(fault)
    assert (judgement.outcome is Outcome.PASS) == bool(waived)


def test_a_public_bucket_is_waived_by_nothing(tmp_path: Path) -> None:
    program = """
bucket = cos.Bucket("b", bucket="b-1250000000", acl="public-read", opts=pinned)
for rule in ("no-public-door", "known-types"):
    waive(bucket if rule == "no-public-door" else pair, rule, **decided, **until)
"""
    judgement = _checked(tmp_path, program)
    assert any(v.rule == "no-public-door" and v.blocks for v in judgement.verdicts)
    assert any("cannot be waived" in result.fault for result in judgement.waivers)


def test_a_fault_of_one_is_at_the_line_that_declares_it(tmp_path: Path) -> None:
    project = write_project(
        tmp_path, 'waive(pair, "known-type", **decided, **until)', header=_PROGRAM, classes=NOT_STORED
    )
    report = report_of(check_project(project, "test", today=TODAY))
    (finding,) = (each for each in report.blocking if each.rule == "waivers-hold")
    assert finding.place.line in (_PROGRAM.count("\n") + 1, None) or "declaring.py" in finding.place.file
    assert "did you mean known-types?" in finding.fix


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('owner="", reason="it holds nothing", evidence="https://example.com/7", expires="2027-01-01"', "owner"),
        ('owner="me", reason="it holds nothing", evidence="nowhere", expires="2027-01-01"', "is no link"),
        ('owner="me", reason="it holds nothing", evidence="https://example.com/7", expires="soon"', "no calendar day"),
        ('owner="me", reason="it holds nothing", evidence="https://example.com/7"', "expires"),
    ],
)
def test_what_is_no_waiver_is_said_at_its_line(tmp_path: Path, arguments: str, said: str) -> None:
    _refused(tmp_path, f'waive(pair, "known-types", {arguments})', said)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('holds_nothing(pair, "short")', "reason"),
        ('publishes_statistics(pair, "short")', "reason"),
        ('holds(pair, "messages", clock="sometime", sources=["clients"])', "clock"),
    ],
)
def test_what_is_no_declaration_is_said_at_its_line(tmp_path: Path, call: str, said: str) -> None:
    _refused(tmp_path, f"from im_stack.components import declaring; declaring.{call}", said)


def _refused(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        _checked(tmp_path, line)
    assert said in str(caught.value)
    assert "validation error" not in str(caught.value)
    assert f"__main__.py:{_PROGRAM.count(chr(10)) + 1}" in str(caught.value)
