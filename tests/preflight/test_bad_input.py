"""Bad input: one message that says what, where and what would be right; never a traceback, never a pass."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from im_stack.terms.problem import InputError, Problem
from tests.harness.project import HEADER, write_project
from tests.harness.recorded import check_project

MYSQL = HEADER + "mysql(profiles='user-information')\n"


def _problems(folder: Path, **changes: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        check_project(folder, "test", **changes)
    return caught.value.problems


def _stack(folder: Path, old: str, new: str) -> Path:
    """A project whose stack file, written out as YAML, has `old` replaced by `new`."""
    write_project(folder, "")
    text = """\
config:
  im:cloud: tencent
  im:region: ap-jakarta
  im:jurisdiction: indonesia
  im:instruments:
    im-module: {source: test}
    kenalan: {source: test}
  im:sub-processors: [{name: Tencent Cloud, country: indonesia, basis: agreement, source: test, \
classes: [messages, user-information]}]
  im:classes:
    messages:
      store: true
      period: P30D
      clock: birth
      erasure: {within: P30D, source: test}
    user-information:
      store: true
      period: P30D
      clock: last-write
      erasure:
        within: P30D
        no-write-after-request: the application
        source: test
  im:elsewhere:
    access-logs: another stack holds it
    kenalan-identity: another stack holds it
    kenalan-financial: another stack holds it
    kenalan-biometric: another stack holds it
    kenalan-device: another stack holds it
    kenalan-support: another stack holds it
    kenalan-security: another stack holds it
    kenalan-cookies: another stack holds it
"""
    assert old in text
    (folder / "Pulumi.test.yaml").write_text(text.replace(old, new, 1))
    return folder


DECLARATIONS = [
    # what is changed, into what, (line, words of the message)
    ("period: P30D", "perid: P30D", (12, "perid", "is no key of a declaration", "period?")),
    ("period: P30D", "period: 7", (12, "im:classes.messages.period", "7 has no unit", "P7D for 7 days")),
    ("period: P30D", "period: '7'", (12, "'7' is not a period", "P7D for 7 days")),
    ("period: P30D", "period: P0D", (12, "'P0D' is not a period between one second and 100 years")),
    ("period: P30D", "period: -P7D", (12, "'-P7D' is not a period")),
    ("period: P30D", "period: .inf", (12, "has no unit")),
    ("period: P30D", "period: P1M", (12, "whose length varies", "write days")),
    ("region: ap-jakarta", "region: ap-atlantis", (3, "no region 'ap-atlantis'", "ap-jakarta", "IM-REG-01")),
    ("region: ap-jakarta", "region: ap-singapore", (3, "is in singapore, not in indonesia", "IM-REG-01")),
    ("cloud: tencent", "cloud: azure", (2, "im:cloud")),
    ("      store: true\n", "", (10, "im:classes.messages.store", "is missing, and the texts give no default")),
    ("      clock: birth\n", "", (10, "the clock is not chosen", "C-06")),
    ("      erasure: {within: P30D, source: test}\n", "", (10, "the erasure deadline is not chosen", "IM-DEL-01")),
    ("    kenalan-identity: another stack holds it\n", "", (9, "kenalan is about it", "KN-RET-01")),
    (
        "kenalan-cookies: another",
        "kenalan-cookie: another",
        (31, "no adopted instrument knows a class 'kenalan-cookie'"),
    ),
    ("kenalan: {source: test}", "kenalen: {source: test}", (7, "no instrument is called 'kenalen'", "kenalan")),
    ("user-information:", "user-infomation:", (None, "no adopted instrument knows a class 'user-infomation'")),
    (
        "  im:classes:\n",
        "  im:zones: {first: ap-jakarta-1, second: ap-singapore-2}\n  im:classes:\n",
        (9, "'ap-singapore-2' is no zone of ap-jakarta", "ap-jakarta-1, ap-jakarta-2", "IM-REG-01"),
    ),
    (
        "  im:classes:\n",
        "  im:zones: {first: ap-jakarta-1, second: ap-jakarta-1}\n  im:classes:\n",
        (9, "im:zones.second", "is the first zone again"),
    ),
    (
        "im:jurisdiction: indonesia",
        "im:jurisdiction: singapore",
        (4, "kenalan keeps its data in indonesia", "KN-RES-01"),
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), DECLARATIONS)
def test_a_declaration(tmp_path: Path, old: str, new: str, expected: tuple[Any, ...]) -> None:
    problems = _problems(_stack(tmp_path, old, new))
    text = "\n".join(map(str, problems))
    for words in expected[1:]:
        assert words in text
    if expected[0] is not None:
        assert expected[0] in [problem.line for problem in problems], text
    assert all(problem.file.endswith("Pulumi.test.yaml") for problem in problems)


WAIVER = """\
  im:waivers:
    - rule: ceiling
      resource: messages
      reason: a court asked for them to be kept
      owner: DPO
      evidence: https://example.com/orders/12
      expires: 2027-03-31
    - {rule: floor, resource: messages, reason: a court said so, owner: DPO, evidence: "http://a", expires: 2027-01-01}
