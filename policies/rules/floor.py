"""Nothing that must be kept is deleted early, where the declaration reads the period as a floor (C-05); and, however it
is read, no key of a person who is not erased. Each holding keeps data of its own, so each is judged by itself.
"""

from collections.abc import Iterator

from im_stack.facts.declarations import Holding, Keyring
from im_stack.facts.model import Evidence, Store
from im_stack.facts.runs import KeyRotation
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known, nothing_holds
from im_stack.terms.duties.ends import keeps
from im_stack.terms.duties.resolve import Duty
from im_stack.terms.period import spell_period


def _check(case: Case) -> Iterator[Finding]:
    for duty in case.under:
        if duty.lives:
            yield _kept(case, duty)
    for duty, data_class, limit, bound in case.bounded():
        if duty.lives:
            continue  # equivalent(pass): what lives has no end by age, which is judged above
        if bound is None:
            yield nothing_holds(duty)
            continue
        kept = f"{data_class} is kept for {spell_period(bound.earliest)} at least"
        if case.duties.declaration.reading_of(data_class) != "floor" and not keeps(duty.obligation):
            yield Finding(data_class, Outcome.NOT_APPLICABLE, f"{kept}; the period is read as a ceiling", duty=duty)
            continue
        early = [each for each in bound.floors if each.period is not None and each.period < limit]
        if not bound.floors:
            what = f"nothing is declared to keep {data_class}, and it must be kept for {spell_period(limit)}"
            yield Finding(data_class, Outcome.FAIL, what, "declare where it rests", duty=duty)
        elif not early:
            yield Finding(data_class, Outcome.PASS, kept, duty=duty)
        for each in early:
            what = f"{data_class} in {each.holding} of {each.place} is kept for {spell_period(each.period)} at least"
            yield Finding(
                data_class,
                Outcome.FAIL,
                f"{what}, but must be for {spell_period(limit)}",
                "lengthen its live period, or declare that it only passes the data on (rests: passing)",
                Evidence(each.store),
                duty=duty,
            )
    rings = case.facts.by(Keyring, "store")
    for store in sorted(store for store, of in rings.items() if any(ring.kind == "people" for ring in of)):
        yield from list(_lost(case, store, rings[store])) or [
            Finding(store, Outcome.PASS, f"{case.facts.name(store)}: people's keys end by name alone")
        ]


def _kept(case: Case, duty: Duty) -> Finding:
    """Whether a class that is kept until an event has no end by age."""
    data_class = duty.data_class or ""  # equivalent(operand): what lives is always a class
    bound = case.ledger.bound(data_class, "birth")
    if bound is None:
        return nothing_holds(duty)
    events = " or ".join(sorted(duty.obligation.bound.until)) if duty.obligation.bound else ""
    if bound.earliest is None:
        return Finding(data_class, Outcome.PASS, f"{data_class} does not end by age before {events}", duty=duty)
    what = f"{data_class} ends after {spell_period(bound.earliest)}, and is kept until {events}"
    return Finding(data_class, Outcome.FAIL, what, "take away what ends it by age", duty=duty)


def _lost(case: Case, store: str, rings: list[Keyring]) -> Iterator[Finding]:
    """What ends people's keys in a store besides the application that erases a person."""
    name = case.facts.name(store)
    for itself in case.facts.by(Store, "subject").get(store, []):
        ages = sorted(itself.sooner or itself.expiry[:1], key=lambda age: age.unknown)
        for age in ages[:1]:
            yield Finding(
                store,
                known(None if age.unknown else False),
                f"{name} ends people's keys by age, and with them what they seal, while the accounts live",
                "take out the age: the application deletes the key of a person whom it erases",
                age.evidence,
            )
        for turnover in case.facts.by(KeyRotation, "store").get(itself.known_as, [])[:1]:
            yield _swept(store, f"{case.facts.name(turnover.function)} sweeps {name}", turnover.evidence)
    sweeps = [*(ring.sweep for ring in rings), *(h.sweep for h in case.facts.by(Holding, "store").get(store, []))]
    for by in sorted({sweep.by for sweep in sweeps if sweep}):
        yield _swept(store, f"{by} sweeps {name}", None)


def _swept(store: str, what: str, evidence: Evidence | None) -> Finding:
    fix = "give people's keys a bucket of their own, that no sweep lists"
    return Finding(store, Outcome.FAIL, f"{what}, which has keys of people: it lists them all", fix, evidence)


RULE = Rule("floor", "Nothing that must be kept ends early", _check)
