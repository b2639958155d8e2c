"""Each rule switched off in turn: removed, or content with whatever it finds."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from policies import judge
from policies.rule import Case, Finding, Outcome, Rule
from policies.rules import RULES
from tests.disabled.disabling import noticed, of_rule


def _without(rule: Rule, *instead: Rule) -> tuple[Rule, ...]:
    return tuple(other for other in RULES if other is not rule) + instead


def _content(rule: Rule) -> Rule:
    def check(case: Case) -> Iterator[Finding]:
        yield from (replace(finding, outcome=Outcome.PASS) for finding in rule.check(case))

    return replace(rule, check=check)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_that_is_off_is_noticed(rule: Rule) -> None:
    for rules in (_without(rule), _without(rule, _content(rule))):

        def instead(patch: pytest.MonkeyPatch, rules: tuple[Rule, ...] = rules) -> None:
            patch.setattr(judge, "RULES", rules)

        assert noticed(instead, of_rule(rule.id))
