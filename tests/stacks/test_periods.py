"""Periods of a sealed class, from hours to a year: the stacks of both clouds pass, and its keys end with the period."""

from typing import Any

import pytest

from im_stack.facts.wire.walk import map_values
from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.period import parse_period
from tests.harness.recorded import check_declared

STACKS = ("tencent-ap-jakarta", "aws-ap-southeast-3")


def _check(stack: str, period: str) -> Check:
    """The stack with another period for every class, and the length of an epoch left out."""
    others = ("P7D", "P30D") if parse_period(period) > parse_period("P30D") else ("P7D",)

    def change(config: dict[str, Any]) -> None:
        config |= map_values(config, lambda leaf: period if leaf in others else leaf)
        del config["im:classes"]["messages"]["sealing"]["epoch"]

    return check_declared(stack, change)


@pytest.mark.parametrize("period", ["PT4H", "P1D", "P365D"])
@pytest.mark.parametrize("stack", STACKS)
def test_messages_of_any_period_pass_and_end_with_it(stack: str, period: str) -> None:
    check = _check(stack, period)
    assert [f"{verdict.rule}: {verdict.message}" for verdict in check.judgement.verdicts if verdict.weak] == []
    (bound,) = [bound for bound, _ in check.judgement.bounds if bound.data_class == "messages"]
    assert bound.latest == parse_period(period)
