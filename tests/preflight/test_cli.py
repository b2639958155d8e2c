"""The command line as a user meets it: output and exit status."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import jsonschema
import pytest

from im_stack.preflight.cli import main
from im_stack.preflight.reports.schema import stack_schema
from im_stack.preflight.stack_files.stack_file import stack_names
from tests.harness.programs import NOT_STORED, write_program
from tests.harness.project import write_project
from tests.harness.recorded import recorder
from tests.harness.root import ROOT
from tests.harness.stacks import OWN, config_of


def _preflight(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command in this process, with the recorder that all tests share."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("COLUMNS", "140")
        patch.chdir(ROOT)
        patch.setattr("sys.argv", ["preflight", *arguments])
        patch.setattr(
            "im_stack.preflight.judgement.one_stack.record", lambda stack, limit: recorder().record(stack, limit)
        )
        with pytest.raises(SystemExit) as ended:
            main()
    return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out.getvalue(), err.getvalue())


def test_it_ends_as_a_process_with_what_it_says_and_its_status() -> None:
    environment = {**os.environ, "COLUMNS": "140"}
    command = [sys.executable, "-m", "im_stack.preflight", "check", "demo", "--project", "examples/innocent"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    here = _preflight(*command[3:])
    assert (run.returncode, run.stdout, run.stderr) == (here.returncode, here.stdout, here.stderr)
    assert (run.returncode, run.stderr) == (1, "")


def test_a_pass_exits_0_and_says_what_it_leans_on() -> None:
    run = _preflight("check", "tencent-ap-jakarta")
    assert run.returncode == 0, run.stderr
    assert "CONDITIONAL on" in run.stdout
    assert "0 fail, 0 unproven" in run.stdout


def test_declared_hops_are_refused_when_asked() -> None:
    assert _preflight("check", "tencent-ap-jakarta", "--require", "enforced").returncode == 1


def test_the_demo_exits_1_and_names_the_path() -> None:
    run = _preflight("check", "demo", "--project", "examples/innocent")
    assert run.returncode == 1
    assert "messages: backups in Instance mysql ends after 8 d 2 h 15 min, the limit is 7 d" in run.stdout
    assert "messages: live data in Bucket photos ends after 9 d, the limit is 7 d" in run.stdout


def test_a_stack_that_is_not_there_exits_2() -> None:
    run = _preflight("check", "tencent-ap-atlantis")
    assert run.returncode == 2
    assert "there is no stack 'tencent-ap-atlantis'" in run.stderr
    assert "tencent-ap-jakarta" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_json_report_is_versioned() -> None:
    report = json.loads(_preflight("check", "tencent-ap-jakarta", "--format", "json").stdout)
    assert report["schema"] == "im-preflight-report/1"
    assert report["region"] == "ap-jakarta"
    assert {bound["class"] for bound in report["bounds"]} >= {"messages", "user-information"}


def test_a_secret_in_the_configuration_never_reaches_a_report(tmp_path: Path) -> None:
    canary = "Canary-7c1f0e"
    project = write_project(tmp_path, "mysql(profiles='user-information')")
    file = project / "Pulumi.test.yaml"
    config = json.loads(file.read_text())
    config["config"]["im-secrets:mysql-root-password"] = canary
    file.write_text(json.dumps(config))
    for format_ in ("text", "json"):
        run = _preflight(
            "check", "test", "--project", str(project), "--format", format_, *(["-v"] if format_ == "text" else [])
        )
        assert "profiles" in run.stdout
        assert canary not in run.stdout + run.stderr


DECISION = {
    "rule": "known-types",
    "resource": "pair",
    "reason": "a key pair for the build machines",
    "owner": "the owner, [bold]in person",
    "evidence": "https://example.com/decisions/7",
}


HOLD = {"ground": "data-protection-law", "law": "the law of a test", "start": "2026-11-01"}


def _waiving(folder: Path) -> str:
    """The program that needs one waiver, with one until a day that stands in its stack file without quotes."""
    project = write_program(folder, "waived")
    file = project / "Pulumi.test.yaml"
    config = json.loads(file.read_text())["config"] | {"im-secrets:mysql-root-password": CANARY}
    config["im:waivers"] = [DECISION | {"expires": "2027-03-31"}]
    file.write_text(json.dumps({"config": config}).replace('"2027-03-31"', "2027-03-31"))
    return str(project)


CANARY = "Canary-5a11f2"


@pytest.mark.parametrize(
    ("today", "status", "headline"),
    [
        ("2027-03-30", 0, "CONDITIONAL on 1 waived verdict"),
        ("2027-03-31", 0, "CONDITIONAL on 1 waived verdict"),
        ("2027-04-01", 1, "1 FAIL, 1 UNPROVEN"),
    ],
)
def test_a_waiver_counts_until_the_end_of_its_day(tmp_path: Path, today: str, status: int, headline: str) -> None:
    project = _waiving(tmp_path)
    run = _preflight("check", "test", "--project", project, "--today", today)
    assert run.returncode == status, run.stderr
    assert f"\n{headline}; " in run.stdout
    for words in DECISION.values():
        assert words in run.stdout
    report = json.loads(_preflight("check", "test", "--project", project, "--today", today, "--format", "json").stdout)
    (waiver,) = report["waivers"]
    assert {key: waiver[key] for key in DECISION} == DECISION
    assert (waiver["expires"], waiver["position"], waiver["holds"]) == ("2027-03-31", 1, not status)
    assert [row["name"] for row in waiver["waives"]] == ([] if status else ["KeyPair pair"])
    assert [v["outcome"] for v in report["verdicts"] if v["waived"]] == ([] if status else ["unproven"])
    assert report["outcome"] == ("fail" if status else "pass")
    assert report["headline"].startswith(f"{headline}; ")
    assert CANARY not in run.stdout + run.stderr + json.dumps(report)


def test_a_waiver_is_refused_where_only_what_is_enforced_counts(tmp_path: Path) -> None:
    arguments = ["check", "test", "--project", _waiving(tmp_path)]
    run = _preflight(*arguments, "--today", "2027-01-01", "--require", "enforced")
    assert (run.returncode, "CONDITIONAL on 1 waived verdict" in run.stdout) == (1, True)


def test_a_waived_bound_is_printed_with_its_path(tmp_path: Path) -> None:
    outside = {"mysql/slow log": "no statement takes that long"}
    waivers = [
        DECISION | HOLD | {"rule": rule, "resource": name, "expires": "2027-03-31"}
        for rule, name in (("ceiling", "mysql-backups"), ("erasure-in-time", "messages"))
    ]
    chosen = {"period": "P7D", "erasure": {"within": "P7D", "source": "test"}, "outside": outside}
    classes = NOT_STORED | {"messages": chosen}
    project = write_project(tmp_path, "mysql(chats='messages')", classes=classes, waivers=waivers)
    run = _preflight("check", "test", "--project", str(project), "--today", "2027-01-01")
    assert run.returncode == 0, run.stdout
    assert "on the ground data-protection-law: the law of a test, from 2026-11-01" in run.stdout
    assert "waives FAIL: messages: backups in Instance mysql ends after 8 d 2 h 15 min" in run.stdout
    assert "+ 7 d          backups kept [mysql-backups.retentionPeriod] (configured" in run.stdout
    assert "messages  7 d    8 d 2 h 15 min" in run.stdout
    assert "and 3 waived verdicts" in run.stdout
    assert "0 fail, 0 unproven" in run.stdout
    assert "3 waived verdicts\n" in run.stdout


@pytest.mark.parametrize("today", ["tomorrow", "2027-1-1", "P1D", "2027-02-30", ""])
def test_a_day_that_is_none_exits_2(today: str) -> None:
    run = _preflight("check", "tencent-ap-jakarta", "--today", today)
    assert run.returncode == 2
    assert "is no calendar day: write YYYY-MM-DD" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_published_schema_is_current_and_accepts_the_stacks() -> None:
    published = (ROOT / "docs" / "stack.schema.json").read_text("utf-8")
    assert published == stack_schema(), "run: make schema"
    for stack in (*stack_names(ROOT), *OWN):
        jsonschema.validate({"config": config_of(stack)}, json.loads(published))


COMPLETED = [
    ("im:region", "ap-jakarta", "ap-jakatra"),
    ("im:region", "ap-singapore", "ap-southeast-3"),  # a region of the other cloud
    ("im:jurisdiction", "indonesia", "indonesien"),
    ("im:services", ["mysql", "cos"], ["mysql", "s3"]),
    ("im:instruments", {"im-module": {"source": "test"}}, {"im-modul": {"source": "test"}}),
    ("im:classes", {"messages": {"store": False}}, {"message": {"store": False}}),
    (
        "im:classes",
        {"messages": {"store": True, "outside": {"mysql/slow log": "no such statements"}}},
        {"messages": {"store": True, "outside": {"mysql/slowlog": "no such statements"}}},
    ),
]


@pytest.mark.parametrize(("key", "right", "wrong"), COMPLETED, ids=[f"{key} {wrong}" for key, _, wrong in COMPLETED])
def test_the_schema_lists_what_an_editor_completes(key: str, right: object, wrong: object) -> None:
    """What the tables hold is listed; a word of no table is marked."""
    validator = jsonschema.Draft202012Validator(json.loads(stack_schema()))
    stack = {"config": config_of("tencent-ap-jakarta")}
    assert validator.is_valid(stack)
    assert validator.is_valid({"config": stack["config"] | {key: right}})
    assert not validator.is_valid({"config": stack["config"] | {key: wrong}})


@pytest.mark.parametrize(
    ("key", "own"),
    [
        ("im:region", "ap-batam"),
        ("im:jurisdiction", "batam"),
        ("im:instruments", {"shop-policy": {"source": "test"}}),
        ("im:classes", {"vouchers": {"store": False}}),
    ],
)
def test_with_own_terms_the_schema_takes_ids_of_no_table(key: str, own: object) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(stack_schema()))
    stack = {"config": config_of("tencent-ap-jakarta")}
    assert not validator.is_valid({"config": stack["config"] | {key: own}})
    assert validator.is_valid({"config": stack["config"] | {key: own, "im:terms": "terms"}})
