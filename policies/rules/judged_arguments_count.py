"""No option takes a judged argument, or a deletion, out of the engine's hands.

Not waivable: an ignored argument may be a region or a door, and only the program shows what is retained on deletion.
"""

from collections.abc import Iterator

from im_stack.facts.model import Evidence, Ignored
from im_stack.policies.rule import Case, Finding, Outcome, Rule

_WHY = {
    "ignoreChanges": "what it was before stays in force",
    "retainOnDelete": "the data stays when it is deleted",
    "deletedWith": "nothing asks the cloud to delete it",
}
_FIX = {"deletedWith": "remove deletedWith; a setting may name the instance that it is a setting of, and nothing else"}


def _check(case: Case) -> Iterator[Finding]:
    ignored = case.facts.of(Ignored)
    for fact in ignored:
        name = case.facts.name(fact.subject)
        yield Finding(
            fact.subject,
            Outcome.FAIL,
            f"{fact.option} of {name} covers {fact.argument}: {_WHY[fact.option]}",
            _FIX.get(fact.option, f"remove {fact.option}"),
            Evidence(fact.subject, fact.option),
        )
    if not ignored:
        yield Finding("", Outcome.PASS, "no judged argument is ignored, nothing is retained on deletion")


RULE = Rule("judged-arguments-count", "No judged argument is ignored", _check, waivable=False)
