"""A stack of this project whose messages and profiles are sealed under keys of people, too."""

from functools import cache
from typing import Any

from im_stack.preflight.judgement.one_stack import Check
from tests.harness.recorded import check_declared


def seal_by_person(config: dict[str, Any]) -> None:
    """Change the configuration of a stack so that messages and profiles have forms with a subject, whose key ends on
    request."""
    messages, profiles = (config["im:classes"][name] for name in ("messages", "user-information"))
    messages["sealing"]["form"] = "birth-and-subject"
    profiles |= {"backups": "sealed", "sealing": {"form": "last-write-and-subject", "cache": "PT15M"}}
    for of in (messages, profiles):
        of["erasure"] = {"within": "P1D", "source": "decided here", "by": "subject-key", "takes": "PT1H"}
    if config["im:cloud"] == "aws":
        config["im:network"]["application-role"] = "im-application"


@cache
def check_people(stack: str) -> Check:
    """The check of such a stack, once for each test process; it must not be modified."""
    return check_declared(stack, seal_by_person)
