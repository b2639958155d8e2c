"""Mutants of the limits and inert types: a number set to zero or none, a type unknown; a table row notices."""

from collections import defaultdict
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import clouds
from im_stack.facts.mechanism.tables import Limit, inert, limits
from tests.harness.tables import Case, case_of, cases, red
from tests.mutation.disabling import about, noticed
from tests.mutation.disabling import cloud as cloud_named
from tests.mutation.unnoticed import LIMITS, NUMBERS

_NAMES = ("least", "default", "lag", "most")
_CLOUDS = [cloud.name for cloud in clouds()]
Number = tuple[str, str, str]
"""A cloud, the id of a limit, which of its numbers."""


class _Asked:
    """A limit that remembers for which case each of its numbers was asked."""

    def __init__(self, cloud: str, limit: Limit, case: list[Case], by: dict[Number, dict[Case, None]]) -> None:
        self._cloud, self._limit, self._case, self._by = cloud, limit, case, by

    def __getattr__(self, name: str) -> Any:
        if name in _NAMES:
            self._by[self._cloud, self._limit.id, name][self._case[0]] = None
        return getattr(self._limit, name)


@cache
def _asked() -> dict[Number, list[Case]]:
    """The cases for which each number is asked."""
    by: dict[Number, dict[Case, None]] = defaultdict(dict)
    now: list[Case] = []
    with pytest.MonkeyPatch.context() as patch:
        for cloud in _CLOUDS:
            for id_, limit in limits(cloud).items():
                patch.setitem(limits(cloud), id_, _Asked(cloud, limit, now, by))
        for case in cases():
            now[:] = [case]
            assert not red(case), case
    return {number: list(found) for number, found in by.items()}


_NUMBERS = [
    (cloud, id_, name)
    for cloud in _CLOUDS
    for id_, limit in limits(cloud).items()
    for name in _NAMES
    if name != "most" and getattr(limit, name)
]


def test_limits_that_no_reader_asks_for_are_known() -> None:
    there = {(cloud, id_) for cloud in _CLOUDS for id_ in limits(cloud)}
    assert there - {(cloud, id_) for cloud, id_, _ in _asked()} <= set(LIMITS)


@pytest.mark.parametrize(("cloud", "id_", "name"), _NUMBERS)
def test_a_number_that_is_nothing_is_noticed(cloud: str, id_: str, name: str) -> None:
    among = _asked().get((cloud, id_, name), [])
    if not among and (cloud, id_) in LIMITS:
        return
    for nothing in (timedelta(0), None)[: 2 if name == "default" else 1]:
        less = limits(cloud)[id_].model_copy(update={name: nothing})

        def change(patch: pytest.MonkeyPatch, less: Limit = less) -> None:
            patch.setitem(limits(cloud), id_, less)

        found = noticed(change, among)
        assert found is ((cloud, id_, name) not in NUMBERS), nothing


@pytest.mark.parametrize("type_", [type_ for cloud in _CLOUDS for type_ in sorted(inert(cloud))])
def test_an_inert_type_that_is_forgotten_is_noticed(type_: str) -> None:
    def forget(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("im_stack.facts.mechanism.cloud.inert", lambda cloud: inert(cloud) - {type_})

    assert noticed(forget, [_alone(type_), *about(type_)])


def _alone(type_: str) -> Case:
    """A stack that has one resource of a type, and nothing else."""
    table = {"rule": "known-types", "cloud": cloud_named(type_).name}
    row = {"type": type_, "name": "it", "inputs": {}}
    return case_of("inert", table, {"name": type_, "resources": [row], "expect": {"it": "none"}})
