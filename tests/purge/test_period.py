"""Strict reading of durations, equal to the declaration's."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from im_stack.purge.period import parse_period
from im_stack.terms.period import parse_period as parse_declared

GOOD = {
    "PT1H": timedelta(hours=1),
    "P6D": timedelta(days=6),
    "P1DT12H": timedelta(days=1, hours=12),
    "P2W": timedelta(days=14),
    "PT90M": timedelta(minutes=90),
    "PT1H30M5S": timedelta(hours=1, minutes=30, seconds=5),
    "PT1S": timedelta(seconds=1),
    "P36500D": timedelta(days=36500),
}
BAD = [
    *("", "P", "PT", "P1DT", "1H", "PT1", "P1H", "PT1D", "P1M", "P1Y", "P1Y2D", "-P1D", "P-1D", "+P1D", "P1.5D"),
    *("pt1h", " PT1H", "PT1H ", "PT1H\n", "PT1S1M", "P0D", "PT0S", "P36501D", "P٣D", "P" + "9" * 30 + "D", "7", "P7"),
]


@pytest.mark.parametrize(("text", "period"), GOOD.items())
def test_a_duration_of_fixed_length_is_read(text: str, period: timedelta) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", [*BAD, None, 7, True, ["P1D"], "P" + "0" * 5000 + "1D"])
def test_anything_else_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_period(text)


@settings(deadline=None)
@given(st.tuples(*[st.integers(0, 400)] * 4).filter(any))
def test_the_function_reads_a_period_as_the_declaration_does(parts: tuple[int, int, int, int]) -> None:
    weeks, hours, minutes, seconds = parts
    text = f"P{weeks}WT{hours}H{minutes}M{seconds}S"
    assert parse_period(text) == parse_declared(text) == timedelta(0, seconds, 0, 0, minutes, hours, weeks)
