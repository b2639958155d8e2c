"""View: one resource as its reader sees it, with the declared arguments only and absent ones at the provider's default.

In: a decoded resource, the arguments that its reader declares, the provider's defaults, the graph of the stack. Out:
values, links, evidence, and periods (timedelta, from numbers in the provider's unit). Reading an argument that was not
declared raises `KeyError`. The functions below read single values; None is always `not known before deployment`.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import timedelta
from typing import Final

from im_stack.facts.mechanism.graph import Graph, Links
from im_stack.facts.mechanism.tables import Limit
from im_stack.facts.model import ABSENT, SECRET, Amount, Evidence, Grade, Resource, Unknown, Unresolved, Value
from im_stack.terms.period import spell_period

_ALONE: Final = Graph(())


class View:
    """Arguments of one resource, limited to those its reader declared.

    `defaults` are the provider's own for this type: an absent argument is judged as what it becomes. `subject` is the
    resource that facts are about: the instance that a setting belongs to, otherwise the resource itself. `refused`
    gathers what the provider would not take; the caller of the reader adds it to the facts.
    """

    def __init__(
        self, resource: Resource, arguments: frozenset[str], defaults: Mapping[str, Value], graph: Graph = _ALONE
    ) -> None:
        self.resource = self.subject = resource
        self.graph = graph
        self._arguments = arguments
        self._defaults = defaults
        self.refused: list[Unresolved] = []

    def about(self, subject: Resource) -> "View":
        """The same view for facts about another resource."""
        other = copy(self)
        other.subject = subject
        return other

    @property
    def urn(self) -> str:
        return self.resource.urn

    def links(self, argument: str, types: Iterable[str], values: Sequence[Value] | Unknown | None = None) -> Links:
        """The resources that an argument names; see `Graph.links`."""
        self._must_be_declared(argument)
        return self.graph.links(self.resource, argument, types, values)

    def unresolved(self, doubts: str, what: str = "") -> tuple[Unresolved, ...]:
        """The fact that a reference of this resource has doubts; none without them. `what` it is of, in words."""
        return (Unresolved(self.urn, f"{what}: {doubts}" if what else doubts, "link"),) if doubts else ()

    def pointing(self, type_: str, argument: str) -> list[Resource]:
        """Every resource of a type whose `argument` names this one."""
        return self.graph.pointing_at(self.resource, type_, argument)

    def _must_be_declared(self, argument: str) -> None:
        if argument not in self._arguments:
            raise KeyError(f"reader of {self.resource.type} did not declare {argument}")

    def get(self, argument: str) -> Value:
        """The value of a top-level argument: lifted input, else provider default, else ABSENT."""
        self._must_be_declared(argument)
        value = self.resource.inputs.get(argument, ABSENT)
        return self._defaults.get(argument, ABSENT) if value is ABSENT else value

    def text(self, argument: str) -> str | None:
        """A known text, else None (absent and unknown alike: for labels, never for a verdict)."""
        value = self.get(argument)
        return value if isinstance(value, str) else None

    def flag(self, argument: str) -> bool | None:
        """A switch: True, False, or None when not known. Absent without a default is off."""
        return as_flag(self.get(argument))

    def items(self, argument: str) -> Sequence[Value] | Unknown:
        """A list argument; absent is empty, and a single block counts as a list of one."""
        return as_items(self.get(argument))

    def values(self, argument: str) -> Sequence[Value]:
        """The members of a list argument; of one that is not known, what stands for it."""
        return as_values(self.get(argument))

    def evidence(self, argument: str = "", source: str = "", grade: Grade = Grade.CONFIGURED) -> Evidence:
        return Evidence(self.urn, argument, grade, source)

    def amount(self, value: Value, argument: str, limit: Limit, label: str) -> Amount:
        """A number in the provider's unit as a period; absent is the service's default, unknown stays unknown.

        A negative number says nothing. One outside what the provider takes is `refused`, too: below the least the
        least counts, above the most the number itself, and neither is ever deployed.
        """
        if value is ABSENT:
            return Amount(
                limit.default, f"{label} (provider default)", self.evidence(argument, limit.source), limit.least
            )
        number = as_number(value)
        if number is None or number < 0:
            return Amount(
                None, f"{label} (not known)", self.evidence(argument, limit.source), limit.least, unknown=True
            )
        period = as_period(number, limit.unit)
        self.must_be_taken(period, argument, limit)
        if limit.least is not None and period is not None and period < limit.least:
            period, label = limit.least, f"{label} (the least the service takes)"
        return Amount(period, label, self.evidence(argument, limit.source), limit.least)

    def must_be_taken(self, period: timedelta | None, argument: str, limit: Limit) -> None:
        """Note a period that the provider does not take; None is longer than can be counted."""
        short = limit.least is not None and period is not None and period < limit.least
        long = limit.most is not None and (period is None or period > limit.most)
        if short or long:
            found = "longer than can be counted" if period is None else spell_period(period)
            why = f"{argument} is {found}, and the provider takes {_range(limit)}"
            refusal = Unresolved(self.urn, why, "range")
            if refusal not in self.refused:  # one setting can end several copies
                self.refused.append(refusal)


def _range(limit: Limit) -> str:
    ends = (("at least", limit.least), ("at most", limit.most))
    return ", ".join(f"{word} {spell_period(end)}" for word, end in ends if end is not None)


def test(value: Value, predicate: Callable[[Value], bool]) -> bool | None:
    """Whether a predicate holds of a value; None where the value is not known before deployment."""
    return None if isinstance(value, Unknown) else predicate(value)


def all_of(*answers: bool | None) -> bool | None:
    """Whether every answer is yes; one that is no decides, else one that is not known leaves it open."""
    return False if False in answers else None if None in answers else True


def any_of(*answers: bool | None) -> bool | None:
    """Whether some answer is yes; one that is yes decides, else one that is not known leaves it open."""
    return True if True in answers else None if None in answers else False


def as_flag(value: Value) -> bool | None:
    """True, False or None. The texts and numbers that providers use for switches are understood."""
    if value is ABSENT:
        return False
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False, "": False}.get(
            value.lower()
        )
    if isinstance(value, int | float):
        return {0.0: False, 1.0: True}.get(value)
    return None


def as_number(value: Value) -> int | float | None:
    """A finite number, also when written as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value) if "." in value else int(value)
        except ValueError:
            return None
    if isinstance(value, int):
        return value  # whole numbers are finite, also those that no float can hold
    return value if isinstance(value, float) and math.isfinite(value) else None


