"""Faulty packs: a clear error within the time limit, no process left, no secret shown."""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from im_stack.policy_harness import PackFault, PolicyFault, Stack, resources, running
from tests.policy_harness.packs import HEADER, pack, write_pack

CANARY = "canary-5e1f"
ROWS = [{"name": "photos", "type": "aws:s3/bucket:Bucket", "properties": {"key": {"$secret": CANARY}, "days": 7}}]

AT_THE_START = [
    ("print('hello')", "printed 'hello' first"),
    ("print('hello', file=sys.stdout); time.sleep(60)", "printed 'hello' first"),
    ("sys.stdout.write('12'); time.sleep(60)", "wrote no line after '12' within"),
    ("print(99999)", "printed '99999' first"),
    ("print('²')", "printed '²' first"),
    ("print(1); time.sleep(60)", "did not answer ConfigureStack within"),
    ("print(1)", "died in ConfigureStack"),
    ("import no_such_module", "No module named 'no_such_module'"),
    ("os._exit(3)", "died \\(exit status 3\\)"),
    ("def broken(:", "SyntaxError"),
    ("time.sleep(60)", "wrote no line within 3 s"),
    ("while True: sys.stdout.write('x' * 65536)", "wrote no line after 'xxx.*' within 3 s"),
    ("while True: sys.stderr.write('x' * 65536)", "wrote no line within 3 s"),
    ("serve()", "Missing policies"),
    ("serve(resource('a', lambda a, r: None)) if os.fork() else time.sleep(60)", None),
]


@pytest.mark.parametrize(("body", "says"), AT_THE_START)
def test_a_pack_that_does_not_start(tmp_path: Path, body: str, says: str | None) -> None:
    begun = time.monotonic()
    if says is None:
        with pack(tmp_path, body, seconds=20) as started:
            assert started.policies
    else:
        with pytest.raises(PackFault, match=says), pack(tmp_path, body, seconds=3):
            pass
    assert time.monotonic() - begun < 20


IN_A_POLICY = [
    ("1 / 0", r"the policy 'policy' raised ZeroDivisionError: division by zero \(__main__.py:\d+\) on 'photos'"),
    ("assert False", r"the policy 'policy' raised AssertionError \(__main__.py:\d+\) on 'photos'"),
    ("os._exit(4)", "died in Analyze of 'photos'"),
    ("time.sleep(60)", "did not answer Analyze of 'photos' within 3 s"),
    ("while True: pass", "did not answer Analyze of 'photos' within 3 s"),
    ("raise ValueError(args.props['key'])", r"the policy 'policy' raised ValueError: \[secret\]"),
    ("sys.stderr.write(args.props['key']); os._exit(1)", "died in Analyze of 'photos': \\[secret\\]"),
    ("raise SystemExit(args.props['key'])", "Analyze of 'photos'"),
]


@pytest.mark.parametrize(("body", "says"), IN_A_POLICY)
def test_a_policy_that_breaks(tmp_path: Path, body: str, says: str) -> None:
    program = f"""
def policy(args, report):
    if args.name == "photos":
        {body}

serve(resource("policy", policy))
"""
    with pack(tmp_path, program, seconds=3) as started, pytest.raises(PackFault, match=says) as caught:
        started.judge(resources(ROWS))
    assert CANARY not in str(caught.value)


def test_a_stack_policy_that_breaks(tmp_path: Path) -> None:
    with (
        pack(tmp_path, "serve(stack('policy', lambda args, report: 1 / 0))") as started,
        pytest.raises(PackFault, match="the policy 'policy' raised ZeroDivisionError: division by zero"),
    ):
        started.judge(resources(ROWS))


def test_a_secret_of_the_configuration_is_not_said_when_a_pack_dies(tmp_path: Path) -> None:
    stack = Stack(config={"shop:key": CANARY}, secrets=["shop:key"])
    body = "raise ValueError(pulumi.Config('shop').require('key'))"
    with pytest.raises(PackFault, match="\\[secret\\]") as caught, pack(tmp_path, body, stack):
        pass
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("body", ["serve(resource('a', lambda a, r: None))", "print('no port')"])
def test_what_a_pack_started_ends_with_it(tmp_path: Path, body: str) -> None:
    pid = tmp_path / "pid"
    program = f"import subprocess\nopen({str(pid)!r}, 'w').write(str(subprocess.Popen(['sleep', '600']).pid))\n{body}"
    try:
        with pack(tmp_path / "pack", program):
            pass
    except PackFault:
        pass
    for _ in range(50):  # the kernel takes a moment to carry out a kill
        if not _lives(int(pid.read_text())):
            return
        time.sleep(0.1)
    pytest.fail("the child lives on")


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().split()[2]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_policy_that_prints_more_than_a_pipe_holds_does_not_hang(tmp_path: Path) -> None:
    program = "serve(resource('a', lambda a, r: sys.stderr.write('x' * 1_000_000) and None))"
    with pack(tmp_path, program, seconds=20) as started:
        assert started.judge(resources(ROWS)).diagnostics == []


