"""Rule `engine-accepts`: registrations that the engine or the provider refuses, or that a preview might refuse.

In: registrations. Out: verdicts without duties: the deployment itself depends on them.
"""

from collections.abc import Iterator
from typing import Final

from im_stack.facts.model import Evidence
from im_stack.policies.rule import Outcome, Verdict
from im_stack.preflight.recording.recording import Registration, label

RULE: Final = "engine-accepts"
TITLE: Final = "The engine and the provider accept every resource"


def unproven_registrations(registrations: list[Registration], *, asked: bool) -> Iterator[Verdict]:
    """Unproven verdicts on steps of a preview that may fail and cannot be run offline.

    Where the provider was `asked`, it has said itself which arguments it takes.
    """
    for r in registrations:
        for why in r.get("unseen", ()):
            fix = "take the option out, or lean on the policy pack under `pulumi preview`"
            yield engine_verdict(r, Outcome.UNPROVEN, f"{label(r)}: {why}", fix)
        for why in () if asked else r.get("type_errors", ()):
            yield engine_verdict(
                r, Outcome.UNPROVEN, f"{label(r)}: {why}", "correct it, or have --plugin ask the provider"
            )


def engine_verdict(r: Registration, outcome: Outcome, message: str, fix: str, argument: str = "") -> Verdict:
    """Verdict of this rule on a resource, or on one of its arguments."""
    evidence = Evidence(r["urn"], argument)
    return Verdict(RULE, TITLE, r["urn"], label(r), outcome, message, fix, evidence=evidence)
