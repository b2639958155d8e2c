"""Nothing in the stack is of a type, or in a state, that could not be read: unread is not compliant (IM-SVC-01)."""

from collections.abc import Iterator

from im_stack.facts.model import Evidence, Unresolved
from im_stack.policies.rule import Case, Finding, Outcome, Rule

_ANSWER = "answer for it by a waiver of known-types for this resource, with an owner and a last day"
_FIX = {
    "type": f"use a known type, or {_ANSWER}",
    "link": f"pass the resource's own output (its id or name) instead of a text or a mixture, or {_ANSWER}",
    "declares": "correct the component's imDeclares input",
    "reader": "report this: a reader must not fail",
    "reference": f"take it away, or {_ANSWER}",
    "range": "choose what the provider takes",
    "inputs": "run the whole deployment, not a part of it",
}
_WAIVABLE = ("type", "link", "reference")
"""What an owner can answer for. The others say that something failed, or that it was never shown to us."""


def _check(case: Case) -> Iterator[Finding]:
    unread = case.facts.of(Unresolved)
    for fact in unread:
        message = f"{case.facts.name(fact.subject)}: {fact.why}"
        yield Finding(
            fact.subject,
            Outcome.UNPROVEN,
            message,
            _FIX[fact.kind],
            Evidence(fact.subject),
            waivable=fact.kind in _WAIVABLE,
        )
    if not unread:
        yield Finding("", Outcome.PASS, f"all {len(case.facts.graph.by_urn)} resources are understood")


RULE = Rule("known-types", "Every resource is understood", _check)
