"""From a stack to its mutants and their reasons: what `preflight mutate` reports."""

from pathlib import Path

from policies.rule import Outcome
from preflight.check import Check, check_stack
from preflight.mutants.explained import Explained, explain, harmless
from preflight.mutants.judged import Result, judge_mutants
from preflight.mutants.values import Elsewhere
from terms.library import load_library
from terms.problem import InputError, Problem


def run(project: Path, stack: str, only: str = "", jobs: int | None = None) -> tuple[list[Result], Explained]:
    """Record a stack, judge its mutants, and give each survivor its reason.

    Raises `InputError` where the stack cannot be judged, or does not pass: what fails already shows nothing.
    """
    checked = check_stack(project, stack)
    if checked.judgement.outcome is not Outcome.PASS:
        raise InputError(
            Problem(
                "the stack does not pass, so its mutants show nothing",
                f"first make preflight check {stack} pass",
                stack,
            )
        )
    results = judge_mutants(checked.recording["registrations"], checked.duties, places_of(checked), only, jobs)
    explained = explain(results, harmless(checked.duties.declaration.cloud))
    return results, Explained(explained.reasons, explained.unexplained, ()) if only else explained


def places_of(checked: Check) -> Elsewhere:
    """The stack's region, and the first region of the same cloud under another jurisdiction."""
    home = checked.duties.home
    others = [
        r for r in load_library().regions.values() if r.cloud == home.cloud and r.jurisdiction != home.jurisdiction
    ]
    return Elsewhere(home.id, sorted(region.id for region in others)[0])