def test_what_a_pack_prints_is_kept_once_without_secrets(tmp_path: Path) -> None:
    with pack(tmp_path, "serve(resource('a', lambda a, r: print('debug', a.props.get('key'))))") as started:
        assert started.judge(resources(ROWS)).verdict("a").outcome == "pass"
        text, leaks = started.printed()
        assert ("debug [secret]" in text, leaks) == (True, True)
        assert CANARY not in text
        assert started.printed() == ("", False)


RAISES = """
def broken(args, report):
    raise KeyError("bucketName")

def late(args, report):
    return {}["no"]

serve(
    resource("good", lambda args, report: report("seen")),
    resource("broken", broken),
    resource("other", lambda args, report: None),
    stack("late", late),
    stack("stack-good", lambda args, report: report("seen, too")),
)
"""


def test_a_policy_that_raises_costs_no_other_its_verdict(tmp_path: Path) -> None:
    with pack(tmp_path, RAISES) as started:
        for _ in range(2):  # it is as before afterwards
            with pytest.raises(PolicyFault) as caught:
                started.judge(resources(ROWS))
            raised = {(each.policy, each.urn.rsplit("::", 1)[-1]) for each in caught.value.raised}
            assert raised == {("broken", name) for name in ("photos", "project-test", "default")} | {("late", "")}
            lines = RAISES.splitlines()
            at = HEADER.count("\n") + 1 + lines.index('    raise KeyError("bucketName")')
            assert f"KeyError: 'bucketName' (__main__.py:{at})" in str(caught.value)
            report = caught.value.report
            outcomes = {name: report.verdict(name).outcome for name in ("good", "other", "stack-good")}
            assert outcomes == {"good": "fail", "other": "pass", "stack-good": "fail"}


def test_a_folder_may_be_a_text(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, "serve(resource('a', lambda a, r: None))")
    with running(str(folder), python=sys.executable) as started:
        assert set(started.policies) == {"a"}


def test_a_pack_sees_nothing_of_this_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)
    program = "serve(resource('a', lambda a, r: r(str(sorted(k for k in os.environ if 'AWS' in k)))))"
    with pack(tmp_path, program, environment={"AWS_PROFILE": "x"}) as started:
        (said, *_) = started.judge([]).diagnostics
    assert said.message == "about a\n['AWS_PROFILE']"


FOLDERS = [
    ({}, "no folder of a policy pack"),
    ({"PulumiPolicy.yaml": "runtime: nodejs\n"}, "the runtime is 'nodejs', only Python packs"),
    ({"PulumiPolicy.yaml": "description: x\n"}, "the runtime is missing"),
    ({"PulumiPolicy.yaml": "{"}, "is not YAML"),
    ({"PulumiPolicy.yaml": "runtime: python\n"}, "wrote no port"),
]


@pytest.mark.parametrize(("files", "says"), FOLDERS)
def test_a_folder_that_is_no_pack(tmp_path: Path, files: dict[str, str], says: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(PackFault, match=says), running(tmp_path, time_limit=timedelta(seconds=20)):
        pass


def test_a_pack_runs_in_its_own_environment_where_it_has_one(tmp_path: Path) -> None:
    python = tmp_path / "own" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nOWN=1 exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    write_pack(tmp_path, "serve(resource('a', lambda a, r: r(os.environ['OWN'])))", HEADER)
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: {name: python, options: {virtualenv: own}}\n")
    with running(tmp_path) as started:
        assert started.judge([]).diagnostics[0].message == "about a\n1"


def test_nothing_is_left_open(tmp_path: Path) -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    write_pack(tmp_path, "serve(resource('a', lambda a, r: None))")
    with running(tmp_path, python=sys.executable):
        pass
    before = count()
    for _ in range(3):
        with running(tmp_path, python=sys.executable):
            pass
    until = time.monotonic() + 10
    while count() > before and time.monotonic() < until:  # gRPC closes its sockets in a thread of its own
        time.sleep(0.05)
    assert count() <= before
