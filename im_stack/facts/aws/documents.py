"""Policy documents of resources as rows: whether one lets in somebody who is not named in it."""

from collections.abc import Iterable

from im_stack.facts.aws import policy
from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact


def lets_in(what: str, argument: str = "policy", *, optional: bool = False) -> Facts:
    """Whom the document in `argument` lets in. `what` it opens is in words, `{name}` the name of the resource that has
    the document. `optional`: the argument may be absent."""

    @reads(argument)
    def facts(view: View) -> Iterable[Fact]:
        if optional and view.get(argument) in (ABSENT, ""):
            return ()
        return policy.door(view, view.subject.urn, what.format(name=view.resource.name), argument)

    return facts
