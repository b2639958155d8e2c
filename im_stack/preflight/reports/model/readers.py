"""Readers of a class: the roles of the stack, and the parties from outside, that may read a store of it.

In: facts and the register of sub-processors. Out: readers in words, sorted. Who signs in to a database is in no plan.
"""

from collections.abc import Iterable, Iterator

from im_stack.facts.declarations import Declared, Holding
from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.model import AtRest, Exposure, ReadAccess
from im_stack.terms.stack.sub_processor import SubProcessor


def readers(facts: Facts, data_class: str, register: Iterable[SubProcessor]) -> tuple[str, ...]:
    """Who may read a class, as far as policies say it."""
    stores = {holding.store for holding in facts.of(Holding) if holding.data_class == data_class}
    parties = list(register)
    return tuple(sorted({reader for store in stores for reader in _of(facts, store, parties)}))


def _of(facts: Facts, store: str, register: list[SubProcessor]) -> Iterator[str]:
    for access in facts.by(ReadAccess, "store").get(store, []):
        yield facts.name(access.role) + ("" if access.allowed else " (not known)")
    for at in {store, *filter(None, (rest.key for rest in facts.by(AtRest, "subject").get(store, [])))}:
        for party in (party for door in facts.by(Exposure, "subject").get(at, []) for party in door.parties):
            yield next((entry.name for entry in register if entry.is_party(party)), party)
    if any(hop.what == "left to the account" for hop in facts.by(Declared, "subject").get(store, [])):
        yield "identities of the account, as their own policies say"
