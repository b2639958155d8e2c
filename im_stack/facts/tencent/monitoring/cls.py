"""CLS: log topics. A topic keeps what it is given for its period, and rests unencrypted unless the service agreed."""

from collections.abc import Iterator

from im_stack.facts.mechanism.rows import Amounts, Facts, at_rest, lag, limit_of, reads, resource, store
from im_stack.facts.mechanism.view import View, as_number, as_period
from im_stack.facts.model import ABSENT, Amount, Fact, Unresolved

TOPIC = "tencentcloud:Cls/topic:Topic"
_WRITERS = {
    "access logs": (
        ("tencentcloud:Clb/instance:Instance", "logTopicId"),
        ("tencentcloud:Clb/clsLogAttachment:ClsLogAttachment", "logTopicId"),
    ),
    "flow logs": (("tencentcloud:Vpc/flowLog:FlowLog", "cloudLogId"),),
    "logs of a function": (("tencentcloud:Scf/function:Function", "clsTopicId"),),
}
EXPIRY = "expiry of the logs"
"""What may pass between the end of a topic's period and the deletion, in words."""
_NO_ENCRYPTION = "provider v1.82.42 cls_topic: no encryption argument; the service encrypts for admitted accounts only"


def log_store(expiry: Amounts) -> tuple[Facts, ...]:
    """What every log topic is, whichever resource makes it."""
    how = "the provider offers no encryption at rest"
    return store("cls", expiry), at_rest("logs", False, how, _NO_ENCRYPTION, offered=False)


@reads()
def _writers(view: View) -> Iterator[Fact]:
    """A topic holds what its declaration says only while one kind of thing writes to it."""
    kinds = [kind for kind, ways in _WRITERS.items() if any(view.pointing(*way) for way in ways)]
    if len(kinds) > 1:
        why = f"{' and '.join(kinds)} go to one topic: which of them its declaration speaks of"
        yield Unresolved(view.urn, why, "link")


@reads("period", "storageType")
def _expiry(view: View) -> tuple[Amount, ...]:
    name = "cls-topic" if view.get("storageType") in (ABSENT, "hot") else "cls-topic-cold"
    limit, value = limit_of(view, name), view.get("period")
    days = as_number(value)
    period = None if days is None else as_period(days, limit.unit)
    # equivalent(operand): both limits have a greatest number
    if days is not None and (days <= 0 or period is None or (limit.most is not None and period > limit.most)):
        kept = Amount(None, "logs kept for ever", view.evidence("period", limit.source), limit.least)
    else:
        kept = view.amount(value, "period", limit, "logs kept")
    return kept, lag(view, name, EXPIRY, "period")


READERS = {TOPIC: resource(_writers, *log_store(_expiry))}
