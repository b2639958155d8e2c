"""Changes that no update carries out: `facts/<cloud>/changes.yaml` against what was there and what is asked for.

In: resources before and after, their inputs as plain or wire values. Out: `Objection`s. What is not known on both sides
is not compared: the provider is still there to refuse it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from im_stack.facts.mechanism.cloud import name_of
from im_stack.facts.mechanism.tables import ChangeRow, changes
from im_stack.facts.model import Resource
from im_stack.facts.wire.walk import map_values

How = Literal["fixed", "grows"]


@dataclass(frozen=True, slots=True, order=True)
class Settled:
    """The value of an argument that stays as it is, or can only grow."""

    resource: str
    argument: str
    value: Any
    how: How
    source: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A change that is refused."""

    before: Settled
    after: Any

    def __str__(self) -> str:
        what = "cannot be changed" if self.before.how == "fixed" else "cannot be made smaller"
        change = f"from {_spell(self.before.value)} to {_spell(self.after)}"
        return f"{self.before.argument} {what}, {change} ({self.before.source})"


def settled(resources: Iterable[Resource]) -> list[Settled]:
    """What of these resources cannot be changed at will, in order. Resources are called as reports call them."""
    return sorted(
        (
            Settled(f"{each.type.rsplit(':', 1)[-1]} {each.name}", argument, value, how, row.source)
            for each in resources
            if each.custom and not each.external
            for row, argument, how, value in _values(each.type, each.inputs)
        ),
        key=lambda row: (row.resource, row.argument),
    )


def objections(before: Iterable[Settled], after: Iterable[Settled]) -> list[Objection]:
    """The changes of arguments on both sides that are refused, in order."""
    now = {(row.resource, row.argument): row.value for row in after}
    pairs = ((row, now.get((row.resource, row.argument))) for row in before)
    return [Objection(row, value) for row, value in pairs if value is not None and _refused(row, value)]


def _refused(was: Settled, now: Any) -> bool:
    if was.how == "grows":
        return _is_number(was.value) and _is_number(now) and now < was.value
    return bool(was.value != now)


def kept_for_changes(type_: str) -> frozenset[str]:
    """The arguments of a type that must be looked at to compare."""
    row = _row(type_)
    return frozenset(path.split(".")[0] for path in (*row.fixed, *row.grows)) if row else frozenset()


def _row(type_: str) -> ChangeRow | None:
    cloud = name_of(type_)
    return changes(cloud).get(type_) if cloud else None


def _values(type_: str, inputs: Mapping[str, Any]) -> Iterator[tuple[ChangeRow, str, How, Any]]:
    row = _row(type_)
    if row is None:
        return
    kinds: tuple[tuple[How, tuple[str, ...]], ...] = (("fixed", row.fixed), ("grows", row.grows))
    for how, arguments in kinds:
        for argument in arguments:
            value = map_values(_at(inputs, argument), _comparable)
            if value is not None:
                yield row, argument, how, value


def _at(inputs: Any, path: str) -> Any:
    for step in path.split("."):
        inputs = inputs.get(step) if isinstance(inputs, Mapping) else None
    return inputs


def _comparable(value: Any) -> Any:
    """A value that can be compared and shown, numbers alike whatever wrote them; None for all else.

    No list of these arguments has an order that counts.
    """
    if isinstance(value, list | tuple):
        return None if None in value else sorted(value, key=str)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | bool | int | float) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
