"""AWS resource types of the recorded stacks with their calls and questions, one module for each service."""

from importlib import import_module
from pkgutil import iter_modules

from tests.readback.table import Kind

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
KINDS: dict[str, Kind] = {type_: kind for module in _MODULES for type_, kind in module.KINDS.items()}
