"""What a law keeps past its end is in an archive apart: a store, a key and a role of its own, closed to deletions, and
with an end (TC-SEP-01, TC-IDN-02). Other rules leave it out, so it may hold nothing but what the declaration names.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from im_stack.facts.declarations import Flow, Holding, Keyring
from im_stack.facts.model import AtRest, Evidence, Guard, ReadAccess, WriteAccess
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known
from im_stack.terms.period import parse_period, spell_period

_HOLDS = {True: "holds", False: "does not hold", None: "is not known to hold"}
_OWN = "leave it to im:archive.role alone"
_ALONE = "hold in an archive only what im:archive names"


def _check(case: Case) -> Iterator[Finding]:
    archived = [holding for holding in case.facts.of(Holding) if holding.archived]
    for duty in case.under:
        if duty.data_class and not any(h.data_class == duty.data_class for h in archived):
            what = f"nothing archives {duty.data_class}, which is kept for {spell_period(duty.limit)} at least"
            yield Finding(duty.data_class, Outcome.FAIL, what, "add an archive that holds it", duty=duty)
    for holding in archived:
        yield from _held(case, holding)
    for store in sorted({holding.store for holding in archived}):
        yield from _apart(case, store)
        yield from _closed(case, store)


def _held(case: Case, holding: Holding) -> Iterator[Finding]:
    """What one class in an archive is there for, from where it comes, and between which times it ends."""
    of, place, archive = holding.data_class, case.facts.name(holding.store), case.duties.declaration.archive
    at = Evidence(holding.component, holding.name)
    named = archive is not None and of in archive.classes
    what = f"{place} archives {of}, which im:archive {'names' if named else 'does not name'}"
    yield _found(holding.store, named, what, _ALONE, at)
    flows = case.facts.by(Flow, "target").get(holding.name, [])
    live = {each.name for each in case.facts.of(Holding) if each.data_class == of and not each.archived}
    state = bool(flows) and {f.source for f in flows} <= live
    what = f"{of} in {place} comes from {'where it was live' if state else 'elsewhere than where it was live'}"
    yield _found(holding.store, state, what, f"declare the flow from the holding of {of}, and no other", at)
    if case.facts.by(Flow, "source").get(holding.name):
        yield Finding(holding.store, Outcome.FAIL, f"{of} in {place} flows on from there", "take out the flow", at)
    if any(ring.kind == "people" for seal in holding.seals for ring in case.facts.by(Keyring, "name").get(seal, [])):
        what = f"{of} in {place} ends with its person's key, which an erasure ends"
        yield Finding(holding.store, Outcome.FAIL, what, "archive it under the archive's own key", at)
    yield from _ends(case, holding, at)


def _ends(case: Case, holding: Holding, at: Evidence) -> Iterator[Finding]:
    """The interval in which what is archived ends: not before the minimum, and not after the declared end."""
    of, place, archive = holding.data_class, case.facts.name(holding.store), case.duties.declaration.archive
    bound = case.ledger.archived(holding)
    limit = {duty.data_class: duty.limit for duty in case.under}.get(of)
    if limit is not None:
        least = bound.earliest
        kept = "for ever" if least is None else f"for {spell_period(least)} at least"
        what = f"{of} in {place} is kept {kept}, and must be for {spell_period(limit)}"
        yield _found(of, least is None or least >= limit, what, "lengthen its life", at)
    most = parse_period(archive.ends) if archive else timedelta(0)
    worst = bound.worst
    ends = "never ends" if worst.total is None else f"ends after {spell_period(worst.total)}"
    ends = "has no known end" if bound.unknown else ends
    what = f"{of} in {place}: {worst.what} {ends}, and must after {spell_period(most)} at most"
    state = None if bound.unknown else worst.total is not None and worst.total <= most
    fix = "give it an end by age that fits im:archive.ends"
    yield replace(_found(holding.store, state, what, fix, worst.hops[-1].evidence), hops=worst.hops)


def _apart(case: Case, store: str) -> Iterator[Finding]:
    """Whether a store, its key and the roles that read it are an archive's alone."""
    place, held = case.facts.name(store), case.facts.by(Holding, "store")[store]
    other = sorted({h.data_class for h in held if not h.archived})
    other += sorted({ring.seals_class for ring in case.facts.by(Keyring, "store").get(store, [])})
    what = f"{place} holds its archive {'beside ' + ', '.join(other) if other else 'alone'}"
    yield _found(store, not other, what, "hold it in a store of its own", Evidence(store))
    for rest in case.facts.by(AtRest, "subject").get(store, []):
        # equivalent(operand): nothing rests under a key that is none
        under = {each.subject for each in case.facts.by(AtRest, "key").get(rest.key or "", [])} - {store}
        names = ", ".join(sorted(map(case.facts.name, under)))
        if rest.key is None:
            what, state = f"{place} rests under no key of its own ({rest.how})", False if rest.encrypted else None
        else:
            what = f"{place} rests under {case.facts.name(rest.key)}" + (f", as {names} does" if under else " alone")
            state = not under
        yield _found(store, state, what, "name a key for the archive alone", rest.evidence)
        if rest.key:
            yield from _guarded(case, store, rest.key)
    yield from _strangers(case, store)
    for access in case.facts.by(ReadAccess, "store").get(store, []):
        reads = [o for o in case.facts.by(ReadAccess, "role")[access.role] if o.store != store]
        also = ", ".join(sorted({case.facts.name(each.store) for each in reads}))
        what = f"{case.facts.name(access.role)} reads {place}" + (f", and {also}" if also else " alone")
        sure = any(access.allowed and each.allowed for each in reads)
        state = False if sure else None if reads else True
        yield _found(store, state, what, "a role for the archive alone", access.evidence)


