"""AWS Backup: what a plan keeps, of which stores, for how long, and where its copies go.

Recovery points are copies of every store that a selection takes. No setting of the store shows it.
"""

from collections.abc import Iterator, Mapping, Set
from typing import Literal

from im_stack.facts.aws.identity.documents import lets_in
from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.aws.location import home_of, region_of_arn
from im_stack.facts.aws.stores.selection import ARGUMENTS, STORES, selects
from im_stack.facts.mechanism.rows import lag, looked_up, reads, resource, setting_of
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, as_flag, as_number, as_period, member, numbered, show
from im_stack.facts.model import (
    ABSENT,
    Amount,
    Copy,
    Evidence,
    Fact,
    ForbiddenSetting,
    Guard,
    Located,
    ResidualData,
    Resource,
    Value,
)

PLAN = "aws:backup/plan:Plan"
VAULT = "aws:backup/vault:Vault"
KIND = "recovery points"
_LIMIT = "backup-recovery-point"
_BACKED_UP = frozenset({"Aurora", "DocumentDB", "RDS", "S3"})
"""The services of the stores that AWS Backup can reach, as its settings call them."""


@reads("rules")
def _plan(view: View) -> Iterator[Fact]:
    """Where the recovery points of a plan are, and where they are copied to; whether one of them never ends."""
    for at, rule in numbered("rules", view.get("rules")):
        doubts = view.links("rules", {VAULT}, (member(rule, "targetVaultName"),)).doubts
        yield from view.unresolved(doubts, f"{at}.targetVaultName")
        yield from _copied(view, at, member(rule, "copyActions"))
    ends = _ends(view.resource)
    never = any(amount.period is None and not amount.unknown for amount in ends)
    unknown = not ends or any(amount.unknown for amount in ends)
    yield ResidualData(
        view.urn, KIND, never or (None if unknown else False), view.evidence("rules.lifecycle.deleteAfter")
    )


def _copied(view: View, path: str, actions: Value) -> Iterator[Fact]:
    """Each copy that a rule makes: it must go to a vault of this stack, and that one be in the home region."""
    for at, action in numbered(f"{path}.copyActions", actions):
        arn = member(action, "destinationVaultArn")
        found, doubts = view.links("rules", {VAULT}, (arn,))
        yield from view.unresolved(doubts, f"{at}.destinationVaultArn")
        region = region_of_arn(arn) if doubts else home_of(found[0], view.graph)
        evidence = view.evidence(f"{at}.destinationVaultArn")
        yield Located(view.urn, region, "the copy of what it keeps", evidence, crosses=True)


def _ends(plan: Resource) -> list[Amount]:
    """How long each recovery point and each copy of one is kept."""
    lives: list[tuple[str, Value]] = []
    for at, rule in numbered("rules", plan.inputs.get("rules", ABSENT)):
        lives.append((f"{at}.lifecycle", member(rule, "lifecycle")))
        for where, copy in numbered(f"{at}.copyActions", member(rule, "copyActions")):
            lives.append((f"{where}.lifecycle", member(copy, "lifecycle")))
    return [_life(plan, f"{path}.deleteAfter", member(life, "deleteAfter")) for path, life in lives]


def _life(plan: Resource, path: str, days: Value) -> Amount:
    """Days from the making of a recovery point; none, and what is below one, is for ever."""
    limit = limits("aws")[_LIMIT]
    evidence = Evidence(plan.urn, path, source=limit.source)
    number = 0 if days is ABSENT else as_number(days)
    if number is None:
        return Amount(None, "recovery points kept (not known)", evidence, limit.least, unknown=True)
    if number <= 0:
        return Amount(None, "recovery points are never deleted", evidence, limit.least)
    return Amount(as_period(number, limit.unit), "recovery points kept", evidence, limit.least)


def _worst(plan: Resource, view: View) -> tuple[Amount, ...]:
    """The longest that a plan keeps anything, and what may pass until it is gone."""
    limit = limits("aws")[_LIMIT]
    nothing = Amount(None, "the plan has no rule that is known", Evidence(plan.urn, "rules"), unknown=True)
    longest = max(
        _ends(plan) or [nothing],
        # equivalent(operand): a period is compared with a period, and none with none
        key=lambda end: (end.period is None and not end.unknown, end.unknown, end.period or limit.lag),
    )
    return longest, lag(view, _LIMIT, "slack of their deletion", longest.evidence.argument, urn=plan.urn)


@reads("planId", *ARGUMENTS)
def _selection(view: View) -> Iterator[Fact]:
    """A copy of every store that the selection takes, or may take, for as long as its plan says."""
    found, doubts = view.links("planId", {PLAN})
    yield from view.unresolved(doubts)
    unknown = Amount(None, "what its plan keeps is not known", view.evidence("planId"), unknown=True)
    kept = (unknown,) if doubts else _worst(found[0], view)
    for store in view.graph.of_type(*STORES):
        taken = selects(view, store, view.graph)
        if taken is False:
            continue
        evidence = view.evidence("resources" if view.get("resources") is not ABSENT else "selectionTags")
        doubt = Amount(None, f"whether {view.resource.name} selects it is not known", evidence, unknown=True)
        yield Copy(store.urn, KIND, kept if taken else (doubt,))
        yield Guard(store.urn, "that no plan backs it up", None if taken is None else False, evidence, alone=True)


@reads("resourceTypeOptInPreference")
def _region_settings(view: View) -> Iterator[Fact]:
    """Which services plans may reach, those of other programs and of the organization too."""
    why = "plans that nothing here judges may back up the stores of this service"
    yield from _switched_off(view, "resourceTypeOptInPreference", _BACKED_UP, "copy", why)


@reads("globalSettings")
def _global_settings(view: View) -> Iterator[Fact]:
    """What the whole account lets AWS Backup do: copies to other accounts above all."""
    why = "recovery points may be copied to, or be in the hands of, other accounts"
    yield from _switched_off(view, "globalSettings", None, "border", why)


def _switched_off(
    view: View, argument: str, keys: Set[str] | None, path: Literal["copy", "border"], why: str
) -> Iterator[Fact]:
    """A leak for each switch of these keys (None: of any), allowed where it is off; of them all where none is known."""
    settings = view.get(argument)
    if not isinstance(settings, Mapping):
        yield ForbiddenSetting(view.urn, path, None, show(settings), "false", why, view.evidence(argument))
        return
    for key, value in settings.items():
        if keys is None or key in keys:
            on = as_flag(value)
            evidence = view.evidence(f"{argument}.{key}")
            yield ForbiddenSetting(view.urn, path, None if on is None else not on, show(value), "false", why, evidence)


READERS = {
    PLAN: resource(_plan),
    VAULT: resource(under_key(KIND, "AWS Backup", "kmsKeyArn"), looked_up("name")),
    "aws:backup/selection:Selection": resource(_selection),
    "aws:backup/vaultPolicy:VaultPolicy": setting_of("backupVaultName", {VAULT}, lets_in("the policy {name}")),
    "aws:backup/regionSettings:RegionSettings": resource(_region_settings),
    "aws:backup/globalSettings:GlobalSettings": resource(_global_settings),
}
