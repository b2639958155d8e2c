"""The function of a keyring: what it is told to end, and whether it is made so that it can."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from facts.graph import Graph, NoLink
from facts.model import ABSENT, Fact, Located, Timer, Turnover, Unread
from facts.view import View, member
from terms.period import parse_period

ARGUMENTS = frozenset({"environment", "handler", "role"})
_ENVIRONMENT, _KEYRING, _KEY = "environment", "IM_KEYRING", "IM_KEYRING_KEY"
_HANDLER = "index.main_handler"
_TOLD = ("bucket", "region", "classes", "ahead", "delete_limit")
_ROLE = "tencentcloud:Cam/role:Role"
_ATTACHMENT = "tencentcloud:Cam/rolePolicyAttachment:RolePolicyAttachment"


def read_turnovers(view: View, graph: Graph, timers: list[Timer]) -> Iterator[Fact]:
    """What a function is told of a keyring, and everything that would keep it from doing so; nothing for others."""
    text = member(view.get(_ENVIRONMENT), _KEYRING)
    if text is ABSENT:
        return
    argument = f"{_ENVIRONMENT}.{_KEYRING}"
    evidence = view.evidence(argument)
    try:
        told = json.loads(text if isinstance(text, str) else "")
        bucket = _name(told["bucket"])
        rules = {
            name: (parse_period(rule["epoch"]), parse_period(rule["life"])) for name, rule in told["classes"].items()
        }
        for name, (epoch, life) in rules.items():
            yield Turnover(view.urn, bucket, name, epoch, life, evidence)
    except (ValueError, TypeError, KeyError, AttributeError):
        yield Unread(view.urn, f"{argument} cannot be read before deployment", "inputs")
        return
    region = told.get("region")
    if isinstance(region, str):
        yield Located(view.urn, region, "the keyring that it turns over", evidence, crosses=True)
    periods = [timer.period for timer in timers if timer.enabled and timer.period]
    made = sum(-(-max(periods, default=timedelta(0)) // epoch) for epoch, _ in rules.values())
    for why in (*_untold(view, told, made), *_powerless(view, graph)):
        yield Unread(view.urn, why, "inputs")


def _name(value: object) -> str:
    """A bucket by its name: without one nothing is told, whatever bucket has a name that is not known."""
    if isinstance(value, str) and value:
        return value
    raise ValueError("no bucket is named")


def _untold(view: View, told: dict[str, Any], made: int) -> Iterator[str]:
    """What the function would stop at. `made` is how many keys one period of its timer brings."""
    missing = [key for key in _TOLD if key not in told]
    if missing:
        yield f"{_KEYRING} does not say {', '.join(missing)}, so the function refuses to run"
    if member(view.get(_ENVIRONMENT), _KEY) is ABSENT:
        yield f"{_KEY} is not set, so the function has no master key"
    limit = told.get("delete_limit")
    if isinstance(limit, int) and limit < made:
        yield f"it may end {limit} keys in a run, and {made} are made in that time"
    if view.get("handler") != _HANDLER:
        yield f"its handler is not {_HANDLER}, so it is another function"


def _powerless(view: View, graph: Graph) -> Iterator[str]:
    role = graph.link(view.resource, "role", {_ROLE}, named_by="name")
    if isinstance(role, NoLink):
        yield f"its role: {role.why}"
    elif not graph.pointing_at(role, _ATTACHMENT, "roleId"):
        yield f"its role {role.name} has no policy, so it may end no key"
