"""Every waiver holds: it is in force, narrow, about a rule that can be waived, and excuses something (SP-WAV-01).

It speaks last: what a waiver excuses is known once every other rule has spoken (`im_stack.policies.waivers`).
"""

from collections.abc import Iterator

from im_stack.policies.rule import Case, Finding, Outcome, Rule


def _check(case: Case) -> Iterator[Finding]:
    for standing in case.standings:
        if standing.fault:
            yield Finding("", Outcome.FAIL, f"{standing.title}: {standing.fault}", standing.fix)
            continue  # equivalent(pass): the failure decides; what is said beside it is words
        n, waiver = len(standing.waives), standing.waiver
        does = standing.idle or f"waives {n} verdict{'s' if n != 1 else ''}"
        until = f"by {waiver.owner}, until {waiver.expires}"
        yield Finding("", Outcome.PASS, f"{standing.title}: {does}, {until}")
    if not case.standings:
        yield Finding("", Outcome.NOT_APPLICABLE, "nothing is waived")


RULE = Rule("waivers-hold", "Every waiver is in force, narrow and needed", _check, waivable=False)
