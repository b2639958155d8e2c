"""Register of sub-processors against the stack: every entry is used, and processes where the adopted texts let data be
(IM-SUB-01, KN-SHR-01, KN-RES-01). A party that the stack lets in and no entry lists: `no-public-door`."""

from collections.abc import Iterator

from im_stack.facts.mechanism.cloud import PROVIDER, name_of
from im_stack.facts.model import Evidence, Exposure
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known
from im_stack.terms.duties.binding import demands_place, excepted, inside
from im_stack.terms.duties.resolve import Duty
from im_stack.terms.stack.sub_processor import CLOUDS, SubProcessor


def _check(case: Case) -> Iterator[Finding]:
    unused = None if any(door.open is None for door in case.facts.of(Exposure)) else False  # who passes is not known
    cloud = CLOUDS[case.duties.declaration.cloud]
    for index, party in enumerate(case.duties.declaration.sub_processors):
        at, uses = Evidence(f"im:sub-processors.{index}"), _uses(case, party)
        for duty in case.under:
            if demands_place(duty.obligation):
                where = _where(case, duty, party, Evidence(f"im:sub-processors.{index}.country"))
                yield from where if uses else ()
            elif uses:
                message = f"{party.name}, on the ground {party.basis}: {uses}"
                yield Finding("", Outcome.PASS, message, "", at, duty=duty)
            elif party.name != cloud:  # that nothing at all is made is said by stack-complete
                how = "lets it in, or sends to it" if party.parties else "is of its cloud"
                message = f"{party.name} is listed as a sub-processor, and nothing in this stack {how}"
                fix = "remove the entry, or correct its account or endpoint"
                yield Finding("", known(unused), message, fix, at, duty=duty)


def _uses(case: Case, party: SubProcessor) -> str:
    """What the stack does with a party, in words; nothing where it does nothing."""
    found = [name for name, title in CLOUDS.items() if title == party.name]
    made = (resource for resource in case.facts.graph.by_urn.values() if not resource.external)
    own = [r for r in made if name_of(r.type) in found and not r.type.startswith(PROVIDER)]
    doors = [door for door in case.facts.of(Exposure) if any(map(party.is_party, door.parties))]
    said = [f"{len(own)} resources of its cloud"] if own else []
    said += [f"{door.what} of {case.facts.name(door.subject)}" for door in doors]
    return ", ".join(said)


def _where(case: Case, duty: Duty, party: SubProcessor, at: Evidence) -> Iterator[Finding]:
    """Whether a party is in the places in which a text wants the data to stay, or an exception is declared."""
    library, areas = case.duties.library, duty.obligation.storage.within if duty.obligation.storage else ()
    let = excepted(duty.obligation, case.duties.declaration, party.country, library, case.today)
    places, message = ", ".join(areas), f"{party.name} processes data in {party.country}"
    bound = set(party.classes) & set(duty.classes) if duty.classes else set(party.classes)
    # equivalent(builtin): a demand names one area
    if any(inside(party.country, area, library) for area in areas) or let.keys() >= bound:
        yield Finding("", Outcome.PASS, message, "", at, duty=duty)
    else:
        message = f"{message}, not in {places}"
        fix = f"a party in {places}, or an exception for each of its classes in im:exceptions"
        yield Finding("", Outcome.FAIL, message, fix, at, duty=duty, waivable=False)


RULE = Rule("sub-processors", "The register of sub-processors is true", _check)
