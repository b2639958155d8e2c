"""Each rule switched off in turn: removed, silent, or content with whatever it finds."""

from collections.abc import Iterator
from dataclasses import replace
from sys import modules

import pytest

from im_stack.policies import judge
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.policies.rules import RULES, waivers_hold
from tests.mutation.disabling import noticed, of_rule


def _content(rule: Rule) -> Rule:
    def check(case: Case) -> Iterator[Finding]:
        yield from (replace(finding, outcome=Outcome.PASS) for finding in rule.check(case))

    return replace(rule, check=check)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_that_is_off_is_noticed(rule: Rule) -> None:
    for instead in (replace(rule, check=lambda _: ()), _content(rule)):

        def off(patch: pytest.MonkeyPatch, instead: Rule = instead) -> None:
            patch.setattr(judge, "RULES", tuple(instead if other is rule else other for other in RULES))
            patch.setattr(modules[rule.check.__module__], "RULE", instead)  # one is asked for by its name, last of all

        assert noticed(off, of_rule(rule.id))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not waivers_hold.RULE], ids=lambda rule: rule.id)
def test_a_rule_that_is_gone_is_noticed(rule: Rule) -> None:
    def gone(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(judge, "RULES", tuple(other for other in RULES if other is not rule))

    assert noticed(gone, of_rule(rule.id))
