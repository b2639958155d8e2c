"""Presence of what the declaration speaks of: a holding of each class that is stored, or that a text never lets be
stored (TR-NOS-01), and of each customer; a store of each service (IM-SVC-01). Of what is not there nothing is shown."""

from collections.abc import Iterator

from im_stack.facts.declarations import Holding
from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.model import Evidence, Service, Store
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.terms.duties.binding import known_classes


def _check(case: Case) -> Iterator[Finding]:
    declaration = case.duties.declaration
    # equivalent(filter): the words of a finding
    stored = [name for name, choice in sorted(declaration.classes.items()) if choice.store]
    resources = case.facts.graph.by_urn.values()
    if not any(r.custom and not r.external and not r.type.startswith(PROVIDER) for r in resources):
        yield Finding(
            "",
            Outcome.UNPROVEN,
            f"the stack makes no resources: {', '.join(stored) or 'every class'} must be held somewhere else",
            "check what the program does in this stack: a condition, or `main` of Pulumi.yaml",
            waivable=False,
        )
        return
    known = known_classes(declaration, case.duties.library)
    for name, choice in sorted(declaration.classes.items()):
        if not choice.store and known[name].storable:
            continue
        members = case.ledger.members(name)
        if members:
            store = members[0].store
            held = f"{case.facts.name(store)} {'holds' if choice.store else 'passes on'} {name}"
            yield Finding(name, Outcome.PASS, held, evidence=Evidence(store))
        else:
            what, fix = (
                ("is stored, and nothing in this stack holds it", "where it rests, or choose `store: false`")
                if choice.store
                else (
                    "is passed on, and nothing in this stack does so",
                    "where it passes, or name it in im:elsewhere",
                )
            )
            yield Finding(name, Outcome.UNPROVEN, f"im:classes.{name} {what}", f"declare it {fix}")
    yield from _customers(case)
    there = {each.service for each in case.facts.of(Store)} | {each.service for each in case.facts.of(Service)}
    for index, service in enumerate(declaration.services):
        if service not in there:
            yield Finding(
                "",
                Outcome.UNPROVEN,
                f"im:services names {service}, and nothing in this stack is one: {', '.join(stored)} may be elsewhere",
                f"make it, or take {service} out of im:services",
                Evidence(f"im:services.{index}"),
                waivable=False,
            )


def _customers(case: Case) -> Iterator[Finding]:
    """Customers that lack a store of a class of which another one has its own."""
    held = [holding for holding in case.facts.of(Holding) if holding.customer]
    for index, customer in enumerate(case.duties.declaration.customers):
        missing = sorted({h.data_class for h in held} - {h.data_class for h in held if h.customer == customer})
        if missing or not held:
            what = f"im:customers names {customer}, and no store of this stack has its {' or '.join(missing) or 'data'}"
            yield Finding(
                "", Outcome.UNPROVEN, what, "make one for it, or take it out", Evidence(f"im:customers.{index}")
            )


RULE = Rule("stack-complete", "Every stored class and every declared service is in the stack", _check)
