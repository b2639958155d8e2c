"""Lazy loading of a provider's SDK: a service's package (`pulumi_aws.ec2`) imports a module when a name of it is used.

A generated package imports all its modules (`from .vpc import *`, hundreds of times), and a program uses few. After
`install` the package has the same names: the `__all__` of each module, read from its text, maps names to modules. A
package with anything but imports, or a module without `__all__`, is loaded as usual.
"""

import ast
import re
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

_TABLE: Final = "__names__"
"""Where a lazy package keeps its names, each with the module that defines it; nothing for the name of a module."""

_ALL: Final = re.compile(r"^__all__ = (\[[^\]]*\])", re.MULTILINE)
_HEAD: Final = 4096  # characters in which most modules say it


def install(sdks: Iterable[str]) -> None:
    """Load the service packages of these SDKs lazily, in this process."""
    sys.meta_path.insert(0, _Finder(frozenset(sdks)))


class _Finder(MetaPathFinder):
    def __init__(self, sdks: frozenset[str]) -> None:
        self._sdks = sdks

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        sdk, _, service = name.partition(".")
        if not service or "." in service or sdk not in self._sdks:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin and spec.submodule_search_locations:
            spec.loader = _Loader(name, spec.origin)
        return spec


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        try:
            kept, names = split(Path(self.path))
        except (OSError, SyntaxError, ValueError):
            super().exec_module(module)
            return
        module.__class__ = LazyPackage
        module.__dict__[_TABLE] = names
        exec(kept, module.__dict__)


class LazyPackage(ModuleType):
    """A package whose names are loaded when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        names: dict[str, str] = self.__dict__[_TABLE]
        if name == "__all__":  # what `from package import *` takes
            return [public for public in names if not public.startswith("_")]
        if name not in names:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if not names[name]:
            return import_module(f"{self.__name__}.{name}")
        value = getattr(import_module(f"{self.__name__}.{names[name]}"), name)
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        """A module that is loaded becomes an attribute of its package, but for one whose name a member of it has."""
        if isinstance(value, ModuleType) and self.__dict__[_TABLE].get(name):
            return
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.__dict__[_TABLE]})


def split(file: Path) -> tuple[CodeType, dict[str, str]]:
    """The statements of a package that run at once, and its names as in `_TABLE`, in the order of the text.

    Raises ValueError where that is not all there is to the package.
    """
    tree, names, kept = ast.parse(file.read_bytes()), dict[str, str](), list[ast.stmt]()
    for statement in tree.body:
        match statement:
            case ast.ImportFrom(module=str(module), names=[ast.alias(name="*")], level=1):
                names |= {module: "", **dict.fromkeys(exported(file.with_name(f"{module}.py")), module)}
            case ast.ImportFrom(module=None, names=modules, level=1) if not any(m.asname for m in modules):
                names |= {m.name: "" for m in modules}
            case ast.Import() | ast.ImportFrom(level=0 | 2) | ast.Expr(value=ast.Constant()):
                kept.append(statement)
            case _:
                raise ValueError(f"{file}:{statement.lineno} is no import")
    tree.body = kept
    return compile(tree, str(file), "exec"), names


def exported(file: Path) -> list[str]:
    """The names in a module's `__all__`, from its text. Raises ValueError where it has none."""
    with file.open(encoding="utf-8") as text:
        head = text.read(_HEAD)
        match = _ALL.search(head) or _ALL.search(head + text.read())
    if match is None:
        raise ValueError(f"{file} has no __all__")
    return list(ast.literal_eval(match[1]))
