"""Reach: the classes of data in a store, under a key, or behind whatever else lets somebody in.

In: facts and the classes of a declaration. Out: classes by the URN of a resource. What does not say which classes it
holds reaches every class.
"""

from im_stack.facts.declarations import Holding, HoldsNothing, Keyring
from im_stack.facts.mechanism.collect import Facts, is_setting
from im_stack.facts.model import AtRest, Store


def classes_in(facts: Facts, store: str, every: frozenset[str]) -> frozenset[str]:
    """The classes of a store: of its holdings, and those that the keys in it seal."""
    held = {holding.data_class for holding in facts.by(Holding, "store").get(store, [])}
    held |= {ring.seals_class for ring in facts.by(Keyring, "store").get(store, [])}
    empty = facts.by(HoldsNothing, "store").get(store) or not all(
        each.presumed for each in facts.by(Store, "subject").get(store, [])
    )
    return frozenset(held) if held or empty else every


def classes_about(facts: Facts) -> dict[str, frozenset[str]]:
    """The classes that a finding about a store is about, or about a function that deletes from one."""
    about: dict[str, set[str]] = {}
    kept = [(each.data_class, each.store, each.sweep) for each in facts.of(Holding)]
    for data_class, store, sweep in (*kept, *((r.seals_class, r.store, r.sweep) for r in facts.of(Keyring))):
        for urn in (store, sweep.function if sweep else None):
            if urn:
                about.setdefault(urn, set()).add(data_class)
    return {urn: frozenset(classes) for urn, classes in about.items()}


def deleted_sooner(facts: Facts, way_in: str) -> dict[str, bool]:
    """The stores that a teardown may delete before a way in, by URN: True where no program can order them, because the
    way in is inside a component and the store, which does not depend on it, beside that."""
    graph = facts.graph
    around = graph.outermost(way_in)
    inside = {each.urn for each in graph.below(around)} if around else set()
    stores = sorted(facts.by(Holding, "store").keys() - graph.before(way_in))
    return {store: around is not None and store not in inside and way_in not in graph.before(store) for store in stores}


def classes_behind(facts: Facts, urn: str, every: frozenset[str]) -> frozenset[str]:
    """The classes of a store, of all that rests under a key, or of what something that holds nothing is a setting of;
    every class behind a role, a function and the like."""
    if facts.by(Store, "subject").get(urn):
        return classes_in(facts, urn, every)
    under = {rest.subject for rest in facts.by(AtRest, "key").get(urn, [])} or set_by(facts, urn)
    return frozenset[str]().union(*(classes_behind(facts, each, every) for each in under)) if under else every


def set_by(facts: Facts, urn: str) -> set[str]:
    """The stores and keys that a setting names."""
    setting = facts.graph.by_urn.get(urn)
    named = {each for urns in setting.links.values() for each in urns} if setting and is_setting(setting.type) else ()
    return {each for each in named if facts.by(Store, "subject").get(each) or facts.by(AtRest, "key").get(each)}
