"""The pack, unmodified and in its own process, over the engine's protocol: the same judgement as preflight's."""

import json
import random
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from pulumi.runtime.proto import analyzer_pb2

from im_stack.policies.engine.pack import DECLARATION, IRREVERSIBLE, WAIVED
from im_stack.policies.rule import Outcome
from im_stack.policies.rules import RULES
from im_stack.policy_harness import Diagnostic, Pack
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.judgement.program_seen import RULE as SEEN
from im_stack.preflight.provider.engine_accepts import RULE
from im_stack.preflight.recording.recording import Recording
from im_stack.preflight.stack_files.stack_file import StackFile
from im_stack.terms.problem import InputError
from tests.harness.deployed import deployed, not_yet
from tests.harness.pack_drive import drive, running
from tests.harness.programs import (
    FOLDER,
    NAMES,
    NOT_STORED,
    REFUSED,
    WAIVERS,
    WEAKENED,
    blocked,
    checked,
    head,
    must_fail,
    write_program,
)
from tests.harness.project import write_project
from tests.harness.recorded import check_ours, check_project
from tests.harness.root import ROOT
from tests.terms.test_own import folder as own_terms

PACK = ROOT / "policies"
RULE_IDS = {rule.id for rule in RULES}
ONLY_HERE = {RULE, SEEN}  # what the pack is never asked


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    """One process for all programs: whatever it kept of one would be seen in the next."""
    with running(PACK, checked("compliant").stack) as pack:
        yield pack


@pytest.fixture(scope="module")
def deploying() -> Iterator[Pack]:
    """The pack as it runs in an update that nobody previewed."""
    with running(PACK, checked("compliant").stack, dry_run=False) as pack:
        yield pack


def _blocking(found: list[Diagnostic]) -> set[tuple[str, str]]:
    return {(v.policy, v.urn) for v in found if v.blocks}


def _drive(pack: Pack, check: Check, **options: object) -> list[Diagnostic]:
    return drive(pack, check.recording, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name in NAMES if "engine" not in head(name)])
def test_the_pack_judges_as_preflight_does(pack: Pack, name: str) -> None:
    check = checked(name)
    if check.stack.config == checked("compliant").stack.config:
        found = _blocking(_drive(pack, check, shuffled=random.Random(name)))
    else:
        with running(PACK, check.stack) as own:
            found = _blocking(_drive(own, check, shuffled=random.Random(name)))
    assert found == blocked(check)
    assert must_fail(name) - ONLY_HERE <= {rule for rule, _ in found}
    assert bool(must_fail(name) - ONLY_HERE) == bool(found)
    assert bool(must_fail(name)) is (check.judgement.outcome is not Outcome.PASS)


@pytest.mark.parametrize("name", [name for name in NAMES if "engine" in head(name)])
def test_where_only_preflight_sees_it_the_pack_says_no_more(pack: Pack, name: str) -> None:
    assert _blocking(_drive(pack, checked(name))) <= blocked(checked(name))
    assert must_fail(name) <= {v.rule for v in checked(name).judgement.verdicts if v.blocks}


def test_the_jakarta_stack_is_judged_alike_in_any_order(jakarta: Check) -> None:
    with running(PACK, jakarta.stack) as pack:
        for seed in range(3):
            assert _blocking(_drive(pack, jakarta, shuffled=random.Random(seed))) == blocked(jakarta)


@pytest.mark.parametrize("name", [name for name in NAMES if not {"engine", "deployed", "config"} & head(name).keys()])
def test_what_is_deployed_is_judged_as_before(pack: Pack, name: str) -> None:
    """Ids and outputs reach the pack from the engine's stack: a second preview says what the first one said."""
    check = checked(name)
    second: Recording = {"registrations": deployed(check.stack), "notices": []}
    # otherwise than the stack that the shared pack was told of
    declares = {"classes", "holds", "parties", "texts"} & head(name).keys() or name in WAIVERS
    with running(PACK, check.stack) if declares else nullcontext(pack) as asked:
        assert _blocking(drive(asked, second, shuffled=random.Random(name))) == blocked(check)


@pytest.mark.parametrize("name", ["tencent-ap-jakarta", "aws-ap-southeast-3"])
def test_a_stack_in_the_middle_of_an_update_is_judged_as_before(name: str) -> None:
    check = check_ours(name)
    first, second = check.recording["registrations"], deployed(check.stack)
    chance = random.Random(name)
    with running(PACK, check.stack) as pack:
        for waiting in (0.0, 0.5):
            urns = frozenset(r["urn"] for r in second if r.get("known") and chance.random() < waiting)
            update: Recording = {"registrations": not_yet(first, second, urns), "notices": []}
            assert _blocking(drive(pack, update, shuffled=chance)) == blocked(check) == set()


