"""Presence of what the declaration speaks of: a holding of each stored class, a store of each service (IM-SVC-01)."""

from collections.abc import Iterator

from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.model import Evidence, Service, Store
from im_stack.policies.rule import Case, Finding, Outcome, Rule


def _check(case: Case) -> Iterator[Finding]:
    declaration = case.duties.declaration
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
    for name in stored:
        members = case.ledger.members(name)
        if members:
            store = members[0].store
            held = f"{case.facts.name(store)} holds {name}"
            yield Finding(name, Outcome.PASS, held, evidence=Evidence(store))
        else:
            yield Finding(
                name,
                Outcome.UNPROVEN,
                f"im:classes.{name} is stored, and nothing in this stack holds it",
                "declare it where it rests, or choose `store: false` with `transient`",
            )
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


RULE = Rule("stack-complete", "Every stored class and every declared service is in the stack", _check)
