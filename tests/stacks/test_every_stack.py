"""Every stack of the project, and of the tests' own, passes; a stack of the project is named after its region."""

import pytest

from im_stack.policies.rule import Outcome
from im_stack.preflight.stack_files.stack_file import stack_names
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT
from tests.harness.stacks import OWN

PROVEN = {"ceiling", "home-region", "copies-stay-home", "encrypted-at-rest"}
SEALED = {"keyring-guarded", "sweeps-alive"}
"""What is proven, too, where a class is sealed."""


@pytest.mark.parametrize("name", [*stack_names(ROOT), *OWN])
def test_it_passes_and_every_rule_that_proves_something_has_something_to_say(name: str) -> None:
    check = check_ours(name)
    assert [verdict.message for verdict in check.judgement.verdicts if verdict.weak] == []
    assert name in OWN or name == f"{check.duties.home.cloud}-{check.duties.home.id}"
    passing = {verdict.rule for verdict in check.judgement.verdicts if verdict.outcome is Outcome.PASS}
    classes = check.duties.declaration.classes
    sealed = any(choice.form not in (None, "subject") for choice in classes.values())
    assert passing >= PROVEN | (SEALED if sealed else set())
    by_age = {name for name, choice in classes.items() if not choice.until}
    assert {bound.data_class for bound, _ in check.judgement.bounds} == by_age
