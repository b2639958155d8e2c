"""No option takes a judged argument, or a deletion, out of the engine's hands.

Not waivable: an ignored argument may be a region or a door, and only the program shows what is retained on deletion.
"""

from collections.abc import Iterator

from facts.model import Evidence, Ignored
from policies.rule import Case, Finding, Outcome, Rule


def _check(case: Case) -> Iterator[Finding]:
    ignored = case.facts.of(Ignored)
    for fact in ignored:
        name = case.facts.name(fact.subject)
        why = (
            "what it was before stays in force"
            if fact.option == "ignoreChanges"
            else "the data stays when it is deleted"
        )
        yield Finding(
            fact.subject,
            Outcome.FAIL,
            f"{fact.option} of {name} covers {fact.argument}: {why}",
            f"remove {fact.option}",
            Evidence(fact.subject, fact.option),
        )
    if not ignored:
        yield Finding("", Outcome.PASS, "no judged argument is ignored, nothing is retained on deletion")


RULE = Rule("judged-arguments-count", "No judged argument is ignored", _check, waivable=False)
