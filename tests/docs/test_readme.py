"""What the README and the pages show is what the commands print."""

import pytest

from tests.docs import two_clouds
from tests.docs.readme import COMMANDS, KEPT, ROOT, output, shown


@pytest.mark.parametrize("name", COMMANDS)
def test_a_block_is_real_output(name: str) -> None:
    assert shown(name) == output(name), "run: make readme"


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_block_is_the_output_that_was_kept(name: str) -> None:
    assert shown(name) == (ROOT / KEPT[name]).read_text("utf-8"), "run: make readme"


def test_the_clouds_stand_side_by_side_as_they_are_judged() -> None:
    assert two_clouds.shown() == two_clouds.table(), "run: make readme"
