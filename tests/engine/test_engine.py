"""Preflight and the policy pack under the real engine: equal verdicts, and no pass by preflight that the engine
fails.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from im_stack.facts.values.decode import BACKEND
from im_stack.facts.values.decode import DECLARATION as DECLARES
from im_stack.policies.engine.pack import DECLARATION, IRREVERSIBLE
from im_stack.policies.judge import judge
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.recording.recording import Registration, to_resources
from tests.harness.deployed import deployed
from tests.harness.engine import PACK, Engine, Ran, deployment, needs_cli, needs_venv
from tests.harness.programs import NAMES, REFUSED, blocked, checked, head, must_fail, write_program
from tests.harness.root import ROOT
from tests.harness.world import TODAY

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]
STACK = "tencent-ap-jakarta"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="module")
def jakarta() -> Check:
    return check_stack(ROOT, STACK)


def _set(name: str, **inputs: Any) -> Any:
    def change(registrations: list[Registration]) -> None:
        found = [r for r in registrations if r["name"] == name and r["custom"]]
        assert found, f"the Jakarta stack has no {name}"
        found[0]["inputs"] |= inputs

    return change


def _drop(name: str) -> Any:
    def change(registrations: list[Registration]) -> None:
        assert any(r["name"] == name for r in registrations)
        registrations[:] = [r for r in registrations if r["name"] != name]

    return change


def _lose_links(name: str) -> Any:
    def change(registrations: list[Registration]) -> None:
        next(r for r in registrations if r["name"] == name)["links"] = {}

    return change


MUTANTS = {
    "nothing changed": (lambda _: None, set()),
    "a public bucket": (_set("im-media", acl="public-read"), {"no-public-door"}),
    "versions kept": (_set("im-avatars", versioningEnable=True, lifecycleRules=[]), {"ceiling"}),
    "backups for five years": (_set("im-mysql-backups", retentionPeriod=1830), {"ceiling"}),
    "a provider elsewhere": (_set("im-ap-jakarta", region="ap-singapore"), {"home-region"}),
    "a key switched off": (_set("im-keys-key", isEnabled=False), {"encrypted-at-rest"}),
    "plain HTTP": (_drop("im-media-policy"), {"encrypted-in-transit"}),
    "a dangling policy": (_lose_links("im-mysql-tls"), set()),
    "a foreign instance": (_set("im-mysql-tde", instanceId="cdb-other"), set()),
}


def _judged(registrations: list[Registration], check: Check) -> set[tuple[str, str]]:
    """Blocking verdicts of the deployed stack, as far as the protocol shows them to a policy."""
    shown: list[Registration] = [{**r, "retain_on_delete": False, "deleted_with": ""} for r in registrations]
    verdicts = judge(to_resources(shown), check.duties, today=TODAY).verdicts
    return {(v.rule, v.subject if v.subject.startswith("urn:") else "") for v in verdicts if v.blocks}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_policy_analyze_of_a_state_file(engine: Engine, jakarta: Check, tmp_path: Path, mutant: str) -> None:
    change, expected = MUTANTS[mutant]
    registrations = deployed(jakarta.stack)
    change(registrations)
    state = tmp_path / "state.json"
    state.write_text(json.dumps(deployment(registrations, jakarta.stack.project, STACK)))
    ran = engine.run("policy", "analyze", "--file", str(state), "--policy-pack", str(PACK), "--json", cwd=tmp_path)
    judged = _judged(registrations, jakarta)
    assert ran.failed == judged, ran.output
    assert expected <= {rule for rule, _ in ran.failed}
    assert ran.status == (1 if judged else 0)


def _backend(check: Check) -> Registration:
    """The component with the declaration, since `policy analyze` gets no configuration."""
    declared = {key.removeprefix("im:"): value for key, value in check.stack.structured.items()}
    like = next(r for r in check.recording["registrations"] if r["type"].startswith("pulumi:providers:"))
    urn = f"{like['urn'].rsplit('::', 2)[0]}::{BACKEND}::backend"
    inputs = {DECLARES: {key: value for key, value in declared.items() if ":" not in key}}
    return {**like, "urn": urn, "type": BACKEND, "name": "backend", "custom": False, "provider": "", "inputs": inputs}


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in ("default_provider", "other_stack", "invoke_of_unknown")]
)
def test_policy_analyze_of_every_program_once_deployed(engine: Engine, tmp_path: Path, name: str) -> None:
    check = checked(name)
    registrations = [_backend(check), *(r for r in deployed(check.stack) if not r["read"])]
    state = tmp_path / "state.json"
    state.write_text(json.dumps(deployment(registrations, check.stack.project, "test")))
    ran = engine.run("policy", "analyze", "--file", str(state), "--policy-pack", str(PACK), "--json", cwd=tmp_path)
    judged = _judged(registrations, check)
    assert ran.failed == judged, ran.output
    assert ran.status == (1 if judged else 0)


def test_a_preview_of_the_jakarta_stack_is_judged_alike(engine: Engine, jakarta: Check, tmp_path: Path) -> None:
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    ran = engine.deploy(tmp_path, STACK, "preview")
    assert ran.failed == blocked(jakarta), ran.output
    assert ran.status == (1 if ran.failed else 0), ran.output


def _previewed(engine: Engine, folder: Path, name: str, *arguments: str) -> Ran:
    stack = f"test-{name.replace('_', '-')}"
    return engine.deploy(write_program(folder, name, stack=stack), stack, "preview", *arguments)


def _expected(name: str) -> set[tuple[str, str]]:
    """Preflight's blocking verdicts of the program, for the preview's stack name."""
    renamed = f"urn:pulumi:test-{name.replace('_', '-')}:"
    return {(rule, urn.replace("urn:pulumi:test:", renamed)) for rule, urn in blocked(checked(name))}


@pytest.mark.parametrize("name", [name for name in NAMES if not {"engine", "plugin", "no preview"} & head(name).keys()])
def test_a_preview_says_what_preflight_says(engine: Engine, tmp_path: Path, name: str) -> None:
    ran = _previewed(engine, tmp_path, name)
    assert "im-compliance" in ran.output, ran.output
    expected = _expected(name)
    assert ran.failed == expected, ran.output
    assert ran.status == (1 if expected else 0), ran.output
    assert "canary" not in "".join(message for _, _, message in ran.violations)


@pytest.mark.parametrize("name", [name for name in NAMES if "plugin" in head(name)])
def test_what_a_provider_refuses_fails_a_preview_whether_it_is_judged_or_not(
    engine: Engine, tmp_path: Path, name: str
) -> None:
    """The stand-in refuses less than the provider; what it accepts is judged as preflight judges it."""
    ran = _previewed(engine, tmp_path, name)
    expected = _expected(name)
    assert ran.status != 0, ran.output
    assert ran.failed in (set(), expected), ran.output


@pytest.mark.parametrize("name", [name for name in NAMES if head(name).get("engine", "").startswith("fails")])
def test_what_only_the_engine_can_know_fails_there_and_is_unproven_here(
    engine: Engine, tmp_path: Path, name: str
) -> None:
    ran = _previewed(engine, tmp_path, name)
    assert ran.status != 0, ran.output
    assert checked(name).judgement.outcome is not Outcome.PASS


@pytest.mark.parametrize("name", [name for name in NAMES if head(name).get("engine", "").startswith("differs")])
def test_what_the_engine_shows_to_no_policy_fails_here_all_the_same(engine: Engine, tmp_path: Path, name: str) -> None:
    failed = {rule for rule, _ in _previewed(engine, tmp_path, name).failed}
    here = {rule for rule, _ in blocked(checked(name))}
    assert failed < here
    assert here - failed <= must_fail(name)


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_recorder_refuses_fails_under_the_engine(engine: Engine, tmp_path: Path, name: str) -> None:
    ran = _previewed(engine, tmp_path, name)
    assert (ran.status != 0) is not head(name).get("engine", "").startswith("passes"), ran.output


def test_a_waiver_until_a_day_without_quotes_is_listed(engine: Engine, tmp_path: Path) -> None:
    project = write_program(tmp_path, "waived", stack="day")
    file = project / "Pulumi.day.yaml"
    assert '"2999-12-31"' in file.read_text()
    file.write_text(file.read_text().replace('"2999-12-31"', "2999-12-31"))
    ran = engine.deploy(project, "day", "preview")
    assert (ran.status, ran.violations) == (0, []), ran.output
    assert "waiver 1 (known-types, pair): by data protection officer, until 2999-12-31" in ran.output
    assert "waives UNPROVEN: KeyPair pair: nothing is known of the type" in ran.output


def test_an_update_without_preview_stops_before_the_bucket_is_made(engine: Engine, tmp_path: Path) -> None:
    ran = engine.deploy(write_program(tmp_path, "public", stack="up"), "up", "up", "--skip-preview", "--yes")
    assert ran.status == 1
    assert [(rule, urn.rsplit("::", 1)[-1]) for rule, urn, _ in ran.violations] == [(IRREVERSIBLE, "photos")]
    begun = [e["resourcePreEvent"]["metadata"]["urn"] for e in ran.events if "resourcePreEvent" in e]
    assert begun
    assert not [urn for urn in begun if "Cos/bucket" in urn]


def test_a_preview_without_a_declaration_fails(engine: Engine, tmp_path: Path) -> None:
    project = write_program(tmp_path, "public", stack="bare")
    (project / "Pulumi.bare.yaml").write_text("config: {}\n")
    ran = engine.deploy(project, "bare", "preview")
    assert ran.status == 1
    assert any("there is no declaration to judge by" in m for rule, _, m in ran.violations if rule == DECLARATION)