def as_period(number: float, unit: timedelta) -> timedelta | None:
    """So many units; what is too long to count has no end."""
    try:
        return number * unit
    except OverflowError:
        return None


def as_items(value: Value) -> Sequence[Value] | Unknown:
    if value is ABSENT:
        return ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, Unknown):
        return value
    return (value,)


def as_values(value: Value) -> Sequence[Value]:
    """The members of a list, also of a single block; of one that is not known, what stands for it."""
    items = as_items(value)
    return (items,) if isinstance(items, Unknown) else items


def numbered(path: str, value: Value) -> list[tuple[str, Value]]:
    """Each member of a list with its path; of one that is not known, what stands for it with the path of the list."""
    items = as_items(value)
    if isinstance(items, Unknown):
        return [(path, items)]
    return [(f"{path}[{index}]", item) for index, item in enumerate(items)]


def member(value: Value, key: str) -> Value:
    """A member of a block; ABSENT where the block is absent, Unknown where the block is, or is no block."""
    if isinstance(value, Mapping):
        return value.get(key, ABSENT)
    if value is ABSENT:
        return ABSENT
    return Unknown(f"{value.path}.{key}" if isinstance(value, Unknown) else key)


def show(value: Value) -> str:
    """A value for a report: short, and never a secret."""
    if value is SECRET:
        return "a secret"
    if isinstance(value, Unknown):
        return "not known before deployment"
    if value is ABSENT:
        return "absent"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(show(item) for item in value[:4]) + (", …]" if len(value) > 4 else "]")
    if isinstance(value, Mapping):
        return "a block"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def listed(value: Value) -> tuple[Value, ...]:
    """The members of a list, which the arguments of a provider have as a list or as its JSON text."""
    if isinstance(value, str):
        try:
            found = json.loads(value)
        except ValueError:
            return ()
        return tuple(found) if isinstance(found, list) else ()
    return tuple(as_values(value))
