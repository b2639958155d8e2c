"""Takedown plan of a stack, or of one customer of it: commands and manual steps in order, and what remains until when.

In: a `Check`. Out: lines of text. Raises `InputError` for a customer that the stack does not have. From the recorded
program and the tables of its cloud (`deletion.yaml`, `limits.yaml`); nothing is asked of a cloud.
"""

import shlex
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from im_stack.facts.declarations import Holding, Keyring
from im_stack.facts.mechanism.collect import Facts, collect
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.tables import DeletionRow, defaults, deletions, limits
from im_stack.facts.mechanism.view import as_number
from im_stack.facts.model import Ingress, Store
from im_stack.policies.bounds.reach import deleted_sooner
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration, label, to_resources
from im_stack.terms.period import spell_period, total_of
from im_stack.terms.problem import InputError, Problem, one_of


def takedown(check: Check) -> Iterator[str]:
    """Lines for a person. Commands are indented."""
    registrations, cloud = check.recording["registrations"], check.duties.home.cloud
    facts = collect(to_resources(registrations), check.duties.home.id)
    rings = {ring.store for ring in facts.of(Keyring)}
    special = [(r, row) for r in registrations if r["custom"] and (row := deletions(cloud).get(r["type"]))]
    refused = [(r, row) for r, row in special if row.refused and _said(r, row, cloud) == row.value]
    first = [(r, row) for r, row in refused if r["urn"] not in rings]
    last = [r for r, row in refused if r["urn"] in rings]
    destroy = f"    pulumi destroy --stack {check.stack.stack}"

    yield f"{check.stack.stack}: how it is taken down"
    yield ""
    kept = len(guarded(facts.graph))
    yield f"Until this is run, destroy deletes nothing: {kept} resources are protected, or in use by one."
    yield f"    pulumi state unprotect --all --stack {check.stack.stack}"
    for r, row in first:
        yield f"{label(r)} cannot be deleted {row.refused}: {row.argument} ({row.source})"
    if ways := sorted({way.subject for way in facts.of(Ingress) if any(deleted_sooner(facts, way.subject).values())}):
        yield "Clients are kept out first: nothing orders what lets them in before every store."
        yield f"{destroy} {' '.join(f'--target {shlex.quote(way)}' for way in ways)} --target-dependents"
    yield "Deleted in this order, each with all that is inside:"
    yield from (f"    {', '.join(names)}" for names in _components(facts.graph))
    yield destroy
    for r in last:
        yield from _ring(r, facts)
        yield destroy
    yield ""
    yield "What stays:"
    for r, row in special:
        if row.stays:
            yield f"    {label(r)}: {_until(r, row, cloud)}{row.stays} ({row.source})"
    yield "    what cannot be proven: preflight explain backups-die-with-the-instance, preflight explain disk-remnants"


def takedown_of_customer(check: Check, customer: str) -> Iterator[str]:
    """Lines for a person: how one of `im:customers` is ended, and the stack with all others left as it is."""
    facts = collect(to_resources(check.recording["registrations"]), check.duties.home.id)
    stores = sorted({each.store for each in facts.of(Holding) if each.customer == customer})
    if not stores:
        there = sorted({each.customer for each in facts.of(Holding)} - {""})
        raise InputError(Problem(f"the stack has no store of a customer {customer!r}", one_of(customer, there)))
    stack = check.stack.stack
    yield f"{stack}: how the customer {customer} is ended"
    yield ""
    yield f"Until this is run, nothing deletes {', '.join(map(facts.name, stores))}:"
    yield f"    pulumi state unprotect --stack {stack} {' '.join(map(shlex.quote, stores))}"
    yield f"Take {customer} out of im:customers. The preview deletes these alone; what is in them goes with them:"
    yield f"    preflight check {stack}"
    yield f"    pulumi up --stack {stack}"


def _ring(r: Registration, facts: Facts) -> Iterator[str]:
    """Steps for a keyring, which is deleted last: by then nothing is left that its keys unwrap."""
    ends = [amount for store in facts.by(Store, "subject").get(r["urn"], []) for amount in store.expiry]
    end = total_of(amount.period for amount in ends)
    wait = f", or wait {spell_period(end)}: by then its own lifecycle has ended every key" if end else ""
    yield f"It ends at {label(r)}, which holds keys and is not deleted while it does. Nothing that they seal is left."
    yield f"Take its policy away and empty it{wait}. Then again:"


def guarded(graph: Graph) -> frozenset[str]:
    """Resources that the engine refuses to delete: protected ones, and their dependencies."""
    protected = [r.urn for r in graph.by_urn.values() if r.options.protect]
    return frozenset(protected).union(*(graph.before(urn) for urn in protected))


def _components(graph: Graph) -> Iterator[list[str]]:
    """The components right below the outermost ones, those first that are deleted first."""
    components = [r for r in graph.by_urn.values() if not r.custom]
    roots = {r.urn for r in components if not r.parent}
    for urns in in_rounds(graph, [r.urn for r in components if r.parent in roots] or roots):
        yield [graph.by_urn[urn].name for urn in urns]


def in_rounds(graph: Graph, urns: Iterable[str]) -> list[list[str]]:
    """These in the order in which they are deleted: those of one list go at the same time."""

    @cache
    def depth(urn: str) -> int:
        return 1 + max(map(depth, graph.needs(urn)), default=0)

    rounds: dict[int, list[str]] = {}
    for urn in sorted(urns):
        rounds.setdefault(depth(urn), []).append(urn)
    return [rounds[depth] for depth in sorted(rounds, reverse=True)]


def _said(r: Registration, row: DeletionRow, cloud: str) -> Any:
    return r["inputs"].get(row.argument, defaults(cloud).get(r["type"], {}).get(row.argument, False))


def _until(r: Registration, row: DeletionRow, cloud: str) -> str:
    """How long it stays; nothing for what stays for good."""
    if not row.limit:
        return ""
    limit, number = limits(cloud)[row.limit], as_number(r["inputs"].get(row.argument, 0))
    period = number * limit.unit if number else limit.default
    return f"{spell_period(period)}, " if period else ""
