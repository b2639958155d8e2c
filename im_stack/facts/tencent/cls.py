"""CLS: log topics. A topic keeps what it is given for its period, and rests unencrypted unless the service agreed."""

from collections.abc import Iterable, Iterator

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.tables import Limit, limits
from im_stack.facts.mechanism.view import View, as_number, as_period
from im_stack.facts.model import ABSENT, Amount, AtRest, Evidence, Fact, Grade, Store, Unread

TOPIC = "tencentcloud:Cls/topic:Topic"
_WRITERS = {
    "access logs": (
        ("tencentcloud:Clb/instance:Instance", "logTopicId"),
        ("tencentcloud:Clb/clsLogAttachment:ClsLogAttachment", "logTopicId"),
    ),
    "flow logs": (("tencentcloud:Vpc/flowLog:FlowLog", "cloudLogId"),),
    "logs of a function": (("tencentcloud:Scf/function:Function", "clsTopicId"),),
}
_NO_ENCRYPTION = "provider v1.82.42 cls_topic: no encryption argument; the service encrypts for admitted accounts only"


def log_store(view: View, expiry: tuple[Amount, ...]) -> Iterable[Fact]:
    """What every log topic is, whichever resource makes it."""
    yield Store(view.urn, "cls", expiry, protected=view.resource.options.protect)
    yield AtRest(
        view.urn,
        "logs",
        False,
        "the provider offers no encryption at rest",
        view.evidence("", _NO_ENCRYPTION),
        offered=False,
    )


def expiry_lag(view: View, argument: str, limit: Limit) -> Amount:
    """What may pass between the end of a topic's period and the deletion."""
    return Amount(
        limit.lag, "expiry of the logs", Evidence(view.urn, argument, Grade.ASSUMED, limit.source, limit.note)
    )


def _writers(view: View, graph: Graph) -> Iterator[Unread]:
    """A topic holds what its declaration says only while one kind of thing writes to it."""
    kinds = [
        kind
        for kind, ways in _WRITERS.items()
        if any(graph.pointing_at(view.resource, type_, argument) for type_, argument in ways)
    ]
    if len(kinds) > 1:
        yield Unread(
            view.urn, f"{' and '.join(kinds)} go to one topic: which of them its declaration speaks of", "link"
        )


def _topic(view: View, graph: Graph) -> Iterable[Fact]:
    yield from _writers(view, graph)
    limit = limits("tencent")["cls-topic" if view.get("storageType") in (ABSENT, "hot") else "cls-topic-cold"]
    value = view.get("period")
    days = as_number(value)
    period = None if days is None else as_period(days, limit.unit)
    if days is not None and (days <= 0 or period is None or (limit.most is not None and period > limit.most)):
        kept = Amount(None, "logs kept for ever", view.evidence("period", limit.source), limit.least)
    else:
        kept = view.amount(value, "period", limit, "logs kept")
    yield from log_store(view, (kept, expiry_lag(view, "period", limit)))


READERS = {TOPIC: Reader(frozenset({"period", "storageType"}), _topic)}
