"""What the README and the pages show is what the commands print."""

import pytest

from tests.docs import two_clouds
from tests.docs.readme import COMMANDS, output, shown


@pytest.mark.parametrize("name", COMMANDS)
def test_a_block_is_real_output(name: str) -> None:
    assert shown(name) == output(name), "run: make readme"


def test_the_clouds_stand_side_by_side_as_they_are_judged() -> None:
    assert two_clouds.shown() == two_clouds.table(), "run: make readme"
