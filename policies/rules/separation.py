"""Separation of sensitive classes: each has a store, a key and a role of its own (KN-BIO-01, C-28). A stack of the IM
module holds none (IM-SEN-01): that is refused with the declaration."""

from collections.abc import Collection, Iterator

from im_stack.facts.declarations import Holding
from im_stack.facts.model import AtRest, Evidence, ReadAccess
from im_stack.policies.bounds.reach import classes_behind, classes_in
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.terms.duties.binding import known_classes


def _check(case: Case) -> Iterator[Finding]:
    declaration = case.duties.declaration
    known, every = known_classes(declaration, case.duties.library), frozenset(declaration.classes)
    sensitive = [name for name in sorted(every) if known[name].sensitive]
    # equivalent(not): a rule that finds nothing is not applicable by itself
    if not sensitive:
        # equivalent(yield): a rule that finds nothing is not applicable by itself
        yield Finding("", Outcome.NOT_APPLICABLE, "no class of this stack is sensitive")
    for name in sensitive:
        stores = sorted({holding.store for holding in case.facts.of(Holding) if holding.data_class == name})
        if not stores:
            yield Finding(name, Outcome.NOT_APPLICABLE, f"nothing holds {name}")
        for store in stores:
            what = f"{case.facts.name(store)} holds {name}"
            others = classes_in(case.facts, store, every) - {name}
            yield _finding(name, what, others, (), "hold it in a store of its own", Evidence(store))
            yield from _keys(case, name, store, every)
            yield from _roles(case, name, store, every)


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


def _roles(case: Case, name: str, store: str, every: frozenset[str]) -> Iterator[Finding]:
    """What else the roles that may read one store may read."""
    for access in case.facts.by(ReadAccess, "store").get(store, []):
        may: dict[bool, set[str]] = {True: set(), False: set()}
        for other in case.facts.by(ReadAccess, "role")[access.role]:
            sure = bool(access.allowed and other.allowed)
            may[sure] |= classes_in(case.facts, other.store, every) - {name}
        what, fix = f"{case.facts.name(access.role)} reads {name}", f"a role for {name} alone"
        yield _finding(name, what, may[True], may[False], fix, access.evidence)


def _finding(
    name: str, what: str, others: Collection[str], perhaps: Collection[str], fix: str, at: Evidence
) -> Finding:
    """Whether something is of one class alone. `others` share it, and `perhaps` do as far as the plan says."""
    if others:
        return Finding(name, Outcome.FAIL, f"{what}, and {', '.join(sorted(others))}", fix, at)
    if perhaps:
        return Finding(name, Outcome.UNPROVEN, f"{what}, and perhaps {', '.join(sorted(perhaps))}", fix, at)
    return Finding(name, Outcome.PASS, f"{what} alone", "", at)


RULE = Rule("separation", "Sensitive classes have a store, a key and a role of their own", _check)
