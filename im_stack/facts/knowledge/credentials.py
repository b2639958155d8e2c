"""Credentials that a program knows: whether each is marked as a secret, so that the state holds it encrypted."""

from collections.abc import Iterator

from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.view import View, as_values
from im_stack.facts.model import ABSENT, SECRET, AtRest, Unknown, Value

_HOW = {
    True: "marked as a secret, so the engine encrypts it",
    False: "plain text in the plan and the state: make it a secret",
    None: "not known to be marked as a secret",
}


def credential(what: str, *arguments: str) -> Facts:
    """A credential that the program knows, in each of `arguments` that is set: whether the state holds it encrypted."""

    @reads(credentials=arguments)
    def facts(view: View) -> Iterator[AtRest]:
        for argument in arguments:
            if view.get(argument) not in (ABSENT, "", ()):
                yield in_state(view, what, argument, view.get(argument))

    return facts


def in_state(view: View, what: str, argument: str, value: Value) -> AtRest:
    """Whether the state holds a credential, or each of a list, encrypted: it must be a secret."""
    every = as_values(value)
    unknown = any(isinstance(each, Unknown) for each in every)
    sealed = True if all(each is SECRET for each in every) else None if unknown else False
    return AtRest(view.urn, f"{what} in the state", sealed, _HOW[sealed], view.evidence(argument))
