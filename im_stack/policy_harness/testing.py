"""Pytest parameters from tables, one test for each case.

@pytest.fixture(scope="module")
def harness():
    with Harness(PACK) as harness:
        yield harness

@pytest.mark.parametrize("case", cases(TABLE))
def test_the_pack(harness, case):
    harness.prove(case)
"""

from pathlib import Path
from typing import Any

from im_stack.policy_harness.tables.table import read_table


def cases(*tables: Path) -> list[Any]:
    """The cases of tables as parameters, each named after its table and itself. Raises `TableError`."""
    import pytest

    return [pytest.param(case, id=f"{table.stem}: {case}") for table in tables for case in read_table(table).cases]
