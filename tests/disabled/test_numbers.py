"""Each number of the limits that a reader asks for set to nothing in turn, and each inert type forgotten."""

from collections import defaultdict
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from facts.tables import Limit, inert, limits
from tests.disabled.disabling import CLOUD, about, noticed
from tests.harness.tables import Case, cases, red

OF_COMPONENTS = {
    "kms-pending-delete": "nobody: how long a master key takes to go lengthens no bound, its data keys end before",
    "mongodb-ttl-index": "the components, for the sweep that a collection declares; the ledger takes the declaration",
    "redis-key-expiry": "the components, for the sweep that a keyspace declares; the ledger takes the declaration",
    "scf-log": "the components, for the period they give a function's own log topic, which is read there",
}
"""Limits that no reader asks for, and who does."""
SAME_WITHOUT = {
    ("ckafka-retention", "default"): "the provider itself sends this default, so a reader never meets an absent one",
}
"""Numbers that could be nothing and change no verdict, and why they are there all the same."""
_NAMES = ("least", "default", "lag", "most")


class _Asked:
    """A limit that remembers for which case each of its numbers was asked."""

    def __init__(self, limit: Limit, case: list[Case], by: dict[tuple[str, str], dict[Case, None]]) -> None:
        self._limit, self._case, self._by = limit, case, by

    def __getattr__(self, name: str) -> Any:
        if name in _NAMES:
            self._by[self._limit.id, name][self._case[0]] = None
        return getattr(self._limit, name)


@cache
def _asked() -> dict[tuple[str, str], list[Case]]:
    """The cases for which each number is asked."""
    by: dict[tuple[str, str], dict[Case, None]] = defaultdict(dict)
    now: list[Case] = []
    with pytest.MonkeyPatch.context() as patch:
        for id_, limit in limits(CLOUD).items():
            patch.setitem(limits(CLOUD), id_, _Asked(limit, now, by))
        for case in cases():
            now[:] = [case]
            assert not red(case), case
    return {number: list(found) for number, found in by.items()}


_NUMBERS = [(id_, name) for id_, limit in limits(CLOUD).items() for name in _NAMES if getattr(limit, name)]


def test_limits_that_no_reader_asks_for_are_known() -> None:
    assert set(limits(CLOUD)) - {id_ for id_, _ in _asked()} == set(OF_COMPONENTS)


@pytest.mark.parametrize(
    ("id_", "name"), [(id_, name) for id_, name in _NUMBERS if name != "most" and id_ not in OF_COMPONENTS]
)
def test_a_number_that_is_nothing_is_noticed(id_: str, name: str) -> None:
    for nothing in (timedelta(0), None)[: 2 if name == "default" else 1]:
        less = limits(CLOUD)[id_].model_copy(update={name: nothing})

        def change(patch: pytest.MonkeyPatch, less: Limit = less) -> None:
            patch.setitem(limits(CLOUD), id_, less)

        found = noticed(change, _asked().get((id_, name), []))
        assert found is ((id_, name) not in SAME_WITHOUT), nothing


@pytest.mark.parametrize("type_", sorted(inert(CLOUD)))
def test_an_inert_type_that_is_forgotten_is_noticed(type_: str) -> None:
    def forget(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("facts.cloud.inert", lambda cloud: inert(cloud) - {type_})

    assert noticed(forget, about(type_))
