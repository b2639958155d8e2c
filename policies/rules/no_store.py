"""Classes that are not stored: none rests in a durable service or in a copy that can be avoided (IM-NOS-01/02).

A broker or cache may hold one on its way; how long, the ceiling says. A copy that its service always makes may hold
ciphertext: it ends with the key.
"""

from collections.abc import Iterator

from im_stack.facts.model import Evidence
from im_stack.policies.bound import Member
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.terms.library import passing


def _check(case: Case) -> Iterator[Finding]:
    for duty in case.under:
        if duty.data_class is None:
            continue
        members = case.ledger.members(duty.data_class)
        faults = [fault for member in members for fault in _faults(case, member)]
        for what, evidence in faults:
            message = f"{duty.data_class} is not to be stored, and {what}"
            fix = f"keep it out of there, or choose to store it (im:classes.{duty.data_class}.store: true)"
            yield Finding(duty.data_class, Outcome.FAIL, message, fix, evidence, duty=duty)
        if not faults:
            places = ", ".join(sorted({case.facts.name(member.store) for member in members}))
            where = f"is passed on by {places}" if places else "is in nothing of this stack"
            yield Finding(duty.data_class, Outcome.PASS, f"{duty.data_class} rests nowhere: it {where}", duty=duty)


def _faults(case: Case, member: Member) -> Iterator[tuple[str, Evidence]]:
    """How a holding stores a class, and where that is read."""
    place, evidence = case.facts.name(member.store), Evidence(member.store)
    service, sealed = case.ledger.service(member), case.ledger.sealed(member)
    if service not in passing():
        unsaid = "" if member.declared else ", of which nothing is declared"
        yield f"{place} is a durable store{unsaid} ({service or 'of an unknown service'})", evidence
        return
    for copy in case.ledger.copies_of(member.store):
        if copy.kind not in member.outside and not (copy.always and sealed):
            at = copy.amounts[0].evidence if copy.amounts else evidence
            yield f"{copy.kind} of {place} keeps a copy of it{'' if sealed else ' in clear'}", at


RULE = Rule("no-store", "What is not stored rests nowhere", _check)
