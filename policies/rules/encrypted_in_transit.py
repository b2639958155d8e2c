"""Every way in, out and between is TLS 1.2 or better (KN-TLS-01)."""

from collections.abc import Iterator

from im_stack.facts.declarations import Declared, HoldsNothing
from im_stack.facts.model import Channel, ForbiddenSetting
from im_stack.policies.rule import Case, Finding, Outcome, Rule, by_cause, known, spell

_STATES = {
    True: ("is encrypted", "are encrypted"),
    False: ("is not encrypted", "are not encrypted"),
    None: ("is not known to be encrypted", "are not known to be encrypted"),
}


def _check(case: Case) -> Iterator[Finding]:
    covered = {hop.subject: hop for hop in case.facts.of(Declared) if hop.what == "plaintext-listener"}
    empty = case.facts.by(HoldsNothing, "store")
    for channel in (c for c in case.facts.of(Channel) if c.subject in empty):
        message = f"{channel.what} of {case.facts.name(channel.subject)} carry nothing of any class, as declared"
        yield Finding(channel.subject, Outcome.PASS, message, "", channel.evidence)
    channels = [channel for channel in case.facts.of(Channel) if channel.subject not in empty]
    # equivalent(operand): only what is plaintext can be covered by a word
    unused = [c for c in channels if c.declared and c.encrypted is False and c.subject in covered]
    for channel in unused:
        hop, name = covered[channel.subject], f"{channel.what} of {case.facts.name(channel.subject)}"
        message = f"{name} is plaintext and unused: {hop.who} must {hop.must}"
        yield Finding(channel.subject, Outcome.PASS, message, "", channel.evidence)
    others = [channel for channel in channels if channel not in unused]
    for alike in by_cause(others, lambda c: c.encrypted is not True, lambda c: (c.subject, c.encrypted, c.evidence)):
        subject, encrypted, evidence = alike[0].subject, alike[0].encrypted, alike[0].evidence
        of = f" of {case.facts.name(subject)}"
        one, several = _STATES[encrypted]
        message = spell([channel.what for channel in alike], f"{of} {one}".strip(), f"{of} {several}".strip())
        # equivalent(filter): the text of a finding: tests/golden
        hows = " and ".join(dict.fromkeys(channel.how for channel in alike if channel.how))
        fix = "" if encrypted else hows or "turn TLS on, with TLS 1.2 as the least"
        yield Finding(subject, known(encrypted), message, fix, evidence)
    for leak in case.facts.of(ForbiddenSetting):
        if leak.path == "clear":
            what = f"{case.facts.name(leak.subject)}.{leak.evidence.argument}"
            message = f"{what} is {leak.found}" if leak.allowed else f"{what} is {leak.found}: {leak.why}"
            fix = "" if leak.allowed else f"must be {leak.expected}"
            yield Finding(leak.subject, known(leak.allowed), message, fix, leak.evidence)


RULE = Rule("encrypted-in-transit", "Every way in, out and between is encrypted", _check)
