"""Every resource is in the stack's own region (IM-REG-01, KN-RES-01)."""

import re
from collections.abc import Iterator

from im_stack.facts.declarations import Declared
from im_stack.facts.model import Evidence, Located, Store
from im_stack.policies.abroad import by_exception
from im_stack.policies.bounds.reach import classes_behind
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known
from im_stack.terms.duties.binding import TRANSFER, excepted, inside
from im_stack.terms.duties.resolve import Duty
from im_stack.terms.stack.declaration import ResidencyException


def _check(case: Case) -> Iterator[Finding]:
    home = case.duties.home.id
    vouched = {hop.subject: hop for hop in case.facts.of(Declared) if hop.what == "unverified-zone"}
    for place in case.facts.of(Located):
        if place.crosses:
            continue
        name = case.facts.name(place.subject)
        hop = vouched.get(place.subject) if place.declared else None
        if hop and not set(place.names) <= set(re.findall(r"\w+", hop.must)):
            hop = None  # the declaration is about other places than this one
        if place.region is None and hop:  # equivalent(operand): only a place without a region can be covered by a word
            message, outcome = f"{place.declared} of {name}: {hop.who} must {hop.must}", Outcome.PASS
        elif place.region is None:
            message, outcome = f"where {place.what} of {name} is cannot be known before deployment", Outcome.UNPROVEN
        elif place.region == home:
            message, outcome = f"{place.what} of {name} is in {home}", Outcome.PASS
        else:
            message, outcome = f"{place.what} of {name} is in {place.region}, not in {home}", Outcome.FAIL
            if let := list(by_exception(case, place, message, f"set {place.evidence.argument or 'region'} to {home}")):
                yield from let
                continue
        fix = "" if outcome is Outcome.PASS else f"set {place.evidence.argument or 'region'} to {home}"
        yield Finding(place.subject, outcome, message, fix, place.evidence, irreversible=True)
    yield from _not_there(case)
    yield from _exceptions(case)
    yield from _transfers(case)


def _not_there(case: Case) -> Iterator[Finding]:
    """Stores of a service that its documents do not have in the home region, whether im:services names it or not."""
    home = case.duties.home
    for store in case.facts.of(Store) if home.lacks else ():
        if source := home.lacks.get(store.service):
            message = f"{case.facts.name(store.subject)}: {home.id} has no {store.service} ({source})"
            yield Finding(store.subject, Outcome.FAIL, message, "another region, or another kind of store")


def _transfers(case: Case) -> Iterator[Finding]:
    """Classes whose text lets them leave a place on a stated basis alone, where the stack is outside of it."""
    declaration, library, home = case.duties.declaration, case.duties.library, case.duties.home.jurisdiction
    for duty in case.under:
        within = duty.obligation.storage.within if duty.obligation.storage else ()
        if duty.obligation.kind != TRANSFER or any(inside(home, area, library) for area in within):
            continue
        let = excepted(duty.obligation, declaration, home, library, case.today)
        # equivalent(connective, operand): every obligation about transfers that a plan shows names its classes
        for name in sorted(duty.classes or declaration.classes):
            what = f"{name} of residents of {', '.join(duty.obligation.jurisdictions)} rests in {home}"
            if name in let:
                yield Finding(name, Outcome.PASS, f"{what} on the ground {let[name].ground}", duty=duty)
            else:
                fix = f"im:exceptions: {duty.obligation.id}, {name}, {' or '.join(duty.obligation.exceptions)}, {home}"
                yield Finding(name, Outcome.FAIL, f"{what} on no basis that is declared", fix, duty=duty)


def _exceptions(case: Case) -> Iterator[Finding]:
    """Exceptions by which a class may be where a text does not want it: each is needed, and ends on its day."""
    for index, each in enumerate(case.duties.declaration.exceptions):
        duty = next((duty for duty in case.under if duty.obligation.id == each.obligation), None)
        what = f"the exception from {each.obligation} for {each.target}, on the ground {each.ground},"
        over = case.today > each.until
        message = f"{what} {'ended on' if over else 'lasts until'} {each.until}"
        # equivalent(negate): the text of a finding
        needed, fix = _excuses(case, each, duty), "renew the ground and its day, or move the class" if over else ""
        if not over and not needed:
            fix = "remove it, or correct its class or target"
            message = f"{what} excuses nothing: no {each.data_class} of this stack is there, where it would need one"
        at = Evidence(f"im:exceptions.{index}")
        yield Finding(each.data_class, Outcome.FAIL if over else known(needed), message, fix, at, duty=duty)


def _excuses(case: Case, exception: ResidencyException, duty: Duty | None) -> bool | None:
    """Whether its class is in its target, which its obligation does not want: the stack, a copy of it, or a party; None
    where a place is not known."""
    declaration, library, name = case.duties.declaration, case.duties.library, exception.data_class
    every = frozenset(declaration.classes)
    # equivalent(connective, operand): only an obligation that names places, for this rule, has exceptions
    wanted = duty.obligation.storage.within if duty and duty.obligation.storage else ()

    def needs(place: str) -> bool:
        # equivalent(builtin): each of these obligations names one area
        return inside(place, exception.target, library) and not any(inside(place, area, library) for area in wanted)

    def holds(place: Located) -> bool:
        region = library.regions.get((declaration.cloud, str(place.region)))
        return bool(region and needs(region.jurisdiction) and name in classes_behind(case.facts, place.subject, every))

    if needs(case.duties.home.jurisdiction):
        return True
    parties = (party for party in declaration.sub_processors if name in party.classes)
    places = case.facts.of(Located)
    if any(needs(party.country) for party in parties) or any(map(holds, places)):
        return True
    return None if any(place.region is None for place in places) else False


RULE = Rule("home-region", "Every resource is in the home region", _check, waivable=False)
