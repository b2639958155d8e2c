"""Every waiver holds: it is in force, narrow, about a rule that can be waived, and excuses something (SP-WAV-01).

It speaks last: what a waiver excuses is known once every other rule has spoken (`im_stack.policies.waivers`).
"""

from collections.abc import Iterator

from im_stack.facts.model import Evidence
from im_stack.policies.rule import Case, Finding, Outcome, Rule


def _check(case: Case) -> Iterator[Finding]:
    for result in case.waiver_results:
        at = Evidence(result.place)
        if result.fault:
            yield Finding("", Outcome.FAIL, f"{result.title}: {result.fault}", result.fix, at)
            continue  # equivalent(pass): the failure decides; what is said beside it is words
        n, waiver = len(result.waives), result.waiver
        # equivalent(connective, operand): the text of a finding: tests/golden
        does = result.idle or f"waives {n} verdict{'s' if n != 1 else ''}"
        until = f"by {waiver.owner}, until {waiver.expires}"
        yield Finding("", Outcome.PASS, f"{result.title}: {does}, {until}", evidence=at)
    # equivalent(not): a rule that finds nothing is not applicable by itself
    if not case.waiver_results:
        # equivalent(yield): a rule that finds nothing is not applicable by itself
        yield Finding("", Outcome.NOT_APPLICABLE, "nothing is waived")


RULE = Rule("waivers-hold", "Every waiver is in force, narrow and needed", _check, waivable=False)
