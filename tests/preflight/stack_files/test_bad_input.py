"""Bad input: one message that says what, where and what would be right; never a traceback, never a pass."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from im_stack.terms.problem import InputError, Problem
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.stacks import PROGRAM, changed_config, config_of

STACK = """\
config:
  im:cloud: tencent
  im:region: ap-jakarta
  im:jurisdiction: indonesia
  im:instruments:
    im-module: {source: test}
    kenalan: {source: test}
  im:sub-processors: [{name: Tencent Cloud, country: indonesia, basis: agreement, source: test, \
classes: [messages, user-information]}]
  im:size: dev
  im:zones: {first: ap-jakarta-1, second: ap-jakarta-2}
  im:network:
    app-id: "1250000000"
    owner-uin: "100000000001"
    certificate-id: abcdefgh
    domain: im.example.com
  im:classes:
    messages:
      store: true
      period: P7D
      clock: birth
      backups: sealed
      erasure: {within: P7D, source: test}
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
IMPORTS = """\
import pulumi
from tencentcloud_iac_pulumi import cos
from im_stack.components.backend import ImBackend
from im_stack.components.program import declared
"""
PROJECT = "name: t\nruntime: python\n"


def _problems(folder: Path, **changes: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        check_project(folder, "test", **changes)
    return caught.value.problems


def _said(folder: Path, stack: str = STACK, program: str = "", project: str = PROJECT) -> str:
    """Every problem of a project, as text."""
    (folder / "Pulumi.yaml").write_text(project)
    (folder / "Pulumi.test.yaml").write_text(stack)
    (folder / "__main__.py").write_text(IMPORTS + program)
    return "\n".join(map(str, _problems(folder)))


DECLARATIONS = [
    # what is changed, into what, line (None: of no one key), words of the message
    ("period: P7D", "perid: P7D", 19, ("perid", "is no key of a declaration", "period?")),
    ("period: P7D", "period: 7", 19, ("im:classes.messages.period", "7 has no unit", "P7D for 7 days")),
    ("period: P7D", "period: '7'", 19, ("'7' is not a period", "P7D for 7 days")),
    ("period: P7D", "period: P0D", 19, ("'P0D' is not a period between one second and 100 years",)),
    ("period: P7D", "period: -P7D", 19, ("'-P7D' is not a period",)),
    ("period: P7D", "period: .inf", 19, ("has no unit",)),
    ("period: P7D", "period: P1M", 19, ("whose length varies", "write days")),
    ("region: ap-jakarta", "region: ap-atlantis", 3, ("no region 'ap-atlantis'", "ap-jakarta", "IM-REG-01")),
    ("region: ap-jakarta", "region: ap-jakata", 3, ("has no region 'ap-jakata'", "did you mean ap-jakarta?")),
    ("region: ap-jakarta", "region: ap-singapore", 3, ("is in singapore, not in indonesia", "IM-REG-01")),
    ("cloud: tencent", "cloud: azure", 2, ("im:cloud",)),
    ("cloud: tencent", "cloud: tecent", 2, ("one of tencent, aws", "did you mean tencent?")),
    ("jurisdiction: indonesia", "jurisdiction: SG", 4, ("no jurisdiction is called 'SG'", "indonesia", "singapore")),
    ("jurisdiction: indonesia", "jurisdiction: signapore", 4, ("did you mean singapore?",)),
    ("jurisdiction: indonesia", "jurisdiction: singapore", 4, ("kenalan keeps its data in indonesia", "KN-RES-01")),
    ("classes: [messages, user-information]", "classes: none", 8, ("classes", "must be a list", "[] for none")),
    ("classes: [messages, user-information]", "classes: acme", 8, ("must be a list", "[acme]")),
    ('"1250000000"', "1250000000", 12, ("im:network.app-id", "must be text", 'in quotes: "1250000000"')),
    ('"1250000000"', '"12-5"', 12, ("im:network.app-id", "digits alone, in quotes")),
    ("      store: true\n", "", 17, ("im:classes.messages.store", "is missing, and the texts give no default")),
    ("store: true", "store: 'perhaps'", 18, ("im:classes.messages.store", "true or false, without quotes")),
    ("      clock: birth\n", "", 17, ("the clock is not chosen", "C-06")),
    ("      erasure: {within: P7D, source: test}\n", "", 17, ("the erasure deadline is not chosen", "IM-DEL-01")),
    ("    kenalan-identity: another stack holds it\n", "", 16, ("kenalan is about it", "KN-RET-01")),
    ("kenalan-cookies: another", "kenalan-cookie: another", 39, ("no adopted instrument knows a class 'kenalan-cook",)),
    ("kenalan: {", "kenalann: {", 7, ("no instrument is called 'kenalann'", "did you mean kenalan?")),
    ("user-information:", "user-infomation:", None, ("no adopted instrument knows a class 'user-infomation'",)),
    ("second: ap-jakarta-2", "second: ap-singapore-2", 10, ("'ap-singapore-2' is no zone of ap-jakarta", "IM-REG-01")),
    ("second: ap-jakarta-2", "second: ap-jakarta-1", 10, ("im:zones.second", "is the first zone again")),
    ("size: dev", "size: dev\n  im:region: ap-singapore", 10, ("im:region", "stands twice, in lines 3 and 10")),
    ("clock: birth", "clock: birth\n      clock: birth", 21, ("clock", "stands twice, in lines 20 and 21")),
]
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
    ("rule: ceiling", "rul: ceiling", 17, ("im:waivers.0.rul", "rule?")),
    ("      owner: DPO\n", "", 17, ("im:waivers.0.owner", "is missing")),
    ("owner: DPO", "owner: ''", 20, ("im:waivers.0.owner",)),
    ("evidence: https://example.com/orders/12", "evidence: on paper", 21, ("im:waivers.0.evidence", "is no link")),
    ("expires: 2027-03-31", "expires: P90D", 22, ("im:waivers.0.expires", "P90D is no calendar day", "YYYY-MM-DD")),
    ("expires: 2027-03-31", "expires: 2027-03-31 12:00:00", 22, ("im:waivers.0.expires", "is no calendar day")),
    ("expires: 2027-01-01", "expires: 2027-02-30", 23, ("im:waivers.1.expires", "is no calendar day")),
    ("    - rule: ceiling\n", "    - all\n    - rule: ceiling\n", 17, ("im:waivers.0", "found 'all'")),
]
WITH_WAIVERS = STACK.replace("  im:classes:\n", f"{WAIVER}  im:classes:\n")


