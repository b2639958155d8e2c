"""References in a Terraform plan's configuration: the resource instances that an argument is built from.

In: the configuration's root module, and the addresses of all instances. Out: `Found` addresses, and whether they are
everything. A plan lists only the names in an expression. Variables and outputs of modules are followed; a local value
or a data source is not, and makes the result incomplete.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from im_stack.preflight.inputs.contents import as_block, as_list

_KEY: Final = r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]'
_MODULE: Final = re.compile(rf"module\.([\w-]+)({_KEY})?\.?")
_RESOURCE: Final = re.compile(rf"(?:data\.)?([\w-]+)\.([\w-]+)({_KEY})?")
_ELSEWHERE: Final = ("path", "terraform", "self", "count")
"""What says nothing about a resource."""


@dataclass
class Found:
    """Instances that an expression is built from; not `whole`: it is built from something else, too."""

    addresses: list[str] = field(default_factory=list)
    whole: bool = True

    def add(self, other: "Found") -> None:
        self.addresses += [address for address in other.addresses if address not in self.addresses]
        self.whole = self.whole and other.whole


class References:
    """The configuration of a plan, and the instances that it makes, by module and name."""

    def __init__(self, root: Mapping[str, Any], instances: Mapping[tuple[str, str], list[str]]) -> None:
        self._root = root
        self._instances = instances
        self._modules = sorted({module for module, _ in instances})
        self._resources: dict[tuple[str, ...], dict[str, Mapping[str, Any]]] = {}

    def resource(self, module: str, name: str) -> Mapping[str, Any] | None:
        """The configuration of a resource (`type.name`, with `data.` before it where it is one) of a module."""
        calls = _calls(module)
        if calls not in self._resources:
            rows = as_list(as_block(self._module(calls)).get("resources"))
            self._resources[calls] = {str(row.get("address")): row for row in map(as_block, rows)}
        return self._resources[calls].get(name)

    def behind(self, module: str, expression: Any, each: Any = None) -> Found:
        """References of an expression in an instance of a module. `each`: the `for_each` expression of its resource."""
        return self._behind(module, expression, each, frozenset())

    def _behind(self, module: str, expression: Any, each: Any, seen: frozenset[tuple[str, str]]) -> Found:
        found = Found()
        for name in _mentioned(expression):
            if (module, name) in seen:
                found.whole = False  # it is built from itself
            else:
                found.add(self._follow(module, name, each, seen | {(module, name)}))
        return found

    def _follow(self, module: str, name: str, each: Any, seen: frozenset[tuple[str, str]]) -> Found:
        first, _, rest = name.partition(".")
        if first == "var":
            return self._variable(module, rest, seen)
        if first == "module":
            return self._output(module, name, seen)
        if first == "each":
            return _part(self._behind(module, each, None, seen), whole=False) if rest[:5] == "value" else Found()
        if first in _ELSEWHERE:
            return Found()
        if first in ("local", "data"):
            return Found(whole=False)
        match = _RESOURCE.match(name)
        if not match:
            return Found(whole=False)
        addresses = self._instances.get((module, f"{match[1]}.{match[2]}"), [])
        chosen = [a for a in addresses if a.endswith(f"{match[2]}{match[3]}")] if match[3] else addresses
        return Found(list(chosen), whole=bool(chosen))

    def _variable(self, module: str, name: str, seen: frozenset[tuple[str, str]]) -> Found:
        calls = list(_MODULE.finditer(module))
        if not calls:
            return Found()  # given to the plan, so known to it
        parent = module[: calls[-1].start()].rstrip(".")
        call = as_block(as_block(as_block(self._module(_calls(parent))).get("module_calls")).get(calls[-1][1]))
        word = re.split(r"[.\[]", name)[0]
        found = self._behind(parent, as_block(call.get("expressions")).get(word), call.get("for_each_expression"), seen)
        return _part(found, whole=word == name)

    def _output(self, module: str, name: str, seen: frozenset[tuple[str, str]]) -> Found:
        match = _MODULE.match(name)
        out = re.split(r"[.\[]", name[match.end() :])[0] if match else ""
        if not match or not out:
            return Found(whole=False)
        below = f"{module}.module.{match[1]}" if module else f"module.{match[1]}"
        found = Found()
        called = [m for m in self._modules if m == f"{below}{match[2] or ''}"]
        if not match[2]:
            called = [m for m in self._modules if re.fullmatch(f"{re.escape(below)}({_KEY})?", m)]
        for inside in called or [below]:
            outputs = as_block(as_block(self._module(_calls(inside))).get("outputs"))
            if out not in outputs:
                return Found(whole=False)
            found.add(self._behind(inside, as_block(outputs[out]).get("expression"), None, seen))
        return _part(found, whole=name.endswith(f".{out}"))

    def _module(self, calls: Iterable[str]) -> Any:
        module: Any = self._root
        for call in calls:
            module = as_block(as_block(as_block(module).get("module_calls")).get(call)).get("module")
        return module


def _part(found: Found, *, whole: bool) -> Found:
    """The references of a part: incomplete where the whole has several, because a plan does not assign them."""
    return found if whole or len(found.addresses) < 2 else Found(found.addresses, whole=False)


def _calls(module: str) -> tuple[str, ...]:
    """The names of the calls in a module's address, without the keys of their instances."""
    return tuple(match[1] for match in _MODULE.finditer(module))


def _mentioned(expression: Any) -> Iterator[str]:
    """The names that an expression, or anything in a block, mentions. Each is followed by its own beginnings, which
    are left out: they say the same with less."""
    if isinstance(expression, list):
        for part in expression:
            yield from _mentioned(part)
    elif isinstance(expression, dict):
        names = expression.get("references")
        if not isinstance(names, list):
            for part in expression.values():
                yield from _mentioned(part)
            return
        before = ""
        for name in map(str, names):
            if not (before.startswith(name) and before[len(name) : len(name) + 1] in (".", "[")):
                yield name
            before = name