def test_every_policy_is_mandatory_and_named_after_its_rule(pack: Pack) -> None:
    assert {p.name for p in pack.info.policies} == RULE_IDS | {"collect", IRREVERSIBLE, DECLARATION, WAIVED}
    levels = {p.name: p.enforcementLevel for p in pack.info.policies}
    assert levels.pop("collect") == analyzer_pb2.REMEDIATE  # a violation of it is mandatory all the same
    assert levels.pop(WAIVED) == analyzer_pb2.ADVISORY  # it only lists; a waiver that does not hold is waivers-hold's
    assert set(levels.values()) == {analyzer_pb2.MANDATORY}


def test_a_violation_names_duties_path_and_fix(pack: Pack) -> None:
    messages = [v.message for v in _drive(pack, checked("long_backups")) if v.policy == "ceiling"]
    (message,) = (m for m in messages if "binlog" not in m)
    assert "FAIL: user-information: backups in Instance mysql ends after" in message
    assert "IM-RET-" in message
    assert "[longer.retentionPeriod] (configured" in message
    assert "fix: set retentionPeriod to at most" in message


def test_a_resource_whose_inputs_never_came_is_unproven(pack: Pack) -> None:
    found = _drive(pack, checked("compliant"), unseen={"media"})
    assert any(v.policy == "known-types" and v.urn.endswith("::media") for v in found)


def test_nothing_collected_is_unproven(pack: Pack) -> None:
    check = checked("compliant")
    names = {r["name"] for r in check.recording["registrations"]} - {"home"}
    found = _drive(pack, check, unseen=names)
    assert {v.policy for v in found} >= {"known-types"}


@pytest.mark.parametrize("name", ["public", "elsewhere", "default_provider", "remote_backups", "versioned_keyring"])
def test_what_cannot_be_taken_back_stops_before_it_is_made(deploying: Pack, name: str) -> None:
    check = checked(name)
    found = [v for v in _drive(deploying, check) if not deploying.policies[v.policy].of_stack]
    assert {v.policy for v in found} == {IRREVERSIBLE}
    assert all(v.blocks for v in found)
    assert {v.message.splitlines()[1].split(":")[0] for v in found} <= must_fail(name)


@pytest.mark.parametrize("name", ["compliant", "ambiguous", "unknown_type"])
def test_nothing_else_stops_a_resource_on_its_own(deploying: Pack, name: str) -> None:
    assert [v for v in _drive(deploying, checked(name)) if v.policy == IRREVERSIBLE] == []


@pytest.mark.parametrize("configured", [True, False])
def test_the_jakarta_stack_is_not_stopped_resource_by_resource(jakarta: Check, configured: bool) -> None:
    """Without configuration, as in `policy analyze`, the backend component carries the declaration."""
    with running(PACK, jakarta.stack, dry_run=False, configured=configured) as pack:
        assert _blocking(_drive(pack, jakarta)) == blocked(jakarta)


def test_without_any_declaration_everything_is_unproven() -> None:
    check = checked("compliant")
    with running(PACK, check.stack, configured=False) as pack:
        found = drive(pack, check.recording)
    assert {v.policy for v in found if v.blocks} == RULE_IDS | {DECLARATION, IRREVERSIBLE}
    assert any("there is no declaration to judge by" in v.message for v in found if v.policy == DECLARATION)


def _configured(stack: StackFile, **changes: str) -> StackFile:
    return replace(stack, config=stack.config | {f"im:{key}": value for key, value in changes.items()})


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("region", "ap-nowhere", "im:region"),
        ("classes", "{not json", "im:classes"),
        ("clases", "{}", "is no key of a declaration"),
    ],
)
def test_a_bad_declaration_is_a_violation_that_names_the_key(key: str, value: str, says: str) -> None:
    check = checked("compliant")
    stack = _configured(check.stack, **{key: value})
    with running(PACK, stack) as pack:
        found = drive(pack, check.recording)
    assert {v.policy for v in found if v.blocks} == RULE_IDS | {DECLARATION}
    assert any(says in v.message for v in found if v.policy == DECLARATION)


def _waivers(stack: StackFile, *waivers: dict[str, str]) -> StackFile:
    return _configured(stack, waivers=json.dumps(list(waivers)))


def _waiver(**changes: str) -> dict[str, str]:
    return WAIVERS["waived"][0] | changes


def test_a_waiver_lets_pass_and_is_listed_with_who_why_and_until_when() -> None:
    check = checked("waived")
    assert check.judgement.headline == "CONDITIONAL on 1 waived verdict"
    with running(PACK, check.stack) as pack:
        found = drive(pack, check.recording)
    assert _blocking(found) == set()
    (message,) = [v.message for v in found if v.policy == WAIVED]
    for words in ("waiver 1 (known-types, pair)", "waives UNPROVEN: KeyPair pair", *_waiver().values()):
        assert words in message


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"expires": (date.today() - timedelta(days=2)).isoformat()}, "expired, "),
        ({"resource": "no-pair"}, "unused: "),
        ({"resource": "p*"}, ""),
        ({"resource": "*"}, "too broad: "),
        ({"rule": "home-region"}, "home-region cannot be waived"),
        ({"rule": "no-rule"}, "no rule is called no-rule"),
    ],
)
def test_a_waiver_that_does_not_hold_is_a_violation_and_waives_nothing(changes: dict[str, str], says: str) -> None:
    check = checked("waived")
    stack = _waivers(check.stack, _waiver(**changes))
    with running(PACK, stack) as pack:
        found = drive(pack, check.recording)
    assert {v.policy for v in found if v.blocks} == ({"known-types", "waivers-hold"} if says else set())
    assert all(f"waiver 1 ({_waiver(**changes)['rule']}, " in v.message for v in found if v.policy == "waivers-hold")
    assert any(says in v.message for v in found if v.policy == ("waivers-hold" if says else WAIVED))


