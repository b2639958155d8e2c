"""Stacks of accounts: each static obligation of the Tencent Cloud policy has a mutant of its own, and an archive holds
against an adversary. What changes nothing passes."""

import pytest

from im_stack.preflight.reports.explain import explain
from im_stack.preflight.reports.model.report import report_of
from tests.harness.mutate import Change
from tests.harness.recorded import check_ours
from tests.stacks.accounts import BENIGN, HOSTILE, OWN
from tests.stacks.obligations import Own, Variant

TEXT = "tencent-cloud"
_OWN = [(stack, own) for stack, every in OWN.items() for own in every]


@pytest.mark.parametrize("stack", OWN)
def test_every_obligation_about_what_is_held_has_one_mutant_by_a_rule_of_its_own(stack: str) -> None:
    duties = check_ours(stack).duties
    of_text = {o.id: o.rules for name, o in duties.adopted if name == TEXT}
    judged = {duty.obligation.id for duty in duties.all} & of_text.keys()
    assert sorted(own.obligation for own in OWN[stack]) == sorted(judged)
    assert [own for own in OWN[stack] if own.rule not in of_text[own.obligation]] == []


@pytest.mark.parametrize(("stack", "own"), _OWN, ids=[f"{stack} {own.obligation}" for stack, own in _OWN])
def test_its_mutant_fails_and_cites_it(stack: str, own: Own) -> None:
    assert own.cites(own.judged(check_ours(stack))), own.what


@pytest.mark.parametrize(("stack", "name", "rule", "changes"), HOSTILE, ids=[f"{s} {n}" for s, n, *_ in HOSTILE])
def test_an_archive_in_reach_fails(stack: str, name: str, rule: str, changes: tuple[Change, ...]) -> None:
    blocking = {v.rule for v in Variant(changes).judged(check_ours(stack)).verdicts if v.blocks}
    assert rule in blocking, (name, blocking)


@pytest.mark.parametrize(("stack", "name", "changes"), BENIGN, ids=[f"{s} {n}" for s, n, _ in BENIGN])
def test_what_changes_nothing_passes(stack: str, name: str, changes: tuple[Change, ...]) -> None:
    found = Variant(changes).judged(check_ours(stack))
    assert [f"{v.rule}: {v.message}" for v in found.verdicts if v.blocks] == [], name


@pytest.mark.parametrize("stack", OWN)
def test_reports_show_the_archives(stack: str) -> None:
    check = check_ours(stack)
    lines = list(explain(stack, check))
    assert "archive im-archive-tc-usage in Bucket im-archive keeps tc-usage for TC-IDN-02, 1830 d to 1832 d" in lines
    shown = {row.holding: row.live.days for row in report_of(check).stores if row.live}
    assert shown["im-archive-registration-tc-registration"] == 1832
