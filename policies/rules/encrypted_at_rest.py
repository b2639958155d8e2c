"""What rests is encrypted under a usable key, or sealed where the provider offers no encryption (KN-ENC-01)."""

from collections.abc import Iterator, Mapping

from im_stack.facts.declarations import Declared, Holding, HoldsNothing
from im_stack.facts.model import AtRest, Key
from im_stack.policies.rule import Case, Finding, Outcome, Rule, known

_ENCRYPTS = "application-encrypts"


def _check(case: Case) -> Iterator[Finding]:
    usable = {key.subject: key.usable for key in case.facts.of(Key)}
    hops = {(hop.subject, hop.what): hop for hop in case.facts.of(Declared)}
    held, empty = case.facts.by(Holding, "store"), case.facts.by(HoldsNothing, "store")
    for rest in case.facts.of(AtRest):
        name = f"{rest.what} of {case.facts.name(rest.subject)}"
        if rest.subject in empty:
            yield Finding(rest.subject, Outcome.PASS, f"{name}: nothing rests there, as declared", "", rest.evidence)
        elif not rest.offered:
            yield _without_encryption(case, rest, name, held.get(rest.subject, []), hops.get((rest.subject, _ENCRYPTS)))
        elif rest.hop:
            yield _by_application(rest, name, hops.get((rest.subject, rest.hop)))
        else:
            yield _by_provider(case, rest, name, usable)


def _by_provider(case: Case, rest: AtRest, name: str, usable: Mapping[str, bool | None]) -> Finding:
    """Encryption by the provider, under a key of the stack where one is named."""
    outcome = known(rest.encrypted)
    message = f"{name}: {rest.how}"
    if outcome is Outcome.PASS and rest.key is not None:  # equivalent(operand): only what is encrypted names a key
        outcome = known(usable.get(rest.key))
        if outcome is not Outcome.PASS:
            message += f", but the key {case.facts.name(rest.key)} is not usable"
    fix = "" if outcome is Outcome.PASS else f"set {rest.evidence.argument or 'encryption'} with a key of this stack"
    return Finding(rest.subject, outcome, message, fix, rest.evidence)


def _by_application(rest: AtRest, name: str, declared: Declared | None) -> Finding:
    """Encryption that covers only what the application asks it for: a declared hop must say that it always does."""
    if declared:
        return Finding(rest.subject, Outcome.PASS, f"{name}: {declared.who} must {declared.must}", "", rest.evidence)
    fix = f"switch it on in {rest.evidence.argument}, or declare the hop `{rest.hop}`: who creates them encrypted"
    return Finding(rest.subject, Outcome.UNPROVEN, f"{name}: {rest.how}", fix, rest.evidence)


def _without_encryption(
    case: Case, rest: AtRest, name: str, holdings: list[Holding], declared: Declared | None
) -> Finding:
    """The provider has no encryption here: every holding must arrive as ciphertext, by seal or by declaration."""
    clear = [holding.name for holding in holdings if not case.ledger.holds_sealed(holding)]
    if holdings and (not clear or declared):
        how = f"encrypted by {declared.who}, as declared" if clear and declared else "sealed before it arrives"
        return Finding(rest.subject, Outcome.PASS, f"{name}: {rest.how}; what it holds is {how}", "", rest.evidence)
    what = ", ".join(clear) or "whatever it holds"
    return Finding(
        rest.subject,
        Outcome.FAIL,
        f"{name}: {rest.how}, and {what} arrives in clear",
        "seal the class, or declare who encrypts it before it arrives",
        rest.evidence,
    )


RULE = Rule("encrypted-at-rest", "What rests is encrypted or sealed", _check)
