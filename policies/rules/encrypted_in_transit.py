"""Every way in, out and between is TLS 1.2 or better (KN-TLS-01)."""

from collections.abc import Iterator

from im_stack.facts.model import Channel, Declared, ForbiddenSetting
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known


def _check(case: Case) -> Iterator[Finding]:
    covered = {hop.subject: hop for hop in case.facts.of(Declared) if hop.what == "plaintext-listener"}
    for channel in case.facts.of(Channel):
        name = f"{channel.what} of {case.facts.name(channel.subject)}"
        hop = covered.get(channel.subject) if channel.declared else None
        if hop and channel.encrypted is False:  # equivalent(operand): only what is plaintext can be covered by a word
            yield Finding(
                channel.subject,
                Outcome.PASS,
                f"{name} is plaintext and unused: {hop.who} must {hop.must}",
                "",
                channel.evidence,
            )
            continue
        state = {True: "is encrypted", False: "is not encrypted", None: "is not known to be encrypted"}
        fix = "" if channel.encrypted else "turn TLS on, with TLS 1.2 as the least"
        yield Finding(
            channel.subject, known(channel.encrypted), f"{name} {state[channel.encrypted]}", fix, channel.evidence
        )
    for leak in case.facts.of(ForbiddenSetting):
        if leak.path == "clear":
            what = f"{case.facts.name(leak.subject)}.{leak.evidence.argument}"
            message = f"{what} is {leak.found}" if leak.allowed else f"{what} is {leak.found}: {leak.why}"
            fix = "" if leak.allowed else f"must be {leak.expected}"
            yield Finding(leak.subject, known(leak.allowed), message, fix, leak.evidence)


RULE = Rule("encrypted-in-transit", "Every way in, out and between is encrypted", _check)
