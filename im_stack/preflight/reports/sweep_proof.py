"""Proof of sweeps as lines: what each sweep of a stack or function needs to run, and what the plan shows of it."""

from collections.abc import Iterator

from im_stack.facts.declarations import Holding, Keyring
from im_stack.facts.mechanism.collect import Facts
from im_stack.facts.model import Evidence
from im_stack.policies.bounds.sweeps import proof_of
from im_stack.terms.period import spell_period

_WORDS = {True: "proven", False: "fails", None: "unproven"}


def sweep_lines(facts: Facts, function: str = "") -> Iterator[str]:
    """The sweeps of a stack, or of one function (by its URN): a line for each, and one for each item of its proof."""
    swept: list[tuple[Holding | Keyring, Keyring | None]] = [(each, None) for each in facts.of(Holding)]
    for of, ring in (*swept, *((each, each) for each in facts.of(Keyring))):
        sweep = of.sweep
        if sweep is None or function not in ("", sweep.function):
            continue
        by = facts.name(sweep.function) if sweep.function else f"{sweep.by}, as declared"
        yield f"sweep {sweep.name} of {of.name}, every {spell_period(sweep.period)}, by {by}"
        for item in proof_of(facts, sweep, ring):
            yield f"  {_WORDS[item.proven]:<9} {item.item:<13} {item.found} [{_where(facts, item.evidence)}]"


def _where(facts: Facts, evidence: Evidence) -> str:
    return f"{facts.name(evidence.resource)}.{evidence.argument}".rstrip(".")
