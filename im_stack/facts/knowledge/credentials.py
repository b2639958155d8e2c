"""Credentials that a program knows, and the secrets that hold them: what is in a state, and what a deletion leaves."""

from collections.abc import Iterator

from im_stack.facts.mechanism.rows import Facts, chosen, copy, endless, reads
from im_stack.facts.mechanism.view import View, as_values
from im_stack.facts.model import ABSENT, SECRET, AtRest, Copy, Fact, Store, Unknown, Value

_HOW = {
    True: "marked as a secret, so the engine encrypts it",
    False: "plain text in the plan and the state: make it a secret",
    None: "not known to be marked as a secret",
}
_STATE = "Pulumi keeps the states of a stack: every value that a program sets is in one, encrypted, without an end"


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


def secret_store(service: str, window: str, limit: str) -> Facts:
    """A secret as a store of the class that is declared in it, if any: it is kept until it is deleted, and for the
    recovery window after that, which the argument `window` sets."""
    kept = chosen(window, limit, "recovery window")

    @reads(window)
    def facts(view: View) -> Iterator[Fact]:
        yield Store(view.urn, service, presumed=False)
        yield Copy(view.urn, "deleted secret", kept(view))

    return facts


def value_in_states(argument: str) -> Facts:
    """What the value of a secret leaves that a program sets: it is in every state that the engine has kept."""
    return copy("value in the state", endless("states kept", argument, _STATE))
