"""The function of a keyring: what it is told to end, and whether it is made so that it can."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from facts.graph import Graph, NoLink
from facts.model import ABSENT, Fact, Located, Timer, Turnover, Unread
from facts.tencent.document import Target
from facts.tencent.kms import KEY
from facts.tencent.powers import powerless
from facts.view import View, member
from terms.period import parse_period

ARGUMENTS = frozenset({"environment", "handler", "role", "zipFile", "imageConfigs", "cosBucketName"})
_ENVIRONMENT, _KEYRING, _KEY = "environment", "IM_KEYRING", "IM_KEYRING_KEY"
_HANDLER = "index.main_handler"
_KMS, _KMS_INSIDE = "https://kms.tencentcloudapi.com", "https://kms.internal.tencentcloudapi.com"
_TOLD = ("bucket", "region", "classes", "ahead", "delete_limit")
_ELSEWHERE = ("imageConfigs", "cosBucketName")
"""Where code can come from besides the bundle that this project builds."""


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
    target = Target(bucket, region if isinstance(region, str) else "")
    for why in (*_untold(view, told, made), *_asks_others(view, graph, told), *powerless(view, graph, target)):
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
    if not isinstance(view.get("zipFile"), str) or any(view.get(way) not in (ABSENT, (), "") for way in _ELSEWHERE):
        yield "its code is not a bundle that it is made with, so it is another function"


def _asks_others(view: View, graph: Graph, told: dict[str, Any]) -> Iterator[str]:
    """Whom the function would ask for keys, or hand them to, besides the services of its region."""
    key = graph.link(view.resource, _ENVIRONMENT, {KEY})
    if isinstance(key, NoLink):
        yield f"{_KEY} is the id of no key of this stack, so what wraps the keys is not known"
    region = told.get("region")
    if told.get("kms_endpoint") not in (None, _KMS, _KMS_INSIDE, f"https://kms.{region}.tencentcloudapi.com"):
        yield "it is told to have its keys made by another service than the region's own"
    if told.get("cos_endpoint") not in (None, f"https://cos.{region}.myqcloud.com"):
        yield "it is told to keep its keys in another service than the region's own"
