"""Calls: live audio and video, and of each customer a key and records of the customer's applications.

Media pass the edge and machines, in whose memory they are, and nothing else. Every customer has a secret and a log of
its own, without an age: both are deleted when its account is, or the use of the feature ends.
"""

from im_stack.components.plan.budget import plan
from im_stack.components.plan.layouts.feature import Feature, Parts, Services, access_logs, access_problems
from im_stack.facts.model import ACCESS_LOGS
from im_stack.terms.problem import Problem
from im_stack.terms.stack.declaration import Declaration

MEDIA, KEYS, LOGS = "trtc-media", "trtc-key", "trtc-log"
PATH = "media"
"""The path of the edge that leads to the machines; the other one leads to the application."""


def _problems(declaration: Declaration) -> list[Problem]:
    classes = declaration.classes
    kept = " and ".join(name for name in (KEYS, LOGS) if name in classes)
    problems = access_problems(declaration) if ACCESS_LOGS in classes else []
    if kept and not declaration.customers:
        what = f"is missing: {kept} of each customer are in stores of its own, which end with its account"
        problems.append(Problem(what, "a list such as [example]", "im:customers", "TR-TRM-02"))
    twice = sorted({each for each in declaration.customers if declaration.customers.count(each) > 1})
    if twice:
        problems.append(Problem(f"names {', '.join(twice)} twice", "each customer once", "im:customers"))
    if MEDIA in classes and declaration.machines is None:
        what = f"is missing: {MEDIA} passes machines, which start from it"
        problems.append(Problem(what, "the id of a patched image of the region", "im:machines.image", "TR-NOS-01"))
    return problems


def _parts(_: str, declaration: Declaration, __: Services) -> Parts:
    classes = declaration.classes
    return Parts(
        classes=(plan(declaration, MEDIA),) if MEDIA in classes else (),
        paths={"signalling": "/", PATH: f"/{PATH}"} if MEDIA in classes else {},
        access=access_logs(declaration) if ACCESS_LOGS in classes else None,
        others=frozenset(
            part
            for part, of in (("machines", MEDIA), ("customer-keys", KEYS), ("customer-logs", LOGS))
            if of in classes
        ),
    )


CALLS = Feature((MEDIA, KEYS, LOGS), _problems, _parts)
