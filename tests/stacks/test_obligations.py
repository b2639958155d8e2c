"""Every static obligation of the texts that the stack adopts has a rule, and a mutant that fails and cites it."""

import pytest

from im_stack.preflight.reports.model.obligations import Standing
from im_stack.preflight.reports.model.report import report_of
from im_stack.terms.texts.library import load_library
from tests.harness.recorded import check_ours
from tests.stacks.obligations import OWN, STACK, Own


def test_every_obligation_that_the_plan_shows_has_one_mutant_by_a_rule_of_its_own() -> None:
    static = [o.id for _, o in check_ours(STACK).duties.adopted if "static" in o.check]
    assert sorted(own.obligation for own in OWN if not own.of.base) == sorted(static)
    assert len({own.what for own in OWN}) == len(OWN)
    rules = {id_: obligation.rules for id_, obligation in load_library().obligations.items()}
    assert [own for own in OWN if own.rule not in rules[own.obligation]] == []


def test_the_stack_without_a_mutant_breaks_none() -> None:
    standings = {row.obligation.id: row.standing for row in report_of(check_ours(STACK)).obligations}
    mine = {standings[own.obligation] for own in OWN if not own.of.base}
    assert mine <= {Standing.PROVEN, Standing.CONDITIONAL, Standing.NOT_JUDGED}


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.obligation)
def test_its_mutant_fails_and_cites_it(own: Own) -> None:
    check = check_ours(STACK)
    assert [v.message for v in own.of.judged(check).verdicts if v.blocks] == []
    assert own.cites(own.judged(check)), own.what
