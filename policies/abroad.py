"""Places outside of the home region: what rests in one, and which exceptions let it.

In: a case of a rule about places, the region, and whatever is there or leads there. Out: findings, one for the duties
that let it and one for those that do not; nothing where no exception in force is about that place.
"""

from collections.abc import Iterator

from im_stack.facts.model import Located
from im_stack.policies.bounds.reach import classes_behind
from im_stack.policies.rule import Case, Finding, Outcome
from im_stack.terms.duties.binding import excepted, inside


def by_exception(case: Case, place: Located, message: str, fix: str) -> Iterator[Finding]:
    """Findings about a place that is not home, as far as exceptions may let data be there.

    What rests there may be declared after it is made, so no failure of these is beyond recall.
    """
    declaration, library = case.duties.declaration, case.duties.library
    region = library.regions.get((declaration.cloud, str(place.region)))
    if region is None:
        return
    there = region.jurisdiction
    classes = classes_behind(case.facts, place.subject, frozenset(declaration.classes))
    for duty in case.under if any(inside(there, each.target, library) for each in declaration.exceptions) else ():
        let = excepted(duty.obligation, declaration, there, library, case.today)
        # equivalent(negate): the duties that a finding names: tests/stacks/test_beside.py
        bound = classes & set(duty.classes) if duty.classes else classes
        left = sorted(bound - let.keys())
        if left:
            more = f"{fix}, or an exception in im:exceptions for {', '.join(left)} in {there}"
            yield Finding(place.subject, Outcome.FAIL, message, more, place.evidence, duty=duty)
        elif bound:
            what = f"{message}; exceptions let {', '.join(sorted(bound))} rest in {there}"
            yield Finding(place.subject, Outcome.PASS, what, evidence=place.evidence, duty=duty)
