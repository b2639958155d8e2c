"""Tests as judges: every test function of some modules that needs no fixture, once with each of its parameter sets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import signature
from itertools import product
from typing import Any

import pytest

from tests.harness.root import ROOT

_FOLDERS = ("facts", "facts/access", "policies", "terms")
_ELSEWHERE = {"test_cases", "test_published", "test_pack", "test_random_programs", "test_every_reader"}
"""Modules of table rows, which are judges already, and of what runs programs."""
_Param = type(pytest.param())


@dataclass(frozen=True, eq=False)
class Check:
    """One call of a test."""

    test: Callable[..., None]
    arguments: dict[str, Any]
    rule: str = "tests"

    def __str__(self) -> str:
        return f"{self.test.__module__}::{self.test.__name__} {self.arguments}"

    def red(self) -> bool:
        try:
            self.test(**self.arguments)
        except (AssertionError, pytest.fail.Exception):
            return True
        return False


@cache
def checks() -> tuple[Check, ...]:
    return tuple(Check(test, arguments) for test in _tests() for arguments in _arguments(test))


def _tests() -> Iterator[Callable[..., None]]:
    for file in (file for folder in _FOLDERS for file in sorted((ROOT / "tests" / folder).glob("test_*.py"))):
        if file.stem not in _ELSEWHERE:
            module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            yield from (test for name, test in vars(module).items() if name.startswith("test_"))


def _arguments(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Its parameter sets; none of a test that needs a fixture, or draws its examples."""
    marks = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for chosen in product(*([_named(names, value) for value in values] for names, values in marks)):
        arguments = {name: value for each in chosen for name, value in each.items()}
        if arguments.keys() == signature(test).parameters.keys() and not hasattr(test, "hypothesis"):
            yield arguments


def _named(names: str | tuple[str, ...], value: Any) -> dict[str, Any]:
    if isinstance(value, _Param):
        value = value.values
    elif isinstance(names, str):
        value = (value,)
    return dict(zip([names] if isinstance(names, str) else names, value, strict=True))
