"""Whatever can hold data says which class it holds (KN-LCM-01, IM-SVC-01)."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from im_stack.facts.declarations import Flow, Holding, HoldsNothing, Keyring
from im_stack.facts.model import Evidence, ServiceLog, Store
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.terms.stack.wire import CLIENTS
from im_stack.terms.texts.library import log_kinds

UNDECLARED: Final = (
    "make it through a component, or say what it holds: `holds(it, CLASS)` or `holds_nothing(it, REASON)` of "
    "im_stack.components.declaring"
)
"""What is right in a program; a report on another input says it in that input's language."""


def _check(case: Case) -> Iterator[Finding]:
    undeclared = set(case.ledger.undeclared)
    held = case.facts.by(Holding, "store")
    for store in case.facts.of(Store):
        if not store.presumed and store.subject not in held:
            continue
        name = case.facts.name(store.subject)
        if store.subject in undeclared:
            yield Finding(
                store.subject,
                Outcome.FAIL,
                f"{name} declares no holding: it is judged as holding every class of the stack",
                UNDECLARED,
                Evidence(store.subject),
            )
        else:
            yield Finding(store.subject, Outcome.PASS, f"{name} declares what it holds")
    yield from _written_elsewhere(case)
    yield from _no_logs(case)
    for owner, place, faults in _faults(case):
        for fault in faults:
            yield Finding(
                owner,
                Outcome.FAIL,
                f"{place}: {fault}",
                "correct the declaration or the holding",
                Evidence(owner, place),
            )


def _written_elsewhere(case: Case) -> Iterator[Finding]:
    """Logs that services write into a store that declares other classes, or the same one as sealed."""
    holdings = case.facts.by(Holding, "store")
    for written in case.facts.of(ServiceLog):
        inside = holdings.get(written.store, [])
        in_clear = {holding.data_class for holding in inside if not holding.seals}
        if written.data_class in in_clear or written.store in case.ledger.undeclared:
            continue
        names = sorted({holding.data_class for holding in inside})
        declared = f"declares {', '.join(names)}" if names else "declares none of it"
        yield Finding(
            written.subject,
            Outcome.FAIL,
            f"{written.what} of {case.facts.name(written.subject)} go to {case.facts.name(written.store)}, "
            f"which {declared} and not {written.data_class} in clear",
            f"send them to a store that declares {written.data_class}",
            written.evidence,
        )


def _no_logs(case: Case) -> Iterator[Finding]:
    """Copies of the data itself that are said to hold none of it."""
    logs = log_kinds()
    for holding in case.facts.of(Holding):
        for copy in sorted(holding.outside.keys() - logs):
            place = f"holding {holding.name}"
            yield Finding(
                holding.component,
                Outcome.FAIL,
                f"{place}: {copy!r} is no log: only a log can be empty of a class, never the data itself or a backup",
                f"take it out; logs are {', '.join(sorted(logs))}",
                Evidence(holding.component, place),
                waivable=False,
            )


def _faults(case: Case) -> Iterator[tuple[str, str, list[str]]]:
    """Faults of each declared holding, keyring and flow: its component, its name, the faults."""
    chosen = case.duties.declaration.classes
    holdings, rings = case.facts.of(Holding), case.facts.of(Keyring)
    named, ringed = Counter(h.name for h in holdings), Counter(ring.name for ring in rings)
    for holding in holdings:
        known = holding.data_class in chosen
        faults = [] if known else [f"class {holding.data_class} is not in im:classes"]
        faults += _in_store(case, holding.store)
        if _in_clear(case, holding):
            faults.append("it is sealed, and a flow into it, or before it, is not")
        of = {other.customer for other in case.facts.by(Holding, "store")[holding.store]}
        if len(of) > 1:
            faults.append(f"its store has records of {', '.join(sorted(c or 'others' for c in of))}: one customer each")
        if holding.customer and holding.customer not in case.duties.declaration.customers:
            faults.append(f"customer {holding.customer} is not in im:customers")
        if named[holding.name] > 1:
            faults.append("another holding has the same name")
        if holding.name == CLIENTS:
            faults.append("that is the name of what is outside the stack")
        yield holding.component, f"holding {holding.name}", faults
    for ring in rings:
        again = ["another keyring has the same name"] if ringed[ring.name] > 1 else []
        yield ring.component, f"keyring {ring.name}", again + _in_store(case, ring.store)
    used = {holding.store for holding in holdings} | {ring.store for ring in rings}
    for empty in case.facts.of(HoldsNothing):
        both = [f"{case.facts.name(empty.store)} holds something, too"] if empty.store in used else []
        yield empty.component, "nothing", both + _in_store(case, empty.store)
    for flow in case.facts.of(Flow):
        ends = [end for end in (flow.source, flow.target) if end not in named]
        lost = [f"no holding is called {end}" for end in ends if (end, flow.source) != (CLIENTS, CLIENTS)]
        yield flow.component, f"flow from {flow.source} to {flow.target}", lost


def _in_clear(case: Case, holding: Holding) -> bool:
    """Whether a holding claims a seal that what flows into it does not have; no flow at all is said elsewhere."""
    flows = case.facts.by(Flow, "target").get(holding.name)
    return bool(holding.seals and flows) and not case.ledger.holds_sealed(holding)


def _in_store(case: Case, urn: str) -> list[str]:
    """A fault where data is declared in something known to be no store; what could not be read is said elsewhere."""
    if case.facts.by(Store, "subject").get(urn) or case.facts.unread(urn):
        return []
    return [f"{case.facts.name(urn)} is nothing that data rests in"]


RULE = Rule("declared-holdings", "Every store declares what it holds", _check)
