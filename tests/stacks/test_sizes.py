"""Sizes: which of them a deployed stack can change into, and what an update that cannot be is refused for."""

from itertools import permutations
from pathlib import Path

import pytest

from im_stack.facts.values.changes import Settled, objections, settled
from im_stack.preflight.recording.recording import to_resources
from tests.stacks.test_names import recorded

SIZES = ("dev", "small", "large")
_STORAGE = {"Cluster im-msk", "Instance im-mysql"}
_SMALLER = {("small", "dev"), ("large", "dev"), ("large", "small")}
REFUSED = {"tencent": {}, "aws": dict.fromkeys(_SMALLER, _STORAGE)}
"""By cloud, the changes that are refused, and the resources that refuse them. On AWS storage never gets smaller."""


def _settled(folder: Path, cloud: str, size: str) -> list[Settled]:
    return settled(to_resources(recorded(folder / size, cloud, size=size)))


@pytest.mark.parametrize("cloud", REFUSED)
def test_a_stack_changes_into_every_size_but_where_the_service_refuses_it(tmp_path: Path, cloud: str) -> None:
    made = {size: _settled(tmp_path, cloud, size) for size in SIZES}
    assert all(len(rows) == len(made["dev"]) > 3 for rows in made.values())
    refused = {
        (before, after): {each.before.resource for each in objections(made[before], made[after])}
        for before, after in permutations(SIZES, 2)
    }
    assert {pair: names for pair, names in refused.items() if names} == REFUSED[cloud]
