"""Separation of classes: what a text keeps apart has a store, a key and readers of its own (KN-BIO-01, SP-SEP-01), and
perhaps no flow joins it with another class (GP-SEP-01). Which classes these are is said with the obligation (`apart`).
What a party decides on shares no store with what it only processes for others (TC-ROLE-01). What tells whose usage it
is has one reader, the role that signs in with it (TR-PUR-02)."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from im_stack.facts.declarations import Flow, Holding
from im_stack.facts.model import AtRest, Evidence, Exposure, ReadAccess, WriteAccess
from im_stack.policies.bounds.reach import classes_behind, classes_in
from im_stack.policies.rule import Case, Finding, Outcome, Rule, nothing_holds
from im_stack.terms.duties.binding import kept_apart
from im_stack.terms.duties.resolve import Duty


def _check(case: Case) -> Iterator[Finding]:
    every = frozenset(case.duties.declaration.classes)
    for duty in case.under:
        match duty.obligation.kind:
            case "role":
                yield from _mixed(case, duty, every)
            case "purpose":
                yield from _one_reader(case, duty)
            case _:
                yield from _apart(case, duty, every)


def _apart(case: Case, duty: Duty, every: frozenset[str]) -> Iterator[Finding]:
    names = kept_apart(duty.obligation, case.duties.declaration, case.duties.library)
    # equivalent(not): a rule that finds nothing is not applicable by itself
    if not names:
        # equivalent(yield): a rule that finds nothing is not applicable by itself
        yield Finding("", Outcome.NOT_APPLICABLE, "no class of this stack is kept apart", duty=duty)
    for name in names:
        # equivalent(operand): what keeps nothing apart has no names
        flows = bool(duty.obligation.apart and duty.obligation.apart.flows)
        for finding in _of(case, name, every, flows):
            yield replace(finding, duty=duty)


def _of(case: Case, name: str, every: frozenset[str], flows: bool) -> Iterator[Finding]:
    stores = sorted({holding.store for holding in case.facts.of(Holding) if holding.data_class == name})
    if not stores:
        yield Finding(name, Outcome.NOT_APPLICABLE, f"nothing holds {name}")
    for store in stores:
        what = f"{case.facts.name(store)} holds {name}"
        others = classes_in(case.facts, store, every) - {name}
        yield _finding(name, what, others, (), "hold it in a store of its own", Evidence(store))
        yield from _keys(case, name, store, every)
        yield from _roles(case, name, store, every, flows)
        yield from _parties(case, name, store, every)
    yield from _flows(case, name) if flows else ()


def _mixed(case: Case, duty: Duty, every: frozenset[str]) -> Iterator[Finding]:
    """Whether stores of what a party decides on hold nothing that it only processes for others."""
    mine = frozenset(duty.binds)
    for store in sorted({holding.store for holding in case.facts.of(Holding) if holding.data_class in mine}):
        held = classes_in(case.facts, store, every)
        what, fix = f"{case.facts.name(store)} holds {', '.join(sorted(held & mine))}", "hold them in stores apart"
        yield replace(_finding("", what, held - mine, (), fix, Evidence(store)), subject=store, duty=duty)


def _keys(case: Case, name: str, store: str, every: frozenset[str]) -> Iterator[Finding]:
    """What rests under the keys of one store; a sealed class has the keys of its own keyring."""
    holdings = case.facts.by(Holding, "store")[store]
    # equivalent(filter): what is beside it in its store is a fault already
    if all(case.ledger.holds_sealed(holding) for holding in holdings if holding.data_class == name):
        return
    for rest in case.facts.by(AtRest, "subject").get(store, []):
        what, fix = f"{rest.what} of {case.facts.name(store)}", f"name a key for {name} alone"
        if rest.key:
            under = f"{what} rest under {case.facts.name(rest.key)}, a key of {name}"
            others = classes_behind(case.facts, rest.key, every) - {name}
            yield _finding(name, under, others, (), fix, rest.evidence)
        else:
            outcome = Outcome.UNPROVEN if rest.encrypted is None else Outcome.FAIL
            yield Finding(name, outcome, f"{what} rest under no key of {name}: {rest.how}", fix, rest.evidence)


def _roles(case: Case, name: str, store: str, every: frozenset[str], flows: bool) -> Iterator[Finding]:
    """What else the roles that may read one store may read; or write, where nothing may flow out of it."""
    for access in case.facts.by(ReadAccess, "store").get(store, []):
        may: dict[bool, set[str]] = {True: set(), False: set()}
        reached: list[ReadAccess | WriteAccess] = [*case.facts.by(ReadAccess, "role")[access.role]]
        if flows:
            reached += case.facts.by(WriteAccess, "role").get(access.role, [])
        for other in reached:
            sure = bool(access.allowed and other.allowed)
            may[sure] |= classes_in(case.facts, other.store, every) - {name}
        what, fix = f"{case.facts.name(access.role)} has access to {name}", f"a role for {name} alone"
        yield _finding(name, what, may[True], may[False], fix, access.evidence)


def _parties(case: Case, name: str, store: str, every: frozenset[str]) -> Iterator[Finding]:
    """What else other accounts may read that are let in to one store."""
    doors = case.facts.of(Exposure)
    for door in case.facts.by(Exposure, "subject").get(store, []):
        for party in door.parties:
            behind = (classes_behind(case.facts, each.subject, every) for each in doors if party in each.parties)
            others = frozenset[str]().union(*behind) - {name}
            yield _finding(name, f"{party} reads {name}", others, (), f"a party for {name} alone", door.evidence)


def _flows(case: Case, name: str) -> Iterator[Finding]:
    """Flows between holdings of the class and of others, either way."""
    of: dict[str, set[str]] = {}
    for holding in case.facts.of(Holding):
        of.setdefault(holding.name, set()).add(holding.data_class)
    for flow in case.facts.of(Flow):
        source, target = of.get(flow.source, set()), of.get(flow.target, set())
        if name in source | target:
            what = f"the flow from {flow.source} to {flow.target} is of {name}"
            fix = "take the flow out: what is kept apart comes from the clients"
            yield _finding(name, what, (source | target) - {name}, (), fix, Evidence(flow.component))


def _one_reader(case: Case, duty: Duty) -> Iterator[Finding]:
    """Whether each store of a duty's classes has one reader: of the roles that may, and the one that is declared to."""
    network = case.duties.declaration.network
    named = network.application_role.rpartition("/")[2] if network and network.application_role else ""
    stores = sorted({each.store for each in case.facts.of(Holding) if each.data_class in duty.classes})
    if not stores:
        yield nothing_holds(duty)
    for store in stores:
        readers = case.facts.by(ReadAccess, "store").get(store, [])
        others = [each for each in readers if case.facts.graph.by_urn[each.role].inputs.get("name") != named]
        several = len(others) + bool(named) > 1
        sure = sum(bool(each.allowed) for each in others) + bool(named) > 1
        names = sorted({named, *(case.facts.name(each.role) for each in others)} - {""})
        what = f"{case.facts.name(store)} may be read by {', '.join(names) or 'no role of the stack'}"
        outcome = Outcome.FAIL if sure else Outcome.UNPROVEN if several else Outcome.PASS
        fix = "leave it to the role that signs in with it" if several else ""
        yield Finding(store, outcome, what, fix, Evidence(store), duty=duty)


def _finding(
    name: str, what: str, others: Collection[str], perhaps: Collection[str], fix: str, at: Evidence
) -> Finding:
    """Whether something is of one class alone. `others` share it, and `perhaps` do as far as the plan says."""
    if others:
        return Finding(name, Outcome.FAIL, f"{what}, and {', '.join(sorted(others))}", fix, at)
    if perhaps:
        return Finding(name, Outcome.UNPROVEN, f"{what}, and perhaps {', '.join(sorted(perhaps))}", fix, at)
    return Finding(name, Outcome.PASS, f"{what} alone", "", at)


RULE = Rule("separation", "What is kept apart has a store, a key and readers of its own, and no flow to others", _check)