@pytest.mark.parametrize(
    ("stack", "old", "new", "line", "words"),
    [(STACK, *row) for row in DECLARATIONS] + [(WITH_WAIVERS, *row) for row in WAIVERS],
)
def test_a_mistake_in_the_stack_file(
    tmp_path: Path, stack: str, old: str, new: str, line: int | None, words: tuple[str, ...]
) -> None:
    assert old in stack
    said = _said(tmp_path, stack.replace(old, new, 1))
    assert f"Pulumi.test.yaml:{line or ''}" in said
    for word in words:
        assert word in said


FILES = [
    ("config: [unclosed", "this is not YAML"),
    ("config:\n  im:cloud: tencent\n  im:cloud: aws\n", "im:cloud: the key stands twice, in lines 2 and 3"),
    ("- a list", "the file holds no keys"),
    ("", "the file holds no keys"),
]


@pytest.mark.parametrize(("text", "expected"), FILES)
def test_a_file_that_is_no_stack(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in _said(tmp_path, text)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    write_project(tmp_path, "")
    (tmp_path / "Pulumi.test.yaml").write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in str(_problems(tmp_path)[0])


def test_no_project(tmp_path: Path) -> None:
    assert "the file is not there" in str(_problems(tmp_path)[0])


@pytest.mark.parametrize("runtime", ["nodejs", "{name: go}", "yaml"])
def test_another_language_is_said(tmp_path: Path, runtime: str) -> None:
    said = _said(tmp_path, project=f"name: t\nruntime: {runtime}\n")
    assert "Pulumi.yaml: runtime: only programs in Python are recorded" in said
    assert "--state FILE" in said


@pytest.mark.parametrize("period", ["PT1H", "PT2H"])
def test_a_period_that_leaves_no_key_a_life_is_a_fault_of_the_stack_file(tmp_path: Path, period: str) -> None:
    config = changed_config(config_of("tencent-ap-jakarta"), {"classes.messages.period": period})
    ours = yaml.safe_dump({"config": config}, sort_keys=False)
    line = next(n for n, text in enumerate(ours.splitlines(), 1) if text.strip() == f"period: {period}")
    said = _said(tmp_path, ours, PROGRAM.read_text("utf-8"))
    assert f"Pulumi.test.yaml:{line}: im:classes.messages.period: no life is left for a key of messages" in said
    assert "more than 2 h 20 min" in said


MISTAKES = [
    # program, line, words of the message
    ('pulumi.Config("x").require_secret("pw")', 5, ("x:pw", "pulumi config set --secret x:pw VALUE --stack test")),
    ('pulumi.Config("x").require("pw")', 5, ("x:pw", "pulumi config set x:pw VALUE --stack test")),
    (
        'cos.Bucket("a", bucket="a-1250000000")\n\ncos.Bucket("a", bucket="b-1250000000")',
        7,
        ("two resources are called 'a'", "the first is at __main__.py:5"),
    ),
    ('cos.Bucket("a", buckt="a-1250000000")', 5, ("Bucket has no argument 'buckt'", "bucket?")),
    (
        "cos.BucketLifecycleRuleArgs(expirations=1)",
        5,
        ("BucketLifecycleRuleArgs has no argument 'expirations'", "expiration?"),
    ),
    ("pulumi.ResourceOptions(protct=True)", 5, ("ResourceOptions has no argument 'protct'", "protect?")),
    ('cos.Buckett("a")', 5, ("has no attribute 'Buckett'", "Bucket?")),
    ("declard()", 5, ("name 'declard' is not defined", "declared?")),
    ("declared(stak=1)", 5, ("declared has no argument 'stak'",)),
    ('raise ValueError("first\\n\\tsecond")', 5, ("ValueError: first\nsecond",)),
]


@pytest.mark.parametrize(("program", "line", "words"), MISTAKES)
def test_a_mistake_in_the_program(tmp_path: Path, program: str, line: int, words: tuple[str, ...]) -> None:
    said = _said(tmp_path, program=program)
    assert f"__main__.py:{line}:" in said
    for word in words:
        assert word in said
    assert "\\t" not in said


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
def test_a_program_that_fails(tmp_path: Path, program: str, expected: str) -> None:
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
    write_project(tmp_path, "")
    file = tmp_path / "Pulumi.test.yaml"
    file.write_text(STACK.replace("period: P7D", "period: 7").replace("clock: last-write", "clok: last-write"))
    command = [sys.executable, "-m", "im_stack.preflight", "check", "test", "--project", str(tmp_path)]
    run = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    document = json.loads(run.stdout)
    assert document["schema"] == "im-preflight-problems/1"
    assert any("7 has no unit" in problem["what"] for problem in document["problems"])
    assert "Traceback" not in run.stderr
    assert "7 has no unit" in run.stderr
    assert "clock?" in run.stderr
    assert json.dumps(str(file))[1:-1] in run.stderr
