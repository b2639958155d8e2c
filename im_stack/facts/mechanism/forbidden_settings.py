"""Forbidden settings: what an argument holds against what the tables `forbidden_settings.yaml` let it hold.

In: a resource, its cloud, the stack's home region. Out: one fact for each row of the table and each value found.
"""

from collections.abc import Iterator
from dataclasses import replace

from im_stack.facts.mechanism.tables import ForbiddenRow, defaults, forbidden_settings
from im_stack.facts.mechanism.view import as_items, member, show
from im_stack.facts.model import ABSENT, Evidence, ForbiddenSetting, Resource, Unknown, Value


def read_forbidden_settings(resource: Resource, cloud: str, home: str) -> Iterator[ForbiddenSetting]:
    """One `ForbiddenSetting` per table row and value found. `home` is the region that a `home` entry stands for."""
    for row in forbidden_settings(cloud).get(resource.type, ()):
        allowed = tuple(home if entry == "home" else entry for entry in row.allow)
        expected = " or ".join(show(entry) for entry in allowed) or "no such resource"
        if row.argument is None:
            yield _leak(resource, row, "", False, "the resource itself", expected)
            continue
        for value in _values(resource, row.argument, cloud):
            leak = _leak(resource, row, row.argument, _judge(value, allowed), show(value), expected)
            yield replace(leak, reads=True) if row.reads and _judge(value, row.reads) else leak


def _leak(
    resource: Resource, row: ForbiddenRow, argument: str, allowed: bool | None, found: str, expected: str
) -> ForbiddenSetting:
    evidence = Evidence(resource.urn, argument, source=row.source)
    return ForbiddenSetting(resource.urn, row.path, allowed, found, expected, row.why, evidence, row.irreversible)


def _values(resource: Resource, path: str, cloud: str) -> Iterator[Value]:
    """Every value at a dotted path; `[]` walks a list. A list that is absent or empty has the value ABSENT.

    A list where the path names a block is walked too: providers send a single block either way.
    """
    head, *rest = path.split(".")
    name = head.removesuffix("[]")
    value = resource.inputs.get(name, ABSENT)
    if value is ABSENT:
        value = defaults(cloud).get(resource.type, {}).get(name, ABSENT)
    found = [value]
    for step, part in ((head, None), *((part, part.removesuffix("[]")) for part in rest)):
        if part is not None:
            found = [member(inner, part) for value in found for inner in _members(value)]
        if step.endswith("[]"):
            found = [inner for value in found for inner in _members(value)]
    yield from found


def _members(value: Value) -> tuple[Value, ...]:
    items = as_items(value)
    return (items,) if isinstance(items, Unknown) else tuple(items) or (ABSENT,)


def _judge(value: Value, allowed: tuple[str | int | bool, ...]) -> bool | None:
    """True where the value is one of the allowed, None where it is not known. Values, never prefixes."""
    if value is ABSENT or value in ((), ""):
        return "absent" in allowed
    if isinstance(value, Unknown):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return any(type(value) is type(entry) and value == entry for entry in allowed)
