"""Mutants of the tables: one entry changed in the loaded table for the time of one call, and the cases that notice.

Tables and what is derived from them (the judged arguments) are cached: the change is made in the cache and undone, and
the derived caches are cleared before and after.
"""

from collections.abc import Callable, Iterable
from functools import cache

import pytest

from im_stack.facts.mechanism.cloud import Cloud, cloud_of, credential_arguments, judged_arguments
from im_stack.preflight.recording.recording import to_resources
from tests.harness.tables import Case, Lift, cases, red

Disable = Callable[[pytest.MonkeyPatch], Lift | None]
"""Switches one thing off. It may return what lifts the resources of a case instead."""


def cloud(type_: str) -> Cloud:
    """The cloud of a type that one of them knows."""
    found = cloud_of(type_)
    assert found, type_
    return found


@cache
def _by_type() -> dict[str, list[Case]]:
    index: dict[str, list[Case]] = {}
    for case in cases():
        for type_ in case.types:
            index.setdefault(type_, []).append(case)
    return index


@cache
def about(type_: str, argument: str = "") -> tuple[Case, ...]:
    """The cases with a resource of a type: first those that set this argument on one, set most, and expect something
    wrong. The first that notices is enough."""

    def order(case: Case) -> tuple[bool, bool, int]:
        inputs = [r["inputs"] for r in case.registrations if r["type"] == type_]
        unset = not any(argument in each for each in inputs)
        return unset, case.name.startswith("PASS"), -max(map(len, inputs))

    return tuple(sorted(_by_type().get(type_, []), key=order))


def of_rule(rule: str) -> list[Case]:
    return [case for case in cases() if case.rule == rule]


def noticed(disable: Disable, among: Iterable[Case]) -> bool:
    """Whether one of the cases turns red while the thing is off."""
    with pytest.MonkeyPatch.context() as patch:
        lift = disable(patch) or to_resources
        try:
            _forget()
            return any(red(case, lift) for case in among)
        finally:
            patch.undo()
            _forget()


def _forget() -> None:
    judged_arguments.cache_clear()
    credential_arguments.cache_clear()
