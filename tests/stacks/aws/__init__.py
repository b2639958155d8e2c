"""The mutants of the AWS stack in Jakarta: one module per service, found by their names.

A module may have `MUTANTS` (what must be blocked), `EQUIVALENT` (what weakens nothing, each under a comment that says
why), `MAY_BE_UNKNOWN` and `MAY_BE_LEFT_OUT` (what passes one at a time, each with its reason).
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def collected(name: str) -> list[Any]:
    """The rows of one kind, of every service."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    rows = [getattr(module, name, ()) for module in modules]
    return [row for some in rows for row in (some.items() if isinstance(some, dict) else some)]
