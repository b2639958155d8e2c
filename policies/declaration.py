"""Declaration of the stack that a pack judges: from the engine's configuration, else from the stack's own component."""

from collections.abc import Iterable, Mapping
from typing import Any

from im_stack.facts.mechanism.decode import BACKEND, DECLARATION
from im_stack.facts.model import ABSENT, Resource, Unknown, Value
from im_stack.terms.declaration import NAMESPACE, parse_declaration
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.resolve import Duties, library_for, resolve


def duties_from(config: Mapping[str, Any], resources: Iterable[Resource]) -> Duties:
    """The duties of the running stack. Raises `InputError` where no declaration is found, or it is not a good one.

    `policy analyze` passes no configuration: then the declaration is what the stack's backend component was
    made with. Two that differ are none.
    """
    chosen = {key: value for key, value in config.items() if key.startswith(f"{NAMESPACE}:")}
    declaration = parse_declaration(chosen or _carried(resources))
    return resolve(declaration, library_for(declaration))


def _carried(resources: Iterable[Resource]) -> dict[str, Any]:
    found: list[Value] = []
    for resource in resources:
        value = resource.inputs.get(DECLARATION, ABSENT) if resource.type == BACKEND else ABSENT
        if value is not ABSENT and value not in found:
            found.append(value)
    if len(found) != 1:
        what = "several backends carry different declarations" if found else "there is no declaration to judge by"
        raise InputError(Problem(what, f"the {NAMESPACE}: keys in the stack's configuration"))
    (carried,) = found
    if not isinstance(carried, Mapping):
        raise InputError(Problem(f"the declaration that the component {BACKEND} carries is not known"))
    return {f"{NAMESPACE}:{key}": _plain(value) for key, value in carried.items()}


def _plain(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return f"not known: {value.path}" if isinstance(value, Unknown) else value
