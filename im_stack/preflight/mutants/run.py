"""Mutation of one stack for `preflight mutate`: record, judge every mutant, explain the survivors."""

from collections.abc import Callable
from pathlib import Path

from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check, check_stack
from im_stack.preflight.mutants.equivalent import Explained, equivalents, explain, references_allowed
from im_stack.preflight.mutants.judged import Result, judge_mutants
from im_stack.preflight.mutants.values import Elsewhere
from im_stack.terms.problem import InputError, Problem
from im_stack.terms.texts.library import load_library


def run(
    project: Path,
    stack: str,
    only: str = "",
    jobs: int | None = None,
    done: Callable[[int, float], object] = lambda _number, _share: None,
) -> tuple[list[Result], Explained]:
    """Record a stack, judge its mutants, and give each survivor its reason. `done` hears how many are judged, and
    which share of the work that is.

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
    results = judge_mutants(checked.recording["registrations"], checked.duties, places_of(checked), only, jobs, done)
    cloud = checked.duties.declaration.cloud
    lets = references_allowed(cloud)
    explained = explain(results, [*(row for row in equivalents(cloud) if row.is_for(stack)), *lets])
    # A row of references, or one about another stack's resources, may be about what this stack has none of.
    made = {(registration["type"], registration["name"]) for registration in checked.recording["registrations"]}
    stale = (row for row in explained.stale if row not in lets and any(row.is_of(*each) for each in made))
    return results, Explained(explained.reasons, explained.unexplained, () if only else tuple(stale))


def places_of(checked: Check) -> Elsewhere:
    """The stack's region, and the first region of the same cloud under another jurisdiction."""
    home = checked.duties.home
    others = [
        r for r in load_library().regions.values() if r.cloud == home.cloud and r.jurisdiction != home.jurisdiction
    ]
    return Elsewhere(home.id, sorted(region.id for region in others)[0])
