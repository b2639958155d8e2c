"""Rules, one module each with a `RULE`, in the alphabetical order of the modules: a new file is a new rule."""

from importlib import import_module
from pkgutil import iter_modules

from im_stack.policies.rule import Rule

RULES: tuple[Rule, ...] = tuple(
    import_module(f"{__name__}.{module}").RULE for module in sorted(found.name for found in iter_modules(__path__))
)
