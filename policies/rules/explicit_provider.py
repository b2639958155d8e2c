"""Every resource is made by a provider that the program declares: a default one takes its region from the machine."""

from collections.abc import Iterator
from typing import Final

from im_stack.facts.model import Evidence, Provided
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


RULE = Rule("explicit-provider", "Every resource names its provider", _check, waivable=False)