def test_a_waiver_out_of_shape_is_a_bad_declaration() -> None:
    check = checked("waived")
    stack = _waivers(check.stack, _waiver(), _waiver(owner=" "))
    with running(PACK, stack) as pack:
        found = drive(pack, check.recording)
    assert {v.policy for v in found if v.blocks} == RULE_IDS | {DECLARATION}
    assert any("im:waivers.1.owner" in v.message for v in found if v.policy == DECLARATION)


def test_waivers_travel_with_the_backend_s_declaration(tmp_path: Path) -> None:
    """`policy analyze` passes no configuration: the waiver is in what the component was made with."""
    first = """
        import pulumi
        from im_stack.components.program import declared
        carried = {"declaration": declared().model_dump(mode="json", by_alias=True)}
        pulumi.ComponentResource("im:index:Backend", "im", carried)
    """
    program = (FOLDER / "waived.py").read_text("utf-8")
    project = write_project(tmp_path, program, dedent(first), classes=NOT_STORED, waivers=WAIVERS["waived"])
    check = check_project(project, "test")
    assert [v.message for v in check.judgement.verdicts if v.blocks] == []
    # Asked about the pair first, a pack knows of no waiver; a program may register them in either order.
    made = sorted(check.recording["registrations"], key=lambda each: each["type"] != "im:index:Backend")
    with running(PACK, check.stack, configured=False) as pack:
        found = drive(pack, {**check.recording, "registrations": made})
    assert _blocking(found) == set()
    (listed,) = [v.message for v in found if v.policy == WAIVED]
    assert "waiver 1 (known-types, pair): by data protection officer, until 2999-12-31, https://" in listed


_OWN_TERMS = """
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from im_stack.components.declaring import holds
from im_stack.components.program import declared

carried = {"declaration": declared().model_dump(mode="json", by_alias=True)}
CARRY
home = tencentcloud.Provider("home", region="ap-batam")
"""


@pytest.mark.parametrize("carries", [True, False])
def test_own_terms_travel_with_the_backend_s_declaration(tmp_path: Path, carries: bool) -> None:
    """The engine starts the pack in a folder of its own, from which it cannot read them."""
    carry = 'pulumi.ComponentResource("im:index:Backend", "im", carried)' if carries else ""
    changes = {
        "terms": "terms",
        "region": "ap-batam",
        "jurisdiction": "batam",
        "instruments": {name: {"source": "test"} for name in ("im-module", "shop-policy")},
        "elsewhere": {"vouchers": "another stack of this test"},
    }
    project = write_project(own_terms(tmp_path), "", _OWN_TERMS.replace("CARRY", carry), classes=NOT_STORED, **changes)
    check = check_project(project, "test")
    with running(PACK, check.stack) as pack:
        found = drive(pack, check.recording)
    if carries:
        assert _blocking(found) == blocked(check)
    else:
        assert {v.policy for v in found if v.blocks} == RULE_IDS | {DECLARATION}


def test_no_secret_is_ever_said(tmp_path: Path) -> None:
    """Canaries in a password, a provider's key, a secret configuration value and an argument nobody judges."""
    canary = "canary-8d1f"
    project = write_program(tmp_path, "canaries")
    check = check_project(project, "test")
    stack = replace(check.stack, config=check.stack.config | {"im-secrets:mysql-root-password": canary})
    assert canary in str(check.recording)
    for dry_run in (True, False):
        with running(PACK, stack, dry_run=dry_run) as pack:
            found = drive(pack, check.recording)
        assert {v.policy for v in found} & {"no-public-door"}
        assert [v for v in found if canary in v.message or v.leaks] == []


def test_every_rule_has_a_program_that_fails_it() -> None:
    assert {rule for name in NAMES for rule in must_fail(name)} >= RULE_IDS


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_engine_refuses_is_refused_before_anything_is_judged(name: str) -> None:
    with pytest.raises(InputError, match=re.escape(head(name)["refused"])) as caught:
        checked(name)
    assert "__main__.py" in caught.value.problems[0].file


def test_every_weakened_program_says_what_it_fails() -> None:
    assert all(must_fail(name) <= RULE_IDS | ONLY_HERE and must_fail(name) for name in WEAKENED)