"""
WAIVERS = [
    ("rule: ceiling", "rul: ceiling", (10, "im:waivers.0.rul", "rule?")),
    ("      owner: DPO\n", "", (10, "im:waivers.0.owner", "is missing")),
    ("owner: DPO", "owner: ''", (13, "im:waivers.0.owner")),
    ("evidence: https://example.com/orders/12", "evidence: on paper", (14, "im:waivers.0.evidence", "is no link")),
    ("expires: 2027-03-31", "expires: P90D", (15, "im:waivers.0.expires", "P90D is no calendar day", "YYYY-MM-DD")),
    ("expires: 2027-03-31", "expires: 2027-03-31 12:00:00", (15, "im:waivers.0.expires", "is no calendar day")),
    ("expires: 2027-01-01", "expires: 2027-02-30", (16, "im:waivers.1.expires", "is no calendar day")),
    ("    - rule: ceiling\n", "    - all\n    - rule: ceiling\n", (10, "im:waivers.0", "found 'all'")),
]


@pytest.mark.parametrize(("old", "new", "expected"), WAIVERS)
def test_a_waiver(tmp_path: Path, old: str, new: str, expected: tuple[Any, ...]) -> None:
    assert old in WAIVER
    text = WAIVER.replace(old, new, 1)
    problem = _problems(_stack(tmp_path, "  im:classes:\n", f"{text}  im:classes:\n"))[-1]
    assert problem.line == expected[0]
    for words in expected[1:]:
        assert words in str(problem)


FILES = [
    ("config: [unclosed", "this is not YAML"),
    ("config:\n  im:cloud: tencent\n  im:cloud: aws\n", "im:cloud: the key stands twice, in lines 2 and 3"),
    ("- a list", "the file holds no keys"),
    ("", "the file holds no keys"),
]


@pytest.mark.parametrize(("text", "expected"), FILES)
def test_a_stack_file(tmp_path: Path, text: str, expected: str) -> None:
    write_project(tmp_path, "")
    (tmp_path / "Pulumi.test.yaml").write_text(text)
    assert expected in str(_problems(tmp_path)[0])


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    write_project(tmp_path, "")
    (tmp_path / "Pulumi.test.yaml").write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in str(_problems(tmp_path)[0])


def test_no_project(tmp_path: Path) -> None:
    assert "the file is not there" in str(_problems(tmp_path)[0])


PROGRAMS = [
    ("raise ValueError('no such table')", "ValueError: no such table"),
    ("import sys; sys.exit(3)", "SystemExit: 3"),
    ("import os; os._exit(3)", "the program died"),
    ("def broken(:", "SyntaxError"),
    ("import no_such_module", "No module named 'no_such_module'"),
    ("Keys('keys', pinned)", "two resources are called 'keys'"),
    ("from tencentcloud_iac_pulumi import availability\navailability.get_regions()", "calls the data source"),
    ("plan(declared(), 'no-such-class')", "KeyError"),
]


@pytest.mark.parametrize(("program", "expected"), PROGRAMS)
def test_a_program(tmp_path: Path, program: str, expected: str) -> None:
    write_project(tmp_path, program)
    problem = _problems(tmp_path)[0]
    assert expected in problem.what
    assert "__main__.py" in problem.file


def test_a_program_that_loops_is_ended(tmp_path: Path) -> None:
    write_project(tmp_path, "while True: pass", header="")
    assert "did not end within 3 s" in _problems(tmp_path, time_limit=timedelta(seconds=3))[0].what


def test_a_program_that_prints_changes_nothing(tmp_path: Path) -> None:
    loud = write_project(tmp_path / "loud", "print('{\"recording\": 1}')\nmysql(profiles='user-information')")
    quiet = write_project(tmp_path / "quiet", "mysql(profiles='user-information')")
    made = [sorted(r["urn"] for r in check_project(p, "test").recording["registrations"]) for p in (loud, quiet)]
    assert made[0] == made[1]  # in any order: registrations that do not wait for each other race


def test_the_command_line_exits_2_with_every_problem_and_no_traceback(tmp_path: Path) -> None:
    folder = _stack(tmp_path, "period: P30D", "period: 7")
    file = folder / "Pulumi.test.yaml"
    file.write_text(file.read_text().replace("clock: last-write", "clok: last-write"))
    command = [
        sys.executable,
        "-m",
        "im_stack.preflight",
        "check",
        "test",
        "--project",
        str(folder),
        "--format",
        "json",
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    document = json.loads(run.stdout)
    assert document["schema"] == "im-preflight-problems/1"
    assert any("7 has no unit" in problem["what"] for problem in document["problems"])
    assert "Traceback" not in run.stderr
    assert "7 has no unit" in run.stderr
    assert "clock?" in run.stderr
    assert json.dumps(str(file))[1:-1] in run.stderr
