"""No copy, key or log of a resource is sent out of the home region (KN-RES-01)."""

from collections.abc import Iterator

from im_stack.facts.declarations import Holding
from im_stack.facts.model import ForbiddenSetting, Located
from im_stack.policies.abroad import by_exception
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known


def _check(case: Case) -> Iterator[Finding]:
    home = case.duties.home.id
    for place in case.facts.of(Located):
        if not place.crosses:
            continue
        name = case.facts.name(place.subject)
        outcome = known(None if place.region is None else place.region == home)
        where = place.region or "a place not known before deployment"
        fix = "" if outcome is Outcome.PASS else f"name {home}, or remove it"
        message = f"{place.what} of {name} goes to {where}"
        yield from (list(by_exception(case, place, message, fix)) if outcome is Outcome.FAIL else ()) or [
            Finding(place.subject, outcome, message, fix, place.evidence, irreversible=True)
        ]
    for leak in case.facts.of(ForbiddenSetting):
        if leak.path not in ("border", "copy", "lock"):
            continue
        held = case.facts.by(Holding, "store").get(case.facts.instance(leak.subject), [])
        if leak.path == "lock" and held and all(holding.archived for holding in held):
            continue  # when what is locked ends is judged with the archive
        name = case.facts.name(leak.subject)
        what = f"{name}.{leak.evidence.argument}" if leak.evidence.argument else name
        message = f"{what} is {leak.found}" if leak.allowed else f"{what} is {leak.found}: {leak.why}"
        fix = "" if leak.allowed else f"must be {leak.expected}"
        yield Finding(leak.subject, known(leak.allowed), message, fix, leak.evidence, irreversible=leak.irreversible)


RULE = Rule("copies-stay-home", "No copy leaves the home region or the stack", _check, waivable=False)
