"""Whatever can hold data says which class it holds (KN-LCM-01, IM-SVC-01)."""

from collections.abc import Iterator

from facts.model import Evidence, Holding, Store
from policies.rule import Case, Finding, Outcome, Rule


def _check(case: Case) -> Iterator[Finding]:
    chosen = case.duties.declaration.classes
    undeclared = set(case.ledger.undeclared)
    names = [holding.name for holding in case.facts.of(Holding)]
    for store in case.facts.of(Store):
        name = case.facts.name(store.subject)
        if store.subject in undeclared:
            yield Finding(
                store.subject,
                Outcome.FAIL,
                f"{name} declares no holding: it is judged as holding every class of the stack",
                "make it through a component, or declare its holdings in an imDeclares input",
                Evidence(store.subject),
            )
        else:
            yield Finding(store.subject, Outcome.PASS, f"{name} declares what it holds")
    for holding in case.facts.of(Holding):
        faults = [
            f"class {c} is not in im:classes" for c in (holding.data_class, holding.clear) if c and c not in chosen
        ]
        if holding.seals and not holding.clear:
            faults.append("it is sealed but does not say which class stays in clear beside the ciphertext")
        if names.count(holding.name) > 1:
            faults.append("another holding has the same name")
        for fault in faults:
            yield Finding(
                holding.component,
                Outcome.FAIL,
                f"holding {holding.name}: {fault}",
                "correct the declaration or the holding",
                Evidence(holding.component, holding.name),
            )


RULE = Rule("declared-holdings", "Every store declares what it holds", _check)
