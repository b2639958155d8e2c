"""Reach of a callback: whether a function that a preview does not run could register a resource.

In: a callable. Out: a boolean; whatever cannot be followed counts as yes. Followed are the names that its code, and
every function it can call, looks up: globals, closures, attributes of modules, classes and objects, code inside code.
"""

import builtins
import dis
import functools
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

import pulumi

_MOST: Final = 2000
"""Objects that are followed; a callback that reaches more could do anything."""
_PLAIN: Final = (str, bytes, int, float, complex, bool, type(None), type(...), range, slice)
_OPEN: Final = frozenset({"exec", "eval", "compile", "__import__", "globals", "locals", "vars", "getattr"})
_PULUMI: Final = frozenset({"pulumi.output", "pulumi.log", "pulumi.asset", "pulumi.errors"})
_LOADERS: Final = frozenset({"importlib", "runpy", "ctypes", "pickle", "marshal", "code", "imp", "pkgutil"})


def may_register(callback: Callable[..., Any]) -> bool:
    """Whether a callback could register a resource."""
    waiting: list[tuple[Any, frozenset[str]]] = [(callback, frozenset())]
    seen: dict[tuple[int, int, frozenset[str]], Any] = {}  # with the values: an id is free again without its value
    while waiting:
        value, names = waiting.pop()
        method = isinstance(value, types.MethodType)
        key = (id(value.__func__), id(value.__self__), names) if method else (id(value), 0, names)
        if isinstance(value, _PLAIN) or key in seen:
            continue
        seen[key] = value
        if len(seen) > _MOST or _registers(value):
            return True
        waiting += _reached(value, names)
    return False


def _registers(value: Any) -> bool:
    if isinstance(value, type):
        return issubclass(value, pulumi.Resource)
    if isinstance(value, types.BuiltinFunctionType) and value.__module__ == "builtins":
        return value.__name__ in _OPEN
    if isinstance(value, types.ModuleType):
        return value.__name__.partition(".")[0] in _LOADERS
    if isinstance(value, types.FunctionType):
        module = value.__module__ or ""
        if module in _PULUMI or _is_stdlib(module):
            return False
        return module.startswith("pulumi.") or module == "pulumi" or any(_strange_import(value.__code__))
    return False


def _reached(value: Any, names: frozenset[str]) -> Iterator[tuple[Any, frozenset[str]]]:
    """What a value leads to, with the attributes that the code looks up there."""
    if isinstance(value, types.FunctionType):
        if not _is_stdlib(value.__module__ or "") and value.__module__ not in _PULUMI:
            yield from _of_function(value)
    elif isinstance(value, types.MethodType):
        own = _names(value.__func__.__code__) if isinstance(value.__func__, types.FunctionType) else frozenset()
        yield value.__func__, frozenset()
        yield value.__self__, own
    elif isinstance(value, functools.partial):
        yield from ((part, names) for part in (value.func, *value.args, *value.keywords.values()))
    elif isinstance(value, dict):
        yield from ((part, names) for part in value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((part, names) for part in value)
    elif isinstance(value, types.ModuleType):
        if not _is_stdlib(value.__name__):
            yield from ((getattr(value, name, None), names) for name in names)  # some load a part when asked for it
    elif isinstance(value, pulumi.Output | types.BuiltinFunctionType | types.BuiltinMethodType):
        return
    elif isinstance(value, type):
        yield from _of_class(value, names | {"__init__", "__new__", "__post_init__", "__call__"})
    elif not _is_stdlib(type(value).__module__):
        for part, looked_up in _of_class(type(value), names | {"__call__"}):
            is_method = isinstance(part, types.FunctionType)
            yield (types.MethodType(part, value), frozenset()) if is_method else (part, looked_up)
        held = getattr(value, "__dict__", {})
        yield from ((held[name], names) for name in names & held.keys())


def _of_function(function: types.FunctionType) -> Iterator[tuple[Any, frozenset[str]]]:
    names = _names(function.__code__)
    for name in names & function.__globals__.keys():
        yield function.__globals__[name], names
    for name in names & vars(builtins).keys():
        yield vars(builtins)[name], frozenset()
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents, names
        except ValueError:  # not filled yet: it could be anything
            yield pulumi.Resource, names
    for part in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
        yield part, names
    wrapped = getattr(function, "__wrapped__", None)
    if wrapped is not None:
        yield wrapped, names


def _of_class(kind: type, names: frozenset[str]) -> Iterator[tuple[Any, frozenset[str]]]:
    for base in kind.__mro__:
        if _is_stdlib(base.__module__) or base.__module__ in _PULUMI or base.__module__.partition(".")[0] == "pulumi":
            continue
        for name in names & vars(base).keys():
            held = vars(base)[name]
            if isinstance(held, property):
                yield from ((part, names) for part in (held.fget, held.fset) if part is not None)
            else:
                yield getattr(held, "__func__", held), names


@functools.lru_cache(4096)
def _names(code: types.CodeType) -> frozenset[str]:
    """Every name that a piece of code, or code inside it, looks up."""
    inside = [_names(part) for part in code.co_consts if isinstance(part, types.CodeType)]
    return frozenset(code.co_names).union(*inside)


def _strange_import(code: types.CodeType) -> Iterator[bool]:
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            yield not _is_stdlib(str(step.argval))
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from _strange_import(part)


def _is_stdlib(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names and top not in _LOADERS and top != "__main__"
