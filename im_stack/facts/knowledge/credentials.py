"""Credentials that a program knows: whether each is marked as a secret, so that the state holds it encrypted."""

from collections.abc import Iterable, Iterator, Sequence

from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, SECRET, AtRest, Unknown, Value

_HOW = {
    True: "marked as a secret, so the engine encrypts it",
    False: "plain text in the plan and the state: make it a secret",
    None: "not known to be marked as a secret",
}


def set_in_state(view: View, what: str, arguments: Iterable[str]) -> Iterator[AtRest]:
    """One fact for each of `arguments` that is set. `what` says what the value is."""
    for argument in arguments:
        if view.get(argument) not in (ABSENT, ""):
            yield in_state(view, what, argument)


def in_state(view: View, what: str, argument: str, values: Sequence[Value] | None = None) -> AtRest:
    """Whether the state holds an argument encrypted: all `values` in it (by default its own value) must be secrets."""
    every = (view.get(argument),) if values is None else values
    unknown = any(isinstance(value, Unknown) for value in every)
    sealed = True if all(value is SECRET for value in every) else None if unknown else False
    return AtRest(view.urn, f"{what} in the state", sealed, _HOW[sealed], view.evidence(argument))


def credential(what: str, *arguments: str) -> Facts:
    """A credential that the program knows, in each of `arguments` that is set: whether the state holds it encrypted."""
    return reads(credentials=arguments)(lambda view: set_in_state(view, what, arguments))
