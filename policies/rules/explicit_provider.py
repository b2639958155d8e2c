"""Every resource is made by a provider that the program declares, and all in one account or a listed party's.

A default provider takes its region from the machine."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from im_stack.facts.model import Account, Evidence, Provided
from im_stack.policies.rule import Case, Finding, Outcome, Rule

DEFAULT: Final = "pass opts=pulumi.ResourceOptions(provider=backend.provider), of the program's ImBackend"
"""What is right in a program; a report on another input says it in that input's language."""


def _check(case: Case) -> Iterator[Finding]:
    for provided in case.facts.of(Provided):
        name = case.facts.name(provided.subject)
        if provided.explicit:
            yield Finding(provided.subject, Outcome.PASS, f"{name} is made by a declared provider")
        else:
            yield Finding(
                provided.subject,
                Outcome.FAIL,
                f"{name} is made by the default provider, whose region depends on the machine it runs on",
                DEFAULT,
                Evidence(provided.subject, "provider"),
                irreversible=True,
            )
    yield from _accounts(case)


def _accounts(case: Case) -> Iterator[Finding]:
    """Providers in another account than the one that makes most of the stack. The same credentials are one account."""
    made = Counter(provided.by for provided in case.facts.of(Provided) if provided.explicit)
    used = sorted((-made[each.subject], each.subject, each) for each in case.facts.of(Account) if made[each.subject])
    listed = {party.account for party in case.duties.declaration.sub_processors if party.account}
    for _, urn, other in used[1:]:
        own = used[0][2]
        known = None not in (own.number, other.number)
        if other.number in listed or (own.number == other.number if known else own.credentials == other.credentials):
            continue
        works, outcome = ("works", Outcome.FAIL) if known else ("may work", Outcome.UNPROVEN)
        yield Finding(
            urn,
            outcome,
            f"{case.facts.name(urn)} {works} in another account than {case.facts.name(own.subject)}",
            "allow both the same account only (allowedAccountIds), or list the other's in im:sub-processors",
            Evidence(urn, "allowedAccountIds"),
            irreversible=True,
        )


RULE = Rule("explicit-provider", "Every resource names its provider", _check, waivable=False)
