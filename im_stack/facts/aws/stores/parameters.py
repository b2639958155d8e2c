"""Parameter groups of RDS, DocumentDB and ElastiCache: the values that a parameter of a database has, or may have.

In: a database and the argument that names its group. Out: `Parameters`. Where it names none, or one of the service's
own (`default.mysql8.4`), each parameter has the engine's own value. A name that is not known may be any parameter's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from im_stack.facts.mechanism.view import View, as_flag, member
from im_stack.facts.model import ABSENT, Evidence, Unknown, Value

ITEMS = "parameters"
_DEFAULT_GROUP = re.compile(r"default\.[a-z-]+\d[\da-z.]*")
"""The names of the groups that the services make."""


@dataclass(frozen=True)
class Parameters:
    """The parameters in `argument` of `view`, a group's or that of a database without one.

    `astray` is why no group was found where one is named. `at_once`: a change counts at once unless it says otherwise;
    of the `static` ones it always waits for a restart, which a new database does not need.
    """

    view: View
    argument: str
    items: Sequence[Value] | Unknown = ()
    astray: str = ""
    at_once: bool = True
    static: frozenset[str] = frozenset()

    def values(self, name: str) -> tuple[Value, ...]:
        """Every value that a parameter has, or may have; none where it has the engine's own."""
        if isinstance(self.items, Unknown):
            return (self.items,)
        named = [(member(item, "name"), item) for item in self.items]
        own = [value for key, item in named if key == name for value in self._in_force(name, item)]
        return (*own, *(Unknown(ITEMS) for key, _ in named if not isinstance(key, str)))

    def flag(self, name: str) -> bool | None:
        """A switch, off unless set. Of several values one that is not like the others makes it not known."""
        found = {None if value is ABSENT else as_flag(value) for value in self.values(name)}
        return found.pop() if len(found) == 1 else None if found else False

    def names(self) -> frozenset[Value]:
        """The names of all parameters that are set, known or not."""
        items = (self.items,) if isinstance(self.items, Unknown) else self.items
        return frozenset(member(item, "name") for item in items)

    def evidence(self, name: str = "", source: str = "") -> Evidence:
        return self.view.evidence(f"{self.argument}.{name}" if name else self.argument, source)

    def _in_force(self, name: str, item: Value) -> list[Value]:
        """The value of a parameter; where it waits for a restart also the one until then, which is not known."""
        method = member(item, "applyMethod")
        now = self.at_once if method in (ABSENT, "") else method == "immediate"
        return [member(item, "value"), *([] if now or name in self.static else [Unknown("applyMethod")])]


def parameters_of(view: View, argument: str, group_type: str) -> Parameters:
    """The parameters of the group that `argument` of a database names."""
    value = view.get(argument)
    if value in (ABSENT, "") or (isinstance(value, str) and _DEFAULT_GROUP.fullmatch(value)):
        return Parameters(view, argument)
    found, doubts = view.links(argument, {group_type})
    if doubts:
        return Parameters(view, argument, Unknown(argument), doubts)
    group = View(found[0], frozenset({ITEMS}), {})
    return Parameters(group, ITEMS, group.items(ITEMS))
