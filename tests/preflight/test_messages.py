"""Mistakes of a new user, each with the message that puts it right: the key or line, and what to write there."""

from pathlib import Path

import pytest

from im_stack.terms.problem import InputError
from tests.harness.recorded import check_project

ROOT = Path(__file__).parents[2]
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
from im_stack.components.backend import ImBackend, Secrets
from im_stack.components.program import declared
"""
FILES = [
    # what stands there, what is written instead, line, words of the message
    ("classes: [messages, user-information]", "classes: none", 8, ("classes", "must be a list", "[] for none")),
    ("classes: [messages, user-information]", "classes: acme", 8, ("must be a list", "[acme]")),
    ('"1250000000"', "1250000000", 12, ("im:network.app-id", "must be text", 'in quotes: "1250000000"')),
    ('"1250000000"', '"12-5"', 12, ("im:network.app-id", "digits alone, in quotes")),
    ("jurisdiction: indonesia", "jurisdiction: SG", 4, ("no jurisdiction is called 'SG'", "indonesia", "singapore")),
    ("jurisdiction: indonesia", "jurisdiction: signapore", 4, ("did you mean singapore?",)),
    ("region: ap-jakarta", "region: ap-jakata", 3, ("has no region 'ap-jakata'", "did you mean ap-jakarta?")),
    ("cloud: tencent", "cloud: tecent", 2, ("one of tencent, aws", "did you mean tencent?")),
    ("store: true", "store: 'perhaps'", 18, ("im:classes.messages.store", "true or false, without quotes")),
    ("size: dev", "size: dev\n  im:region: ap-singapore", 10, ("im:region", "stands twice, in lines 3 and 10")),
    ("clock: birth", "clock: birth\n      clock: birth", 21, ("clock", "stands twice, in lines 20 and 21")),
    ("kenalan: {", "kenalann: {", 7, ("no instrument is called 'kenalann'", "did you mean kenalan?")),
]
PROGRAMS = [
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


def _problem(folder: Path, stack: str = STACK, program: str = "", project: str = "name: t\nruntime: python\n") -> str:
    (folder / "Pulumi.yaml").write_text(project)
    (folder / "Pulumi.test.yaml").write_text(stack)
    (folder / "__main__.py").write_text(IMPORTS + program)
    with pytest.raises(InputError) as caught:
        check_project(folder)
    return str(caught.value)


@pytest.mark.parametrize(("old", "new", "line", "words"), FILES)
def test_a_mistake_in_the_stack_file(tmp_path: Path, old: str, new: str, line: int, words: tuple[str, ...]) -> None:
    assert old in STACK
    said = _problem(tmp_path, STACK.replace(old, new, 1))
    assert f"Pulumi.test.yaml:{line}:" in said
    for word in words:
        assert word in said


@pytest.mark.parametrize(("program", "line", "words"), PROGRAMS)
def test_a_mistake_in_the_program(tmp_path: Path, program: str, line: int, words: tuple[str, ...]) -> None:
    said = _problem(tmp_path, program=program)
    assert f"__main__.py:{line}:" in said
    for word in words:
        assert word in said
    assert "\\t" not in said


@pytest.mark.parametrize("period", ["PT1H", "PT2H"])
def test_a_period_that_leaves_no_key_a_life_is_a_fault_of_the_stack_file(tmp_path: Path, period: str) -> None:
    ours = (
        (ROOT / "stacks/Pulumi.tencent-ap-jakarta.yaml")
        .read_text("utf-8")
        .replace("period: P7D", f"period: {period}", 1)
    )
    line = next(n for n, text in enumerate(ours.splitlines(), 1) if text.strip() == f"period: {period}")
    said = _problem(tmp_path, ours, (ROOT / "stacks/__main__.py").read_text("utf-8"))
    assert f"Pulumi.test.yaml:{line}: im:classes.messages.period: no life is left for a key of messages" in said
    assert "more than 2 h 20 min" in said


@pytest.mark.parametrize("runtime", ["nodejs", "{name: go}", "yaml"])
def test_another_language_is_said(tmp_path: Path, runtime: str) -> None:
    said = _problem(tmp_path, project=f"name: t\nruntime: {runtime}\n")
    assert "Pulumi.yaml: runtime: only programs in Python are recorded" in said
    assert "--state FILE" in said
