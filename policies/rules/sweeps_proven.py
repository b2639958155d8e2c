"""Every function that a sweep names, and every one that turns a keyring over, is shown to run, item by item."""

from collections.abc import Iterator

from im_stack.facts.declarations import Holding, Keyring, Sweep
from im_stack.facts.runs import Requirement
from im_stack.policies.bounds.sweeps import ITEMS, Item, proof_of, unproven
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known

_ELSEWHERE = "timer"
"""The item that `sweeps-alive` judges."""


def _check(case: Case) -> Iterator[Finding]:
    facts = case.facts
    found: dict[str, list[Item]] = {}
    swept: list[tuple[Sweep | None, Keyring | None]] = [(holding.sweep, None) for holding in facts.of(Holding)]
    for sweep, ring in (*swept, *((ring.sweep, ring) for ring in facts.of(Keyring))):
        if sweep and sweep.function:
            found.setdefault(sweep.function, []).extend(proof_of(facts, sweep, ring))
    for each in facts.of(Requirement):
        if each.function not in found or all(item.item != each.item for item in found[each.function]):
            found.setdefault(each.function, []).append(Item(each.item, each.met, each.found, each.evidence))
    for function, items in found.items():
        judged = [item for item in items if item.item != _ELSEWHERE]
        weak = unproven(judged)
        yield from (_weak(case, function, item) for item in weak)
        if not weak:
            # equivalent(builtin, comparison, filter): the text of a finding: tests/golden
            shown = ", ".join(name for name in ITEMS if any(item.item == name for item in judged))
            message = f"{case.facts.name(function)} is shown to run: {shown}"
            yield Finding(function, Outcome.PASS, message, evidence=judged[0].evidence)


def _weak(case: Case, function: str, item: Item) -> Finding:
    message = f"{case.facts.name(function)} is not shown to run, by its {item.item}: {item.found}"
    return Finding(function, known(item.proven), message, f"give it {ITEMS[item.item]}", item.evidence)


RULE = Rule("sweeps-proven", "Every sweep that a function does is shown to run", _check)
