"""Collection ends before what was collected: destroying the stack deletes what lets clients in before any store
(KN-EOL-01). Of a store beside the component with the way in, and of what the application hands out, a hop says so."""

from collections.abc import Iterator

from im_stack.facts.model import Evidence, Ingress
from im_stack.policies.bounds.reach import deleted_sooner
from im_stack.policies.rule import Case, Finding, Outcome, Rule


def _check(case: Case) -> Iterator[Finding]:
    for way_in in case.facts.of(Ingress):
        name, at = case.facts.name(way_in.subject), Evidence(way_in.subject)
        sooner = deleted_sooner(case.facts, way_in.subject)
        inside = ", ".join(case.facts.name(store) for store, beside in sooner.items() if not beside)
        # equivalent(filter): the words of a finding
        beside = ", ".join(case.facts.name(store) for store, beside in sooner.items() if beside)
        if inside:
            what = f"{name} may still let clients in when {inside} is deleted"
            fix = f"let it depend on {inside} (depends_on), and not the other way round: then it is deleted first"
            yield Finding(way_in.subject, Outcome.FAIL, what, fix, at)
        else:
            what = f"{name} is deleted before every store{f'; before {beside} by hand' if beside else ''}"
            yield Finding(way_in.subject, Outcome.PASS, what, evidence=at)


RULE = Rule("ingress-first", "What lets clients in is deleted before what holds their data", _check)
