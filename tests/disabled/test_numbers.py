"""Each number of the limits set to nothing in turn, and each inert type forgotten."""

from datetime import timedelta

import pytest

from facts.tables import Limit, inert, limits
from tests.disabled.disabling import CLOUD, about, noticed
from tests.harness.tables import Case, cases

SAME_WITHOUT: dict[str, str] = {}
_NUMBERS = [
    (limit, name) for limit in limits(CLOUD).values() for name in ("least", "most", "default", "lag") if getattr(limit, name)
]


def _cases(limit: str) -> list[Case]:
    """All cases, those of the limit's service first."""
    return sorted(cases(), key=lambda case: case.stem.rpartition(".")[2] != limit.partition("-")[0])


@pytest.mark.parametrize(("limit", "name"), _NUMBERS, ids=lambda x: x.id if isinstance(x, Limit) else x)
def test_a_number_that_is_nothing_is_noticed(limit: Limit, name: str) -> None:
    for nothing in (timedelta(0), None)[: 1 if name == "lag" else 2]:
        less = limit.model_copy(update={name: nothing})

        def change(patch: pytest.MonkeyPatch, less: Limit = less) -> None:
            patch.setitem(limits(CLOUD), limit.id, less)  # type: ignore[arg-type]  # it is a dict

        assert noticed(change, _cases(limit.id)), nothing


@pytest.mark.parametrize("type_", sorted(inert(CLOUD)))
def test_an_inert_type_that_is_forgotten_is_noticed(type_: str) -> None:
    def forget(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("facts.cloud.inert", lambda cloud: inert(cloud) - {type_})

    assert noticed(forget, about(type_))
