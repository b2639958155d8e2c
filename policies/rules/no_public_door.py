"""Doors of stores, keys and functions: closed to the Internet, other accounts and identities that are not the stack's
(KN-ATK-01, KN-ACC-01, KN-DIS-01). Parties that the register of sub-processors lists, for the classes behind the door,
may pass (IM-SUB-01, KN-SHR-01), and the declared role to an archive (TC-SEP-01); the public may read what is declared
to hold statistics alone (GP-STA-01)."""

from collections.abc import Iterator

from im_stack.facts.declarations import Holding, HoldsNothing, Keyring
from im_stack.facts.model import AtRest, Exposure, ForbiddenSetting, Store
from im_stack.policies.bounds.reach import classes_behind
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known


def _check(case: Case) -> Iterator[Finding]:
    controls = [duty for duty in case.under if duty.obligation.kind == "access-control"]
    public = _Public(case)
    for door in case.facts.of(Exposure):
        unlisted = list(_unlisted(case, door))
        allowed = (bool(door.parties) and not unlisted) or _archivist(case, door)
        closed = allowed or (None if door.open is None else not door.open)
        published = "" if closed else public.statistics(door.subject, door.reads)
        state = {True: "is closed", False: "is open", None: "is not known to be closed"}[closed]
        fix = "" if closed else door.how
        if allowed and door.insiders:
            state = f"is for {', '.join(door.insiders)}, the role of im:archive"
        elif allowed:
            state = f"is for {', '.join(door.parties)}, each a sub-processor"
        elif door.parties:
            fix = f"remove it, or list {', '.join(unlisted)} in im:sub-processors"
        elif door.insiders:
            fix = "leave it to roles of the stack, or waive it with an owner and a date"
        if published:
            state, fix, closed = f"is open: {published}", "", True
        # equivalent(connective, operand): which duties a finding serves: tests/policies/test_waivers.py
        for duty in controls if door.insiders and not closed else [None]:
            yield Finding(
                door.subject,
                known(closed),
                f"{door.what} of {case.facts.name(door.subject)} {state}",
                fix,
                door.evidence,
                duty=duty,
                irreversible=door.alone and not public.may_come(door.subject),
                waivable=bool(door.insiders),
            )
    for leak in case.facts.of(ForbiddenSetting):
        if leak.path not in ("door", "network"):
            continue
        name = case.facts.name(leak.subject)
        what = f"{name}.{leak.evidence.argument}" if leak.evidence.argument else name
        published = "" if leak.allowed else public.statistics(leak.subject, leak.reads)
        why = published or ("" if leak.allowed else leak.why)
        outcome = Outcome.PASS if published else known(leak.allowed)
        yield Finding(
            leak.subject,
            outcome,
            f"{what} is {leak.found}{': ' if why else ''}{why}",
            "" if outcome is Outcome.PASS else f"must be {leak.expected}",
            leak.evidence,
            irreversible=leak.irreversible and not public.may_come(leak.subject),
            waivable=False,
        )


class _Public:
    """What the public may read: stores declared to hold statistics alone, where a text lets these be published."""

    def __init__(self, case: Case) -> None:
        self._facts = case.facts
        self._allowed = any(duty.obligation.kind == "publication" for duty in case.under)
        self._held = {holding.store for holding in case.facts.of(Holding)}
        self._held |= {ring.store for ring in case.facts.of(Keyring)}

    def statistics(self, urn: str, reads: bool) -> str:
        """What is published in a store, or by its setting, in words; nothing where nothing may be, or where more than
        reading (`reads`) is open."""
        store = self._facts.instance(urn)
        said = self._facts.by(HoldsNothing, "store").get(store, []) if reads and self.may_come(urn) else []
        return next((f"it publishes statistics ({each.reason})" for each in said if each.published), "")

    def may_come(self, urn: str) -> bool:
        """Whether a store that holds nothing yet may still be declared to hold statistics."""
        store = self._facts.instance(urn) if self._allowed else ""
        return store not in self._held and store in self._facts.by(Store, "subject")


def _archivist(case: Case, door: Exposure) -> bool:
    """Whether a door is for the role of im:archive alone, and nothing but an archive is behind it."""
    archive, held = case.duties.declaration.archive, case.facts.by(Holding, "store")
    stores = {rest.subject for rest in case.facts.by(AtRest, "key").get(door.subject, [])} or {door.subject}
    alone = all(held.get(store) and all(each.archived for each in held[store]) for store in stores)
    return bool(archive and door.insiders and alone and all(map(archive.is_role, door.insiders)))


def _unlisted(case: Case, door: Exposure) -> Iterator[str]:
    """The parties of a door that no entry of the register lists, or that it lists for other classes. Which classes an
    application sends to an address is a declared hop."""
    register = case.duties.declaration.sub_processors
    every = frozenset(case.duties.declaration.classes)
    for party in door.parties:
        entries = [entry for entry in register if entry.is_party(party)]
        behind = classes_behind(case.facts, door.subject, every) if party.isdecimal() else frozenset[str]()
        left = sorted(behind.difference(*(entry.classes for entry in entries)))
        if left or not entries:
            yield f"{party} for {', '.join(left)}" if left else party


_ONLY = "an identity of the account that is not the stack's"
RULE = Rule("no-public-door", "Nothing is open to the outside", _check, only=_ONLY)
