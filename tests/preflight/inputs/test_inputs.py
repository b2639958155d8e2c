"""`--state`: the verdicts on an export are those of the program; what an export does not show never passes."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from im_stack.facts.wire.secrets import plaintext
from im_stack.policies.judge import Judgement
from im_stack.policies.rule import Outcome
from im_stack.preflight.cli import app
from im_stack.preflight.inputs.contents import RULE, Contents
from im_stack.preflight.inputs.state import load_state
from im_stack.preflight.judgement.from_file import check_state
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.terms.problem import InputError
from tests.harness.deployed import deployed
from tests.harness.engine import deployment
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT
from tests.harness.stacks import changed_config, write_stack
from tests.harness.world import TODAY

PLANS = ROOT / "tests/plans"
STACKS = ["tencent-ap-jakarta", "aws-ap-southeast-3"]
CANARY = "Canary-9f3b"


@pytest.fixture(scope="module", params=STACKS)
def check(request: pytest.FixtureRequest) -> Check:
    return check_ours(request.param, today=TODAY)


@pytest.fixture(scope="module")
def jakarta() -> Check:
    return check_ours(STACKS[0], today=TODAY)


def said(judgement: Judgement, loaded: Contents | None = None) -> Counter[tuple[str, ...]]:
    doubts = loaded.doubts if loaded else []
    return Counter((v.rule, v.name, v.outcome.value, v.message) for v in (*doubts, *judgement.verdicts))


def intervals(check: Check) -> list[tuple[object, ...]]:
    return [(b.data_class, b.latest, b.earliest, b.if_sweeps_fail, limit) for b, limit in check.judgement.bounds]


def _exported(check: Check) -> dict[str, Any]:
    """The stack in the form of an export, with the envelopes in which that has its secrets. What is not known yet is
    written as the engine writes it: no export has it, but all else can be compared."""
    return _enveloped(deployment(check.recording["registrations"], check.stack.project, check.stack.stack))


def _enveloped(value: Any) -> Any:
    if isinstance(value, list):
        return [_enveloped(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "4dabf18193072939515e22adb298388d" in value:
        return {key: item for key, item in value.items() if key != "value"} | {"ciphertext": f"v1:{CANARY}"}
    return {key: _enveloped(item) for key, item in value.items()}


def written(folder: Path, document: Any) -> Path:
    file = folder / "given.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


def test_a_state_is_judged_as_its_program(check: Check, tmp_path: Path) -> None:
    given = check_state(ROOT, check.stack.stack, written(tmp_path, _exported(check)), today=TODAY)
    assert said(given.judgement) == said(check.judgement)
    assert given.judgement.outcome is Outcome.PASS
    assert intervals(given) == intervals(check)


def test_a_state_in_which_everything_is_known_is_judged_as_that(check: Check, tmp_path: Path) -> None:
    made = deployed(check.stack)
    state = _enveloped(deployment(made, check.stack.project, check.stack.stack))
    loaded = load_state(written(tmp_path, state))
    assert loaded.resources == [replace(r, source=None) for r in to_resources(made)]
    assert loaded.doubts == []


DRIFT: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "encryption of MongoDB is off": (
        "im-mongodb-tde",
        {"transparentDataEncryptionStatus": "close"},
        {"encrypted-at-rest", RULE},
    ),
    "no trigger starts the function": ("im-keyring-purge", {"triggerInfos": []}, {"sweeps-alive"}),
    "CKafka is on the Internet": ("im-ckafka", {"publicNetwork": 3}, {"no-public-door"}),
    "the key waits for its deletion": ("im-keys-key", {"keyState": "PendingDelete"}, {"encrypted-at-rest"}),
    "backups of MySQL stay five years": ("im-mysql-backups", {"retentionPeriod": 1830}, {"ceiling"}),
    "what is not judged": ("im-ckafka", {"vip": "10.0.0.41", "vport": "50000"}, set()),
}


@pytest.mark.parametrize("name", DRIFT)
def test_what_only_outputs_say_is_judged(jakarta: Check, tmp_path: Path, name: str) -> None:
    called, outputs, rules = DRIFT[name]
    state = deployment(deployed(jakarta.stack), jakarta.stack.project, jakarta.stack.stack)
    rows = [r for r in state["deployment"]["resources"] if r["urn"].endswith(f"::{called}") and r["custom"]]
    rows[0]["outputs"] |= outputs
    judged = check_state(ROOT, STACKS[0], written(tmp_path, _enveloped(state)), today=TODAY).judgement
    found = blocking(judged)
    assert rules <= found if rules else found == set()


@pytest.mark.parametrize(("migration", "until"), [({}, "2026-12-23"), ({"migration": "P2D"}, "2026-11-25")])
def test_a_state_of_before_a_shorter_period_dates_until_when_it_breaks_it(
    jakarta: Check, tmp_path: Path, migration: dict[str, str], until: str
) -> None:
    changes = {f"classes.access-logs.{key}": value for key, value in ({"period": "P20D"} | migration).items()}
    config = changed_config(jakarta.stack.structured, changes)
    project, file = write_stack(tmp_path, config), written(tmp_path, _exported(jakarta))
    given = check_state(project, "test", file, today=TODAY)
    (broken,) = [v for v in given.judgement.verdicts if v.rule == "ceiling" and v.subject == "access-logs"]
    assert f"the limit of 20 d from 2026-11-23 on, until {until} (im:classes.access-logs.migration)" in broken.fix


def blocking(judgement: Judgement) -> set[str]:
    return {v.rule for v in judgement.verdicts if v.blocks}


def state_with(*changes: dict[str, Any], **top: Any) -> dict[str, Any]:
    urn = "urn:pulumi:s::p::{}::{}"
    root = {"urn": urn.format("pulumi:pulumi:Stack", "p-s"), "type": "pulumi:pulumi:Stack", "custom": False}
    provider = {
        "urn": urn.format("pulumi:providers:tencentcloud", "home"),
        "type": "pulumi:providers:tencentcloud",
        "custom": True,
        "id": "1",
        "inputs": {"region": "ap-jakarta"},
    }
    bucket = {
        "urn": urn.format("tencentcloud:Cos/bucket:Bucket", "b"),
        "type": "tencentcloud:Cos/bucket:Bucket",
        "custom": True,
        "id": "b-1250000000",
        "parent": root["urn"],
        "provider": f"{provider['urn']}::1",
        "inputs": {"bucket": "b-1250000000", "__defaults": ["acl"]},
        "sourcePosition": "project:///stacks/__main__.py#12,3",
    }
    return {
        "version": 3,
        "deployment": {"resources": [root, provider, *({**bucket, **c} for c in changes or ({},))]},
    } | top


def test_a_state_says_where_its_program_made_things(tmp_path: Path) -> None:
    loaded = load_state(written(tmp_path, state_with()))
    provider, bucket = loaded.resources
    assert bucket.source == "stacks/__main__.py:12"
    assert bucket.parent is None
    assert bucket.provider == provider.urn
    assert bucket.inputs == {"bucket": "b-1250000000"}
    assert bucket.id == "b-1250000000"


STATE_DOUBTS = {
    "an old one waits for its deletion": ({"delete": True}, "still waits for its deletion"),
    "deleted and not replaced": ({"pendingReplacement": True}, "the new one is not there yet"),
    "a provider that failed": ({"initErrors": ["quota"]}, "did not come to an end with it"),
    "of a type that nobody knows": ({"type": "tencentcloud:No/velty:Velty"}, "nothing is known of the type"),
    "looked up": ({"external": True}, "not made by this stack"),
}


@pytest.mark.parametrize("name", STATE_DOUBTS)
def test_what_a_state_leaves_open_is_never_a_pass(tmp_path: Path, name: str) -> None:
    change, words = STATE_DOUBTS[name]
    judged = check_state(
        ROOT, "tencent-ap-jakarta", written(tmp_path, state_with({}, {"urn": "urn:pulumi:s::p::x::y", **change}))
    ).judgement
    assert [v for v in judged.verdicts if v.blocks and words in v.message], name


def test_an_update_that_broke_off_is_unproven(tmp_path: Path) -> None:
    state = state_with()
    state["deployment"]["pending_operations"] = [{"resource": state["deployment"]["resources"][2], "type": "creating"}]
    (finding,) = load_state(written(tmp_path, state)).doubts
    assert finding.name == "b"
    assert "creating" in finding.message


STATE_FAULTS = {
    "another version": (state_with(version=2), "a state of version 2 is not known"),
    "no version": ({"deployment": {}}, "a state of version None is not known"),
    "a version that is no number": (state_with(version=True), "version True"),
    "a feature": (state_with(version=4, features=["time-travel"]), "'time-travel'"),
    "a feature that is no text": (state_with(version=4, features=[{}]), "not known here: {}"),
    "nothing deployed": ({"version": 3, "deployment": {"resources": []}}, "nothing is deployed"),
    "no resources at all": ({"version": 3, "deployment": {}}, "nothing is deployed"),
    "a deployment of another kind": ({"version": 3, "deployment": [1]}, "deployment: is no block"),
    "rows of another kind": ({"version": 3, "deployment": {"resources": [1]}}, "is no block"),
    "no URN": (state_with({"urn": None}), "urn: is missing"),
    "inputs of another kind": (state_with({"inputs": [1]}), "inputs: is no block"),
    "twice the same": (state_with({}, {}), "two resources have the URN"),
    "a parent that is not there": (
        state_with({"parent": "urn:pulumi:s::p::a::b"}),
        "its parent urn:pulumi:s::p::a::b is not",
    ),
    "a provider that is not there": (
        state_with({"provider": "urn:pulumi:s::p::a::b::1"}),
        "its provider urn:pulumi:s::p::a",
    ),
    "parents in a circle": (
        state_with(
            {"parent": "urn:pulumi:s::p::x::y"},
            {"urn": "urn:pulumi:s::p::x::y", "parent": state_with()["deployment"]["resources"][2]["urn"]},
        ),
        "its parents go in a circle",
    ),
    "cut off": (json.dumps(state_with())[:-40], "not all of it"),
    "cut off after a resource": (json.dumps(state_with())[:-3], "not all of it"),
    "more than one": (json.dumps(state_with()) + "{}", "not all of it"),
    "empty": ("", "not all of it"),
    "no block": ("[]", "the file holds no keys"),
    "nested too deep": ('{"version": ' + "[" * 200_000, "not all of it"),
}


@pytest.mark.parametrize("name", STATE_FAULTS)
def test_what_is_no_state_issaid(tmp_path: Path, name: str) -> None:
    document, words = STATE_FAULTS[name]
    with pytest.raises(InputError) as caught:
        load_state(written(tmp_path, document))
    assert words in str(caught.value)


def test_the_command_reports_a_state_in_every_form(tmp_path: Path, jakarta: Check) -> None:
    file = written(tmp_path, _exported(jakarta))
    saved = [tmp_path / f"report{suffix}" for suffix in (".json", ".sarif", ".xml", ".md")]
    asked = [part for path in saved for part in ("--save", str(path))]
    ran = CliRunner().invoke(app, ["check", "tencent-ap-jakarta", "--project", str(ROOT), "--state", str(file), *asked])
    assert ran.exit_code == 0, ran.output
    assert "CONDITIONAL on" in ran.output
    assert all(path.stat().st_size > 1000 for path in saved)
    assert [path.name for path in saved if CANARY in path.read_text("utf-8")] == []


@pytest.mark.parametrize("options", [["--all"], ["x", "--plugin"], ["x", "--plan", "p.json"]])
def test_one_file_says_what_is_judged(options: list[str]) -> None:
    ran = CliRunner().invoke(app, ["check", *options, "--state", "s.json"])
    assert isinstance(ran.exception, InputError)


def test_a_plaintext_secret_of_an_export_is_no_secret_of_ours(tmp_path: Path, jakarta: Check) -> None:
    """`--show-secrets` opens the envelopes: what is in them is dropped all the same."""
    text = json.dumps(_exported(jakarta)).replace('"ciphertext"', '"plaintext"')
    given = check_state(ROOT, "tencent-ap-jakarta", written(tmp_path, text), today=TODAY)
    assert CANARY in text
    assert given.judgement.outcome is Outcome.PASS
    assert CANARY not in str(given)
    registrations = [{**r, "inputs": plaintext(r["inputs"])} for r in jakarta.recording["registrations"]]
    bare = deployment(cast(list[Registration], registrations), "p", "s")
    judged = check_state(ROOT, "tencent-ap-jakarta", written(tmp_path, bare), today=TODAY).judgement
    assert {v.rule for v in judged.verdicts if v.blocks} == {"encrypted-at-rest"}  # plain text in the state
