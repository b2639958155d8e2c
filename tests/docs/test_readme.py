"""Blocks of the README and the documentation are equal to the output of their commands."""

from datetime import date

import pytest

from tests.docs import two_clouds
from tests.docs.readme import COMMANDS, LINE, LONG, README, line, output, shown

_ALL = [pytest.param(name, marks=[pytest.mark.mutants] if name in LONG else []) for name in COMMANDS]


@pytest.mark.parametrize("name", _ALL)
def test_a_block_is_real_output(name: str) -> None:
    assert shown(name) == output(name), "run: make readme"


def test_the_clouds_stand_side_by_side_as_they_are_judged() -> None:
    assert two_clouds.shown() == two_clouds.table(), "run: make readme"


_PRINTED = """aws-x: 1,006 mutants
      600 killed     a rule blocks it
        2 counted    a bound is another, within its limit, and printed
        4 promised   one more declared hop, listed
      100 unjudged   nothing judges it, 100 with a reason
      300 unnoticed  judged, and nothing to say, 300 with a reason

| **all** | 600 | |

%s survivors without a reason, 0 stale reasons
"""


def test_a_line_about_the_mutants_of_a_stack_is_what_was_printed() -> None:
    said = line(_PRINTED % 0, "aws-x", date(2026, 11, 23))
    assert said == (
        "`aws-x`, 2026-11-23: 1,006 mutants, 600 killed, 2 counted, 4 promised, 400 silent with a reason, none without "
        "(`make mutants STACK=aws-x`, minutes)."
    )


@pytest.mark.parametrize("printed", [_PRINTED % 10, _PRINTED % 1, ""])
def test_no_line_hides_a_survivor(printed: str) -> None:
    with pytest.raises(ValueError, match="aws-x"):
        line(printed, "aws-x", date(2026, 11, 23))


def test_the_line_about_aws_is_one() -> None:
    found = LINE.search(README.read_text("utf-8"))
    assert found
    assert found[2] == "aws-ap-southeast-3"
    assert found[3].startswith("`aws-ap-southeast-3`, 20")
    assert found[3].endswith(", none without (`make mutants STACK=aws-ap-southeast-3`, minutes).")
