"""Policies of resources as rows, on every cloud: whom one lets in from outside the stack.

In: how a cloud's documents are read, and the doors that statements are. Out: a row per policy; one that cannot be read
before deployment is a door of which nothing is known.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from im_stack.facts.access.statements import Statement
from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Evidence, Exposure, Fact

_READABLE = "a document of names that are known before deployment, not of ids"
Read = Callable[[object], Sequence[Statement] | None]
Doors = Callable[[View, str, Sequence[Statement], Evidence], Iterable[Fact]]


def lets_in(read: Read, doors: Doors, what: str, argument: str = "policy", *, optional: bool = False) -> Facts:
    """Whom the document in `argument` lets in. `what` it opens is in words, `{name}` the name of the resource that has
    the document. `optional`: the argument may be absent."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        if optional and view.get(argument) in (ABSENT, ""):
            return
        opens, evidence = what.format(name=view.resource.name), view.evidence(argument)
        statements = read(view.get(argument))
        if statements is None:
            unread = f"{opens}, which cannot be read before deployment,"
            yield Exposure(view.subject.urn, unread, None, evidence, alone=True, how=_READABLE)
        else:
            yield from doors(view, opens, statements, evidence)

    return facts
