"""Readers of what tells whose usage it is: one role, which signs in with it (TR-PUR-02). The one that the declaration
names reads it, and any of the stack that may."""

from collections.abc import Iterator

from im_stack.facts.declarations import Holding
from im_stack.facts.model import Evidence, ReadAccess
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known, nothing_holds


def _check(case: Case) -> Iterator[Finding]:
    network = case.duties.declaration.network
    named = network.application_role.rpartition("/")[2] if network and network.application_role else ""
    for duty in case.under:
        held = [holding for holding in case.facts.of(Holding) if holding.data_class in duty.classes]
        if not held:
            yield nothing_holds(duty)
        for store in sorted({holding.store for holding in held}):
            access = case.facts.by(ReadAccess, "store").get(store, [])
            others = [each for each in access if case.facts.graph.by_urn[each.role].inputs.get("name") != named]
            too_many = len(others) + bool(named) > 1
            who = ", ".join(sorted({case.facts.name(each.role) for each in access} | ({named} - {""})))
            sure = sum(bool(each.allowed) for each in others) + bool(named) > 1
            outcome = known(False if sure else None) if too_many else Outcome.PASS
            fix = "leave it to the role of the program that signs in" if too_many else ""
            what = f"{case.facts.name(store)} may be read by {who or 'no role of the stack'}"
            yield Finding(store, outcome, what, fix, Evidence(store), duty=duty)


RULE = Rule("read-by-one", "What tells whose usage it is has one reader", _check)
