"""`preflight check --plugin`: the provider's own check fills in defaults and refuses, before anything is judged."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from im_stack.facts.wire.secrets import mark_secrets, plaintext, through_provider
from im_stack.preflight.cli import app
from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.provider.engine_accepts import RULE
from im_stack.preflight.provider.plugin import find_plugin, running_plugin
from im_stack.preflight.provider.provider_check import ask_provider
from im_stack.preflight.reports import as_json
from im_stack.preflight.reports.model.report import report_of
from im_stack.terms.problem import InputError
from tests.engine.standin import install
from tests.engine.standin.cloud import Cloud, Order
from tests.harness.programs import write_program
from tests.harness.project import write_project
from tests.harness.world import SECRET, SIGNATURE, UNKNOWN, registrations

HEAD = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms, lighthouse, mysql

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
"""


REFUSES = Order(
    "Check",
    "b",
    "refuse",
    says="\"retention_period\" cannot be lower than 7: 3. Examine values at 'b.retentionPeriod'.",
)
"""As a bridged provider says it."""


@pytest.fixture
def standin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """The stand-in for the provider's plugin is on the path; this is what it takes orders from."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return Cloud(install(folder, "tencentcloud"))


def _checked(folder: Path, program: str, plugin: bool = True) -> Check:
    return check_stack(write_project(folder / "project", program, header=HEAD), "test", plugin=plugin)


def _refused(check: Check) -> list[tuple[str, str]]:
    return [(v.name, v.message) for v in check.judgement.verdicts if v.rule == RULE]


def test_what_the_provider_refuses_blocks_and_names_the_line(standin: Cloud, tmp_path: Path) -> None:
    standin.order(REFUSES)
    check = _checked(tmp_path, "\nmysql.BackupPolicy('b', mysql_id='x', retention_period=3, opts=pinned)")
    (verdict,) = (v for v in check.judgement.verdicts if v.rule == RULE)
    assert verdict.blocks
    assert verdict.message == (
        'the provider refuses BackupPolicy b.retentionPeriod: "retention_period" cannot be lower than 7: 3.'
    )
    assert verdict.evidence
    assert verdict.evidence.argument == "retentionPeriod"
    assert check.made_at(verdict.subject).startswith("__main__.py:")
    report = as_json.row(report_of(check))
    assert isinstance(report, as_json.Report)
    assert report.provider is not None
    assert (report.provider.asked, report.provider.version) == (2, "0.2.3")
    (row,) = (v for v in report.verdicts if v.rule == RULE)
    assert row.source == check.made_at(verdict.subject)
    assert row.evidence is not None
    assert row.evidence.argument == "retentionPeriod"
    assert report.outcome == "fail"


def test_what_the_provider_fills_in_is_judged(standin: Cloud, tmp_path: Path) -> None:
    standin.order(Order("Check", "b", "fill", says='{"acl": "public-read"}'))
    program = "\ncos.Bucket('b', bucket='b-1', opts=pinned)"
    blocked = [
        {v.rule for v in _checked(tmp_path / how, program, how == "with").judgement.verdicts if v.blocks}
        for how in ("with", "without")
    ]
    assert blocked[0] - blocked[1] == {"no-public-door"}


def test_no_secret_is_quoted(standin: Cloud, tmp_path: Path) -> None:
    standin.order(
        REFUSES, Order("Check", "m", "refuse", says="too short: 'canary-8' Examine values at 'm.rootPassword'.")
    )
    program = """
        mysql.Instance("m", instance_name="m", mem_size=1000, volume_size=50, root_password="canary-8", opts=pinned)
        hidden = pulumi.Output.secret(3)
        mysql.BackupPolicy("b", mysql_id="x", retention_period=hidden, opts=pinned)
    """
    messages = dict(_refused(_checked(tmp_path, program)))
    assert messages["Instance m"] == "the provider refuses Instance m.rootPassword: too short: '[secret]'"
    assert messages["BackupPolicy b"].endswith("cannot be lower than 7: [secret].")


@pytest.mark.usefixtures("standin")
def test_a_secret_of_the_configuration_is_not_known_here_and_not_refused(tmp_path: Path) -> None:
    project = write_program(tmp_path, "compliant")
    assert _refused(check_stack(project, "test", plugin=True)) == []


def test_a_type_that_the_plugin_lacks_is_refused(standin: Cloud, tmp_path: Path) -> None:
    standin.order(Order("Check", "k", "fail", says="unrecognized resource type (Check): KeyPair"))
    check = _checked(tmp_path, "\nlighthouse.KeyPair('k', key_name='k', opts=pinned)")
    assert "unrecognized resource type (Check)" in _refused(check)[0][1]


@pytest.mark.usefixtures("standin")
def test_what_a_provider_not_configured_yet_makes_is_not_asked(tmp_path: Path) -> None:
    program = """
        key = kms.Key("key", alias="key", opts=pinned)
        late = tencentcloud.Provider("late", region=key.id)
        mysql.BackupPolicy("b", mysql_id="x", retention_period=3, opts=pulumi.ResourceOptions(provider=late))
    """
    check = _checked(tmp_path, program)
    assert _refused(check) == []
    assert check.accepted
    assert check.accepted.asked == 3


def test_a_provider_with_arguments_it_does_not_know_is_refused(standin: Cloud) -> None:
    standin.order(Order("CheckConfig", "p", "refuse", says="Invalid or unknown key. Examine values at 'p.nokey'."))
    rows = [{"type": "pulumi:providers:tencentcloud", "name": "p", "inputs": {"nokey": 1}, "provider": "none"}]
    binary = find_plugin("tencentcloud")
    assert binary
    with running_plugin(binary) as plugin:
        accepted = ask_provider(registrations(rows), "tencentcloud", plugin)
    assert [(v.name, v.message.split(": ")[1]) for v in accepted.refused] == [
        ("tencentcloud p", "Invalid or unknown key.")
    ]


def test_the_command_line_says_both(standin: Cloud, tmp_path: Path) -> None:
    standin.order(REFUSES)
    project = write_project(
        tmp_path / "p", "\nmysql.BackupPolicy('b', mysql_id='x', retention_period=3, opts=pinned)", header=HEAD
    )
    ran = CliRunner().invoke(app, ["check", "test", "--project", str(project), "--plugin"])
    assert ran.exit_code == 1
    assert "its provider 0.2.3 was asked about 2 of them and refuses 1" in ran.stdout
    assert "FAIL engine-accepts: the provider refuses BackupPolicy b.retention_period" in ran.stdout
    assert "for no duty of a text" in ran.stdout
    assert "__main__.py:" in ran.stdout


def test_without_the_plugin_it_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="pulumi-resource-tencentcloud is not on the path"):
        check_stack(write_program(tmp_path / "p", "compliant"), "test", plugin=True)


def test_a_plugin_that_does_not_start_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = tmp_path / "pulumi-resource-tencentcloud"
    binary.write_text("#!/bin/sh\necho hello\n")
    binary.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(InputError, match="the plugin wrote no port"):
        check_stack(write_program(tmp_path / "p", "compliant"), "test", plugin=True)


def _secret(value: object) -> dict[str, object]:
    return {SIGNATURE: SECRET, "value": value}


def test_secrets_come_back_by_member_and_lists_as_a_whole() -> None:
    given = {"a": _secret("x"), "b": {"c": _secret(1), "d": 2}, "e": [{"f": _secret(3), "g": 4}], "h": [5]}
    assert plaintext(given) == {"a": "x", "b": {"c": 1, "d": 2}, "e": [{"f": 3, "g": 4}], "h": [5]}
    expected = {"a": _secret("x"), "b": {"c": _secret(1), "d": 2}, "e": _secret([{"f": 3, "g": 4}]), "h": [5]}
    assert through_provider(given) == expected
    assert through_provider(expected) == expected
    assert mark_secrets({"a": 1, "new": 2}, {"a": _secret(UNKNOWN)}) == {"a": _secret(1), "new": 2}