def _strangers(case: Case, store: str) -> Iterator[Finding]:
    """The roles of the stack that may read an archive, or write to it, and are not its own."""
    archive, place = case.duties.declaration.archive, case.facts.name(store)
    reading: list[tuple[str, ReadAccess | WriteAccess]] = [
        ("reads", each) for each in case.facts.by(ReadAccess, "store").get(store, [])
    ]
    writing = [("writes to", each) for each in case.facts.by(WriteAccess, "store").get(store, [])]
    for does, access in (*reading, *writing):
        called = case.facts.graph.by_urn[access.role].inputs.get("name")
        # equivalent(operand): where a law keeps a class longer, a declaration without an archive is refused
        if not (archive and isinstance(called, str) and archive.is_role(called, path=False)):
            what = f"{case.facts.name(access.role)}, which is not called as im:archive.role, {does} {place}"
            state = False if access.allowed and isinstance(called, str) else None
            yield _found(store, state, what, _OWN, access.evidence)


def _closed(case: Case, store: str) -> Iterator[Finding]:
    """Whether a store refuses deletions, and access to all but the declared role."""
    yield from _guarded(case, store, store)
    archive = case.duties.declaration.archive
    for guard in case.facts.by(Guard, "keyring").get(store, []):
        own = [role for role in guard.spares if archive and archive.is_role(role)]
        if "archive" in guard.keeps and own[:1] != [*guard.spares]:
            what = f"{case.facts.name(store)} lets in {', '.join(guard.spares)}, and not its own role alone"
            yield Finding(store, Outcome.FAIL, what, _OWN, guard.evidence)


def _guarded(case: Case, store: str, guarded: str) -> Iterator[Finding]:
    """The guards that an archive, or its key, needs."""
    name = case.facts.name(guarded)
    guards = [each for each in case.facts.by(Guard, "keyring").get(guarded, []) if "archive" in each.keeps]
    if not guards:
        what = f"nothing keeps {name} from deletion"
        yield Finding(store, Outcome.FAIL, what, "a store whose policy refuses deletions", Evidence(guarded))
    for guard in guards:
        what = f"{name}: {guard.what} {_HOLDS[guard.holds]}"
        yield _found(store, guard.holds, what, "restore the archive's guards", guard.evidence)


def _found(subject: str, state: bool | None, what: str, fix: str, at: Evidence) -> Finding:
    # equivalent(negate): the text of a finding: tests/stacks/test_accounts.py
    return Finding(subject, known(state), what, "" if state else fix, at)


RULE = Rule("archive-apart", "What the law keeps longer is kept apart, and ends", _check, waivable=False)
