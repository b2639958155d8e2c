"""Loss by mistake: each store says how far back it can be undone, or the owner accepts that it cannot (KN-LOS-01)."""

from collections.abc import Iterator
from datetime import timedelta

from im_stack.facts.declarations import Holding
from im_stack.facts.mechanism.tables import recovery
from im_stack.facts.model import Evidence, Store
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.terms.period import longest, spell_period
from im_stack.terms.texts.library import passing


def _check(case: Case) -> Iterator[Finding]:
    declaration, table = case.duties.declaration, recovery(case.duties.home.cloud)
    held = case.facts.by(Holding, "store")
    for store in case.facts.of(Store):
        if not any(_rests(holding, store) for holding in held.get(store.subject, [])):
            continue
        kinds = table[store.service].copies if store.service in table else ()
        copies = [copy for copy in case.ledger.copies_of(store.subject) if copy.kind in kinds]
        kept = [amount for copy in copies for amount in copy.amounts[:1]]
        name, accepted = case.facts.name(store.subject), declaration.accepted_losses.get(store.service)
        back = longest(*(amount.period for amount in kept if not amount.unknown))
        if back != timedelta(0):
            what = f"{name}: a mistake can be undone up to {spell_period(back)} later, from its {' or '.join(kinds)}"
            yield Finding(store.subject, Outcome.PASS, what)
        elif accepted:
            yield Finding(
                store.subject, Outcome.PASS, f"{name}: that a mistake cannot be undone is accepted: {accepted}"
            )
        else:
            # equivalent(operand): the words of a fix
            of, key = " or ".join(kinds) or "copies", f"im:accepted-losses.{store.service}"
            fix = f"keep {of} of it, or accept the loss ({key}: why)"
            if kept:
                what = f"{name}: how far back a mistake can be undone is not known"
                yield Finding(store.subject, Outcome.UNPROVEN, what, fix, kept[0].evidence)
            else:
                what, evidence = f"{name}: nothing undoes a mistake", Evidence(store.subject)
                yield Finding(store.subject, Outcome.FAIL, what, fix, evidence)


def _rests(holding: Holding, store: Store) -> bool:
    """Whether data rests in a holding: what is only passed on can be sent again."""
    return (holding.rests or ("passing" if store.service in passing() else "durable")) == "durable"


RULE = Rule("loss-prevented", "A mistake can be undone, or its loss is accepted", _check)
