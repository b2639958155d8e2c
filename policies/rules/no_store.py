"""Classes that are not stored: none rests in a durable service or in a copy that can be avoided (IM-NOS-01/02).

A broker or cache may hold one on its way; how long, the ceiling says. A copy that its service always makes may hold
ciphertext: it ends with the key.
"""

from collections.abc import Iterator

from im_stack.facts.model import Evidence
from im_stack.policies.bounds.bound import Member
from im_stack.policies.rule import Case, Finding, Outcome, Rule
from im_stack.terms.texts.library import passing


def _check(case: Case) -> Iterator[Finding]:
    for duty, data_class, _, _ in case.bounded():
        members = case.ledger.members(data_class)
        faults = [fault for member in members for fault in _faults(case, member)]
        for what, evidence in faults:
            message = f"{data_class} is not to be stored, and {what}"
            fix = f"keep it out of there, or choose to store it (im:classes.{data_class}.store: true)"
            yield Finding(data_class, Outcome.FAIL, message, fix, evidence, duty=duty)
        if not faults:
            places = ", ".join(sorted({case.facts.name(member.store) for member in members}))
            where = f"is passed on by {places}" if places else "is in nothing of this stack"
            yield Finding(data_class, Outcome.PASS, f"{data_class} rests nowhere: it {where}", duty=duty)


def _faults(case: Case, member: Member) -> Iterator[tuple[str, Evidence]]:
    """How a holding stores a class, and where that is read."""
    place, evidence = case.facts.name(member.store), Evidence(member.store)
    service, sealed = case.ledger.service(member), case.ledger.sealed(member)
    durable = service not in passing()
    if durable:
        # equivalent(negate): the words of a finding
        unsaid = "" if member.declared else ", of which nothing is declared"
        yield f"{place} is a durable store{unsaid} ({service or 'of an unknown service'})", evidence
    for copy in () if durable else case.ledger.copies_of(member.store):
        if copy.kind not in member.outside and not (copy.always and sealed):
            at = next((amount.evidence for amount in copy.amounts), evidence)
            yield f"{copy.kind} of {place} keeps a copy of it{'' if sealed else ' in clear'}", at


RULE = Rule("no-store", "What is not stored rests nowhere", _check)
