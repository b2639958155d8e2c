"""`preflight check --plugin` with the real plugin: equal to a preview, and no difference from the tables of
defaults.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from im_stack.policies.judge import judge
from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.provider.engine_accepts import RULE
from im_stack.preflight.provider.plugin import Plugin, find_plugin, running_plugin
from im_stack.preflight.provider.provider_check import ask_provider
from im_stack.preflight.recording.recording import to_resources
from tests.harness.engine import Engine, needs_cli, needs_plugin, needs_venv
from tests.harness.programs import NAMES, blocked, checked, head, write_program
from tests.harness.root import ROOT
from tests.harness.world import TODAY

pytestmark = [pytest.mark.engine, needs_plugin]
REFUSED = [name for name in NAMES if "plugin" in head(name)]


@pytest.fixture(scope="module")
def plugin() -> Iterator[Plugin]:
    binary = find_plugin("tencentcloud")
    assert binary
    with running_plugin(binary) as plugin:
        yield plugin


def _with_plugin(check: Check, plugin: Plugin) -> tuple[set[tuple[str, str]], set[str]]:
    """Blocking verdicts with the provider's own inputs, and the arguments that it refuses."""
    accepted = ask_provider(check.recording["registrations"], "tencentcloud", plugin)
    verdicts = judge(to_resources(accepted.registrations), check.duties, today=TODAY).verdicts
    found = {(v.rule, v.subject if v.subject.startswith("urn:") else "") for v in verdicts if v.blocks}
    return found, {v.evidence.argument for v in accepted.refused if v.evidence}


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_judge_as_the_provider_s_own_inputs_do(plugin: Plugin, name: str) -> None:
    found, refused = _with_plugin(checked(name), plugin)
    assert found == blocked(checked(name))
    wanted = head(name).get("plugin")
    assert refused == ({wanted} if wanted else set())


def test_the_jakarta_stack_is_taken_as_it_is(plugin: Plugin) -> None:
    check = check_stack(ROOT, "tencent-ap-jakarta")
    assert _with_plugin(check, plugin) == (set(), set())


@needs_cli
@needs_venv
@pytest.mark.parametrize("name", REFUSED)
def test_what_the_provider_refuses_fails_a_preview_in_the_same_words(tmp_path: Path, name: str) -> None:
    check = check_stack(write_program(tmp_path / "here", name), "test", plugin=True)
    (refused,) = (v for v in check.judgement.verdicts if v.rule == RULE)
    ran = Engine(tmp_path).deploy(write_program(tmp_path / "there", name, stack="there"), "there", "preview")
    assert ran.status != 0
    assert not [rule for rule, _, _ in ran.violations if rule in {v.rule for v in check.judgement.verdicts}]
    reason = refused.message.split(": ", 1)[1]
    assert reason.rstrip(".")[:60] in " ".join(ran.output.split()), ran.output
