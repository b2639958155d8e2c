"""What the README shows is what the commands print."""

import pytest

from tests.docs.readme import COMMANDS, output, shown


@pytest.mark.parametrize("name", COMMANDS)
def test_a_block_is_real_output(name: str) -> None:
    assert shown(name) == output(name), "run: make readme"
