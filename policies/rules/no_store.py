"""Classes that are not stored: none rests in a durable service, in a copy that can be avoided (IM-NOS-01/02), or in
anything that a machine can put it into (TR-NOS-01).

A broker or cache may hold one on its way; how long, the ceiling says. A copy that its service always makes may hold
ciphertext: it ends with the key. What a text never lets be stored passes in the memory of machines alone, from which
nothing else is made either (TR-PUR-01).
"""

from collections.abc import Iterator

from im_stack.facts.declarations import Declared
from im_stack.facts.model import Evidence, Outlet
from im_stack.policies.bounds.bound import Member
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known
from im_stack.terms.duties.binding import known_classes
from im_stack.terms.duties.resolve import Duty
from im_stack.terms.texts.library import in_memory, passing

_OUT = "keep it out of there, or choose to store it (im:classes.{}.store: true)"
_SAID = {
    "no-storage": ("is not to be stored", "rests nowhere"),
    "purpose": ("is only delivered", "is delivered"),
}
"""The kinds of obligation, and what they say of a class."""


def _check(case: Case) -> Iterator[Finding]:
    storable = {name: of.storable for name, of in known_classes(case.duties.declaration, case.duties.library).items()}
    for duty in case.under:
        for name in duty.classes if duty.obligation.kind in _SAID else ():
            members = case.ledger.members(name)
            faults = list(dict.fromkeys(f for m in members for f in _faults(case, m, duty, name, storable[name])))
            what, how = _SAID[duty.obligation.kind]
            for outcome, fault, fix, evidence in faults:
                yield Finding(name, outcome, f"{name} {what}, and {fault}", fix, evidence, duty=duty)
            if not members:
                outcome = Outcome.PASS if storable[name] else Outcome.NOT_APPLICABLE
                yield Finding(name, outcome, f"{name} {how}: it is in nothing of this stack", duty=duty)
            elif not faults:
                places = ", ".join(sorted({case.facts.name(member.store) for member in members}))
                yield Finding(name, Outcome.PASS, f"{name} {how}: it is passed on by {places}", duty=duty)


_Fault = tuple[Outcome, str, str, Evidence]


def _faults(case: Case, member: Member, duty: Duty, name: str, storable: bool) -> Iterator[_Fault]:
    """How a holding stores a class, or makes something else of it, and where that is read."""
    place, evidence = case.facts.name(member.store), Evidence(member.store)
    service, sealed, out = case.ledger.service(member), case.ledger.sealed(member), _OUT.format(name)
    purpose = duty.obligation.kind == "purpose"
    for outlet in case.facts.by(Outlet, "machine").get(member.store, []):
        if outlet.kept is not False and (outlet.works or not purpose):
            does = f"{'' if outlet.kept else 'perhaps '}{'does with it' if outlet.works else 'can write it to'}"
            what = f"{place} {does} {outlet.what}"
            yield known(None if outlet.kept is None else False), what, outlet.how, outlet.evidence
    if purpose:
        return
    durable = service not in passing()
    if durable or not (storable or service in in_memory()):
        what = "is a durable store" if durable else "writes what it passes on to disks"
        how = "" if member.declared else ", of which nothing is declared"
        yield Outcome.FAIL, f"{place} {what}{how} ({service or 'of an unknown service'})", out, evidence
    for copy in () if durable else case.ledger.copies_of(member.store):
        if copy.kind not in member.outside and not (copy.always and sealed):
            at = next((amount.evidence for amount in copy.amounts), evidence)
            what = f"{copy.kind} of {place} keeps a copy of it{'' if sealed else ' in clear'}"
            yield Outcome.FAIL, what, out, at
    said = {hop.what for hop in case.facts.by(Declared, "subject").get(member.store, [])}
    if service in in_memory() and "kept-in-memory" not in said:
        fix = "declare the hop `kept-in-memory`: who writes none of it to a disk"
        yield Outcome.UNPROVEN, f"nothing says that {place} writes none of it to its system disk", fix, evidence


RULE = Rule("no-store", "What is not stored rests nowhere", _check)
