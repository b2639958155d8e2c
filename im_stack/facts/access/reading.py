"""Access to a store's content by the roles of a stack: what their policies, and the store's own, allow.

In: policies as documents, and requests for content. Out: whether some of them is allowed; None where the plan does not
say.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from im_stack.facts.access.permissions import Document
from im_stack.facts.access.requests import Requests
from im_stack.facts.access.statements import is_refused, may_pass
from im_stack.facts.mechanism.view import View, any_of
from im_stack.facts.model import Evidence, Fact, ReadAccess, Resource, WriteAccess


def may_read(
    policies: Sequence[Document], boundaries: Iterable[Document], own: Sequence[Document], requests: Requests
) -> bool | None:
    """Whether a role may make some of these requests: its policies or the store's `own` allow it, its boundaries too,
    and none refuses it."""
    given = any_of(*(_passes(each, requests) for each in (*policies, *own)))
    if given is False:  # most roles have nothing to do with most stores
        return False
    left_out = any(_passes(each, requests) is False for each in boundaries)
    refused = any(is_refused(each.statements or (), requests) for each in (*policies, *own))
    return False if left_out or refused else given


def _passes(document: Document, requests: Requests) -> bool | None:
    return None if document.statements is None else may_pass(document.statements, requests)


def read_by(
    view: View,
    roles: Iterable[Resource],
    allowed: Callable[[Resource], bool | None],
    named: bool,
    kind: type[ReadAccess | WriteAccess] = ReadAccess,
) -> Iterator[Fact]:
    """The roles that may read a store, or write it. Where its name is not known (`named`), what a policy allows may be
    about it."""
    for role in roles:
        may = allowed(role)
        if may is not False:
            yield kind(role.urn, view.urn, may if named else None, Evidence(role.urn))
