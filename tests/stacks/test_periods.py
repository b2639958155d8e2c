"""Periods of a sealed class, from hours to a year: the stacks of both clouds pass, and its keys end with the period."""

from pathlib import Path

import pytest

from im_stack.preflight.judgement.one_stack import Check
from im_stack.terms.period import parse_period
from tests.harness.recorded import check_project

ROOT = Path(__file__).parents[2]
STACKS = ("tencent-ap-jakarta", "aws-ap-southeast-3")
_EPOCH = "sealing: {epoch: PT1H, cache: PT15M}"


def _check(folder: Path, stack: str, period: str) -> Check:
    """The stack with another period for every class, and the length of an epoch left out."""
    text = (ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text("utf-8").replace("P7D", period)
    assert _EPOCH in text
    if parse_period(period) > parse_period("P30D"):
        text = text.replace("P30D", period)
    (folder / "Pulumi.yaml").write_text(f"name: test\nruntime: python\nmain: {ROOT / 'stacks'}\n", "utf-8")
    (folder / "Pulumi.test.yaml").write_text(text.replace(_EPOCH, "sealing: {cache: PT15M}"), "utf-8")
    return check_project(folder)


@pytest.mark.parametrize("period", ["PT4H", "P1D", "P365D"])
@pytest.mark.parametrize("stack", STACKS)
def test_messages_of_any_period_pass_and_end_with_it(tmp_path: Path, stack: str, period: str) -> None:
    check = _check(tmp_path, stack, period)
    assert [f"{verdict.rule}: {verdict.message}" for verdict in check.judgement.verdicts if verdict.weak] == []
    (bound,) = [bound for bound, _ in check.judgement.bounds if bound.data_class == "messages"]
    assert bound.latest == parse_period(period)
