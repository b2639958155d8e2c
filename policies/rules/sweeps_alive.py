"""Every deletion that a bound leans on runs: a store expires by itself, or a sweep covers it and has a timer."""

from collections.abc import Iterator

from im_stack.facts.declarations import Declared, Holding, Keyring, Sweep
from im_stack.facts.mechanism.view import any_of
from im_stack.facts.model import Evidence, Store
from im_stack.facts.runs import Timer
from im_stack.policies.bounds.sweeps import is_alive
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known
from im_stack.terms.period import spell_period


def _check(case: Case) -> Iterator[Finding]:
    stores = {store.subject: store for store in case.facts.of(Store)}
    for holding in case.facts.of(Holding):
        store, choice = stores.get(holding.store), case.duties.declaration.classes.get(holding.data_class)
        if choice and choice.until:
            message = (
                f"{holding.name} is kept until {' or '.join(sorted(choice.until))}, and no sweep may end it before"
            )
            yield Finding(holding.store, Outcome.NOT_APPLICABLE, message)
        elif store and store.expiry:
            yield _expires(case, holding, store)
        elif holding.sweep is None or holding.ttl is None:
            yield Finding(
                holding.store,
                Outcome.FAIL,
                f"nothing deletes {holding.name} from {case.facts.name(holding.store)}",
                "give the holding a ttl and a sweep, or the store an expiry",
                Evidence(holding.component, holding.name),
            )
        else:
            yield _sweep(case, holding.name, holding.sweep, holding.store)
    for ring in case.facts.of(Keyring):
        if ring.sweep:
            yield _sweep(case, ring.name, ring.sweep, ring.store)


def _expires(case: Case, holding: Holding, store: Store) -> Finding:
    said = {hop.what for hop in case.facts.by(Declared, "subject").get(store.subject, [])}
    if store.word and store.word not in said:
        return Finding(
            holding.store,
            Outcome.FAIL,
            f"{case.facts.name(store.subject)} deletes {holding.name} by itself only under a hop that is not declared",
            f"declare a hop {store.word}: who must do what",
            store.expiry[0].evidence,
        )
    unknown = any(amount.unknown for amount in store.expiry)
    ends = None if unknown else all(amount.period is not None for amount in store.expiry)
    state = {True: "deletes", False: "does not delete", None: "is not known to delete"}[ends]
    return Finding(
        holding.store,
        known(ends),
        f"{case.facts.name(holding.store)} {state} {holding.name} by itself",
        # equivalent(negate): the text of a finding: tests/golden
        "" if ends else "give the store an expiry that is known before deployment",
        store.expiry[0].evidence,
    )


def _sweep(case: Case, name: str, sweep: Sweep, store: str) -> Finding:
    if sweep.function is None:
        return Finding(
            store, Outcome.PASS, f"{sweep.by} deletes {name} every {spell_period(sweep.period)}, as declared"
        )
    timers = case.facts.by(Timer, "function").get(sweep.function, [])
    function = case.facts.name(sweep.function)
    if not timers:
        return Finding(
            sweep.function,
            Outcome.FAIL,
            f"{function} ends {name} and has no timer",
            "give it a timer",
            Evidence(sweep.function, "timer"),
        )
    outcome = known(any_of(*(is_alive(timer, sweep) for timer in timers)))
    need = f"runs at least every {spell_period(sweep.period)}, for as long as {spell_period(sweep.run)}"
    fix = "" if outcome is Outcome.PASS else f"enable a timer that {need}"
    return Finding(
        sweep.function,
        outcome,
        f"{function} ends {name} every {spell_period(timers[0].period)}",
        fix,
        timers[0].evidence,
    )


RULE = Rule("sweeps-alive", "Every deletion that a bound leans on runs", _check)
