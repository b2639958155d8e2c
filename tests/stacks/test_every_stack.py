"""Every stack of the project, and of the tests' own, passes; a stack of the project is named after its region."""

import pytest

from im_stack.policies.rule import Outcome
from tests.golden import standings
from tests.harness.recorded import check_ours
from tests.harness.stacks import OWN

PROVEN = {"ceiling", "home-region", "copies-stay-home", "encrypted-at-rest"}
SEALED = {"keyring-guarded", "sweeps-alive"}
"""What is proven, too, where a class is sealed."""


@pytest.mark.parametrize("name", standings.STACKS)
def test_it_passes_and_every_rule_that_proves_something_has_something_to_say(name: str) -> None:
    check = check_ours(name)
    assert [verdict.message for verdict in check.judgement.verdicts if verdict.weak] == []
    assert name in OWN or name == f"{check.duties.home.cloud}-{check.duties.home.id}"
    passing = {verdict.rule for verdict in check.judgement.verdicts if verdict.outcome is Outcome.PASS}
    classes = check.duties.declaration.classes
    sealed = any(choice.form not in (None, "subject") for choice in classes.values())
    assert passing >= PROVEN | (SEALED if sealed else set())
    assert {bound.data_class for bound, _ in check.judgement.bounds} == set(classes)


@pytest.mark.parametrize("name", standings.STACKS)
def test_each_obligation_stands_as_its_golden_file_says(name: str) -> None:
    assert standings.standings(name) == (standings.FOLDER / f"{name}.txt").read_text("utf-8"), "meant? run: make golden"
