"""Random programs: preflight and the pack agree on each, and no weakness built in on purpose passes.

RANDOM_PROGRAMS=1000 python -m pytest -n0 tests/policies/test_random_programs.py
"""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from im_stack.policies.judge import judge
from im_stack.policies.rule import Outcome
from im_stack.policy_harness import Pack
from im_stack.preflight.judgement.one_stack import Check, duties_of
from im_stack.preflight.recording.record import Recorder
from im_stack.preflight.recording.recording import to_resources
from im_stack.preflight.stack_files.stack_file import read_stack
from tests.harness.pack_drive import drive, running
from tests.harness.programs import CLASSES, blocked
from tests.harness.project import write_project
from tests.harness.random_programs import Program, program
from tests.harness.root import ROOT
from tests.harness.world import TODAY

PACK = ROOT / "policies"
EXAMPLES = int(os.environ.get("RANDOM_PROGRAMS", "20"))


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("random"), "", header="", classes=CLASSES)


@pytest.fixture(scope="module")
def pack(project: Path) -> Iterator[Pack]:
    with running(PACK, read_stack(project, "test")) as pack:
        yield pack


def _checked(recorder: Recorder, project: Path, made: Program) -> Check:
    (project / "__main__.py").write_text(made.text, encoding="utf-8")
    stack = read_stack(project, "test")
    duties, recording = duties_of(stack), recorder.record(stack)
    return Check(stack, duties, recording, judge(to_resources(recording["registrations"]), duties, today=TODAY), TODAY)


def _named(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(rule, urn.split("::", 3)[3] if urn else "") for rule, urn in found}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES <= 20)
@given(seed=st.integers(0, 10**9))
def test_no_weakness_passes_and_the_pack_agrees(recorder: Recorder, project: Path, pack: Pack, seed: int) -> None:
    made = program(random.Random(seed))
    check = _checked(recorder, project, made)
    found = blocked(check)
    assert made.weak | made.unseen <= _named(found), made.text
    if made.sound:
        assert check.judgement.outcome is Outcome.PASS, made.text
    violations = drive(pack, check.recording, shuffled=random.Random(seed))
    assert {(v.policy, v.urn) for v in violations if v.blocks} == _as_the_pack_sees(check), made.text


def _as_the_pack_sees(check: Check) -> set[tuple[str, str]]:
    """What preflight would say if it knew no more of the options than the protocol shows to a policy."""
    shown = [
        replace(r, options=replace(r.options, retain_on_delete=False, deleted_with=""))
        for r in to_resources(check.recording["registrations"])
    ]
    return blocked(replace(check, judgement=judge(shown, check.duties, today=TODAY)))


def test_the_generator_makes_weak_and_sound_programs() -> None:
    made = [program(random.Random(seed)) for seed in range(200)]
    assert sum(p.sound for p in made) > 10
    assert len({rule for p in made for rule, _ in p.weak}) >= 9
