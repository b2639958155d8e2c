"""A keyring has no second copy and cannot get one: everything sealed leans on it."""

from collections.abc import Iterator

from im_stack.facts.access.guards import LISTING
from im_stack.facts.declarations import Holding, Keyring
from im_stack.facts.model import Guard
from im_stack.policies.rule import Case, Finding, Outcome, Rule, by_cause, known, spell

_STATES = {
    True: ("holds", "hold"),
    False: ("does not hold", "do not hold"),
    None: ("is not known to hold", "are not known to hold"),
}


def _check(case: Case) -> Iterator[Finding]:
    people = {ring.store for ring in case.facts.of(Keyring) if ring.kind == "people"}
    for ring in case.facts.of(Keyring):
        name = case.facts.name(ring.store)
        found = case.facts.by(Guard, "keyring").get(ring.store, [])
        mine = [guard for guard in found if ring.kind in guard.keeps]
        if not mine:
            yield Finding(
                ring.store,
                Outcome.FAIL,
                f"nothing guards the keyring {name}",
                "give it its guard policy",
            )
        for alike in by_cause(mine, lambda guard: guard.holds is not True, lambda guard: (guard.holds, guard.evidence)):
            holds = alike[0].holds
            said = spell([guard.what for guard in alike], *_STATES[holds])
            fix = "" if holds else "restore the keyring's settings and guard policy"
            yield Finding(
                ring.store,
                known(holds),
                f"{name}: {said}",
                fix,
                alike[0].evidence,
                irreversible=any(guard.alone for guard in alike),
            )
    network = case.duties.declaration.network
    role, deploys = (network.application_role, network.deploying_role) if network else (None, None)
    for guard in (guard for guard in case.facts.of(Guard) if guard.keyring in people):
        lists = LISTING in guard.what
        if strangers := [each for each in guard.spares if each != role and not (lists and each == deploys)]:
            right = "the application's role alone: im:network.application-role"
            yield Finding(
                guard.keyring,
                known(None if role is None else False),
                f"{case.facts.name(guard.keyring)}: {', '.join(strangers)} may "
                f"{'list' if lists else 'read, write and end'} keys of people",
                f"leave it to {right}{', and the one that deploys: im:network.deploying-role' if lists else ''}",
                guard.evidence,
            )
    for seal in sorted({seal for holding in case.facts.of(Holding) for seal in holding.seals}):
        if seal not in case.facts.by(Keyring, "name"):
            yield Finding(
                "", Outcome.FAIL, f"a holding is sealed by {seal}, and no keyring has that name", "add the keyring"
            )


RULE = Rule("keyring-guarded", "Every keyring is guarded against copies", _check, waivable=False)
