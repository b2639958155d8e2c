"""Loss by mistake: each store says how far back it can be undone, or the owner accepts that it cannot (KN-LOS-01)."""

from collections.abc import Iterator

from im_stack.facts.mechanism.tables import recovery
from im_stack.facts.model import Evidence, Holding, Store
from im_stack.policies.bound import NOTHING
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.terms.library import passing
from im_stack.terms.period import spell_period


def _check(case: Case) -> Iterator[Finding]:
    declaration, table = case.duties.declaration, recovery(case.duties.home.cloud)
    held = case.facts.by(Holding, "store")
    for store in case.facts.of(Store):
        if not any(_rests(holding, store) for holding in held.get(store.subject, [])):
            continue
        kinds = table[store.service].copies if store.service in table else ()
        kept = [copy.amounts[0] for copy in case.ledger.copies_of(store.subject) if copy.kind in kinds and copy.amounts]
        name, accepted = case.facts.name(store.subject), declaration.accepted_losses.get(store.service)
        back = max((amount.period or NOTHING for amount in kept), default=NOTHING)
        if back > NOTHING:
            what = f"{name}: a mistake can be undone up to {spell_period(back)} later, from its {' or '.join(kinds)}"
            yield Finding(store.subject, Outcome.PASS, what)
        elif accepted:
            yield Finding(
                store.subject, Outcome.PASS, f"{name}: that a mistake cannot be undone is accepted: {accepted}"
            )
        else:
            unknown = any(amount.unknown for amount in kept)
            copies, key = " or ".join(kinds) or "copies", f"im:accepted-losses.{store.service}"
            yield Finding(
                store.subject,
                Outcome.UNPROVEN if unknown else Outcome.FAIL,
                f"{name}: how far back a mistake can be undone is not known"
                if unknown
                else f"{name}: nothing undoes a mistake",
                f"keep {copies} of it, or accept the loss ({key}: why)",
                kept[0].evidence if unknown else Evidence(store.subject),
            )


def _rests(holding: Holding, store: Store) -> bool:
    """Whether data rests in a holding: what is only passed on can be sent again."""
    return (holding.rests or ("passing" if store.service in passing() else "durable")) == "durable"


RULE = Rule("loss-prevented", "A mistake can be undone, or its loss is accepted", _check)
