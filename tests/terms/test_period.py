"""Reading and writing of ISO 8601 periods."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from im_stack.terms.period import PeriodError, Side, format_period, longest, parse_period, spell_period, total_of

DAY = timedelta(days=1)
LONGEST = 366 * 100 * DAY
whole_seconds = st.integers(1, int(LONGEST.total_seconds())).map(lambda n: timedelta(seconds=n))


@pytest.mark.parametrize(
    ("text", "side", "expected"),
    [
        ("P7D", None, 7 * DAY),
        ("P007D", None, 7 * DAY),
        ("P1W", None, 7 * DAY),
        ("P1W2D", None, 9 * DAY),
        ("PT1H", None, timedelta(hours=1)),
        ("PT1S", None, timedelta(seconds=1)),
        ("PT90M", None, timedelta(minutes=90)),
        ("P1DT12H", None, timedelta(days=1, hours=12)),
        ("P1DT1H1M1S", None, timedelta(days=1, hours=1, minutes=1, seconds=1)),
        ("P0DT1H", None, timedelta(hours=1)),
        ("P0Y7D", None, 7 * DAY),
        ("P36600D", None, LONGEST),
        ("P1Y", "shortest", 365 * DAY),
        ("P1Y", "longest", 366 * DAY),
        ("P5Y", "longest", 1830 * DAY),
        ("P1M", "shortest", 28 * DAY),
        ("P2M", "longest", 62 * DAY),
        ("P1Y1M1DT1H", "longest", timedelta(days=366 + 31 + 1, hours=1)),
        ("P7D", "shortest", 7 * DAY),
        ("P7D", "longest", 7 * DAY),
        ("P100Y", "longest", LONGEST),
    ],
)
def test_reads(text: str, side: Side | None, expected: timedelta) -> None:
    assert parse_period(text, side) == expected


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (7, "P7D for 7 days"),
        ("7", "P7D for 7 days"),
        (7.0, "such as P7D"),
        (-7, "such as P7D"),
        (True, "such as P7D"),
        (None, "such as P7D"),
        (float("inf"), "such as P7D"),
        (7 * DAY, "such as P7D"),
        ("", "such as P7D"),
        ("infinity", "such as P7D"),
        ("unbounded", "such as P7D"),
        ("7d", "such as P7D"),
        ("p7d", "such as P7D"),
        (" P7D", "such as P7D"),
        ("P7D\n", "such as P7D"),
        ("P7D P7D", "such as P7D"),
        ("P", "such as P7D"),
        ("PT", "such as P7D"),
        ("P7DT", "such as P7D"),
        ("PT7D", "such as P7D"),
        ("P7H", "such as P7D"),
        ("P1D1W", "such as P7D"),
        ("P1.5D", "such as P7D"),
        ("-P7D", "such as P7D"),
        ("P-7D", "such as P7D"),
        ("P\N{ARABIC-INDIC DIGIT SEVEN}D", "such as P7D"),
        ("P" + "9" * 5000 + "D", "such as P7D"),
        ("P0D", "between one second and 100 years"),
        ("PT0S", "between one second and 100 years"),
        ("P36600DT1S", "between one second and 100 years"),
        ("P999999999D", "between one second and 100 years"),
        ("P999999999DT999999999999999999H", "between one second and 100 years"),
        ("PT999999999999999999S", "between one second and 100 years"),
        ("P1Y", "write days (PnD) instead"),
        ("P1M", "write days (PnD) instead"),
        ("P1Y7D", "write days (PnD) instead"),
    ],
)
def test_refuses_and_says_what_would_be_right(text: object, advice: str) -> None:
    with pytest.raises(PeriodError) as error:
        parse_period(text)
    assert advice in str(error.value)


@pytest.mark.parametrize("text", ["P0Y", "P101Y", "P1200M", "P999999999999999999Y"])
def test_refuses_calendar_spans_out_of_range(text: str) -> None:
    with pytest.raises(PeriodError, match="between one second and 100 years"):
        parse_period(text, "longest")


@given(whole_seconds)
def test_a_period_survives_being_written_and_read(period: timedelta) -> None:
    assert parse_period(format_period(period)) == period


@given(st.integers(0, 90), st.integers(0, 11), st.integers(0, 3000))
def test_the_shortest_reading_is_never_the_longer_one(years: int, months: int, days: int) -> None:
    text = f"P{years}Y{months}M{days + 1}D"
    assert parse_period(text, "shortest") <= parse_period(text, "longest")


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.none())
def test_whatever_is_written_is_a_usable_period_or_a_period_error(text: object) -> None:
    with suppress(PeriodError):
        assert timedelta(0) < parse_period(text, "longest") <= LONGEST


@pytest.mark.parametrize(
    ("period", "written", "spelled"),
    [
        (None, "unbounded", "unbounded"),
        (timedelta(0), "P0D", "0 d"),
        (30 * DAY, "P30D", "30 d"),
        (timedelta(minutes=15), "PT15M", "15 min"),
        (timedelta(days=6, hours=22), "P6DT22H", "6 d 22 h"),
        (timedelta(days=1, seconds=1), "P1DT1S", "1 d 1 s"),
        (timedelta(hours=-1), "-PT1H", "-1 h"),
        (-7 * DAY, "-P7D", "-7 d"),
    ],
)
def test_writes_for_files_and_for_people(period: timedelta | None, written: str, spelled: str) -> None:
    assert (format_period(period), spell_period(period)) == (written, spelled)


@pytest.mark.parametrize(
    ("periods", "together", "most"),
    [
        ([], 0 * DAY, 0 * DAY),
        ([DAY], DAY, DAY),
        ([DAY, 3 * DAY, 2 * DAY], 6 * DAY, 3 * DAY),
        ([DAY, None], None, None),
        ([timedelta.max, DAY], None, timedelta.max),
    ],
)
def test_periods_together(periods: list[timedelta | None], together: timedelta | None, most: timedelta | None) -> None:
    assert total_of(periods) == together
    assert longest(*periods) == most
