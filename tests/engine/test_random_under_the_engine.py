"""Random programs under the real engine: verdicts equal to preflight's."""

import random
from pathlib import Path

import pytest

from im_stack.preflight.judgement.one_stack import check_stack
from tests.harness.engine import REAL, Engine, needs_cli, needs_venv
from tests.harness.programs import CLASSES, blocked
from tests.harness.project import write_project
from tests.harness.random_programs import program

pytestmark = [pytest.mark.engine, needs_cli, needs_venv]


@pytest.mark.parametrize("seed", [2, 3, 5, 6, 8, 11])
def test_a_random_program_is_judged_alike(tmp_path: Path, seed: int) -> None:
    made = program(random.Random(seed))
    project = write_project(tmp_path / "project", made.text, header="", classes=CLASSES)
    check = check_stack(project, "test", plugin=bool(REAL["tencentcloud"]))
    ran = Engine(tmp_path).deploy(project, "test", "preview")
    if check.accepted and check.accepted.refused:
        assert ran.status != 0, ran.output
        return
    expected = blocked(check)
    hidden = {(r, u) for r, u in expected if r == "judged-arguments-count"} if made.unseen else set()
    assert ran.failed | hidden == expected, ran.output
    assert ran.status == (1 if ran.failed else 0), ran.output
