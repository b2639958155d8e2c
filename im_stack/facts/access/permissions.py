"""Permissions of a function's role: what is missing of what the function must do, as far as the plan shows.

A role may do what its policies allow, as far as its boundary allows it too, and nothing refuses: no policy of its own,
none of what it uses, and none of the organization's in the stack.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from im_stack.facts.access.requests import Requests
from im_stack.facts.access.statements import Statement, is_granted, may_be_refused
from im_stack.facts.mechanism.requirements import Obstacle
from im_stack.facts.model import Evidence, Resource


@dataclass(frozen=True, slots=True)
class Document:
    """A policy, where it is set, and its statements: None where they cannot be read before deployment (`why`)."""

    evidence: Evidence
    statements: Sequence[Statement] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """A role: whether functions may take it, its policies, the boundaries that limit them, and the policies `beside`
    it, which can only refuse here."""

    role: Resource
    taken: bool
    policies: Sequence[Document]
    boundaries: Sequence[Document]
    beside: Sequence[Document]


def missing_permissions(rights: Rights, needed: Mapping[str, Requests], place: str, trust: str) -> Iterator[Obstacle]:
    """Why a function may not do what it needs in `place`. `needed` names each action, and the requests that it takes;
    `trust` is the argument of the role that says who takes it."""
    role = rights.role
    if not rights.taken:
        why = f"its role {role.name} cannot be taken by functions, so it may end no key"
        yield Obstacle(why, Evidence(role.urn, trust))
    unread = [each for each in (*rights.policies, *rights.boundaries) if each.statements is None]
    for each in unread:
        yield Obstacle(f"what its role {role.name} may do cannot be read: {each.why}", each.evidence)
    granted = [s for each in rights.policies for s in each.statements or ()]
    if not unread:
        missing = [action for action, requests in needed.items() if not is_granted(granted, requests)]
        if missing:
            why = f"its role {role.name} may not do {', '.join(missing)} in the whole of {place}, so it may end no key"
            yield Obstacle(why, Evidence(role.urn))
    for each in rights.boundaries:
        # equivalent(operand): one that is not read is an obstacle already
        left = [a for a, requests in needed.items() if each.statements is not None and not _within(each, requests)]
        if left:
            yield Obstacle(f"the boundary of its role {role.name} leaves out {', '.join(left)}", each.evidence)
    for each in rights.beside:
        if each.statements is None:
            yield Obstacle(f"what the policy of {_holder(each)} refuses cannot be read: {each.why}", each.evidence)
    for each in (*rights.policies, *rights.boundaries, *rights.beside):
        refused = sorted(a for a, requests in needed.items() if may_be_refused(each.statements or (), requests))
        if refused:
            why = (
                f"the policy of {_holder(each)} refuses {', '.join(refused)}, to its function too, so it may end no key"
            )
            yield Obstacle(why, each.evidence)


def _within(boundary: Document, requests: Requests) -> bool:
    # equivalent(operand): only of one that is read
    return bool(is_granted(boundary.statements or (), requests))


def _holder(document: Document) -> str:
    """The name of the resource that a policy is set in."""
    return document.evidence.resource.rsplit("::", 1)[-1]
