"""Every verdict is the same before, during and after a deployment: what is not known yet is judged as what it becomes.

Every stack of the project and every program is run twice: as nothing is there, and as everything is. Between them are
updates of which some ids are known and some are not, by chance of a fixed seed; after them is the exported state.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from im_stack.facts.wire.constants import holds_unknown
from im_stack.policies.judge import Judgement, judge
from im_stack.policies.rule import Outcome
from im_stack.preflight.inputs.state import load_state
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.judgement.program_seen import RULE as SEEN
from im_stack.preflight.provider.engine_accepts import RULE
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.preflight.stack_files.stack_file import stack_names
from tests.harness.deployed import deployed, not_yet
from tests.harness.engine import deployment
from tests.harness.programs import NAMES, checked, head
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT
from tests.harness.world import TODAY

UPDATES = 4
ALL = [*stack_names(ROOT), *(name for name in NAMES if "deployed" not in head(name))]
Verdicts = dict[tuple[str, str], str]


def _check(name: str) -> Check:
    return checked(name) if name in NAMES else check_ours(name, today=TODAY)


def _said(judgement: Judgement) -> Verdicts:
    """The outcomes of each rule for each subject."""
    found: dict[tuple[str, str], set[str]] = {}
    for v in judgement.verdicts:
        if v.rule not in (RULE, SEEN):
            found.setdefault((v.rule, v.subject), set()).add(v.outcome.value)
    return {key: ", ".join(sorted(outcomes)) for key, outcomes in found.items()}


def _intervals(judgement: Judgement) -> list[tuple[object, ...]]:
    return [(b.data_class, b.latest, b.earliest, b.if_sweeps_fail, limit) for b, limit in judgement.bounds]


def _judged(check: Check, registrations: list[Registration]) -> Judgement:
    return judge(to_resources(registrations), check.duties, today=TODAY)


def _times(first: list[Registration], second: list[Registration], seed: str) -> Iterator[list[Registration]]:
    """The program when everything is there, and as some of it is still to be made."""
    yield second
    chance = random.Random(seed)
    urns = [r["urn"] for r in second if r.get("known")]
    for _ in range(UPDATES if urns else 0):
        yield not_yet(first, second, frozenset(chance.sample(urns, chance.randint(0, len(urns)))))


@pytest.mark.parametrize("name", ALL)
def test_verdicts_are_the_same_before_during_and_after(name: str, tmp_path: Path) -> None:
    check = _check(name)
    first, second = check.recording["registrations"], deployed(check.stack)
    assert not any(holds_unknown(r["inputs"]) for r in second), "else one thing would be compared with itself"
    before = _judged(check, first)
    times = [_judged(check, registrations) for registrations in _times(first, second, name)]
    state = tmp_path / "state.json"
    state.write_text(json.dumps(deployment(second, check.stack.project, check.stack.stack)))
    loaded = load_state(state)
    assert loaded.doubts == []
    for after in (*times, judge(loaded.resources, check.duties, today=TODAY)):
        said, more = _said(before), _said(after)
        assert {key: more.get(key) for key in said} == said
        # What is known says more, and nothing of it is weak: where a known ARN leads.
        assert {more[key] for key in more.keys() - said.keys()} <= {Outcome.PASS.value}
        assert _intervals(after) == _intervals(before)
