"""CloudWatch Logs: a log group keeps its lines for its period, and for ever where it has none."""

from collections.abc import Iterable

from im_stack.facts.aws import kms, policy
from im_stack.facts.aws.location import arn_places
from im_stack.facts.aws.retention import fixed, lag
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.tables import limits
from im_stack.facts.mechanism.view import View, as_number
from im_stack.facts.model import ABSENT, Amount, Fact, Store, Unknown, Unread

GROUP = "aws:cloudwatch/logGroup:LogGroup"
RESOURCE_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""What the service takes; 0 is for ever."""


def _group(view: View, graph: Graph) -> Iterable[Fact]:
    yield Store(view.urn, "logs", _kept(view), protected=view.resource.options.protect)
    yield kms.rests(view.urn, "logs", "KMS", view.resource, "kmsKeyId", view.get("kmsKeyId"), graph)
    yield from arn_places(view, "kmsKeyId")


def _kept(view: View) -> tuple[Amount, ...]:
    kind, value = view.get("logGroupClass"), view.get("retentionInDays")
    if kind is not ABSENT and not isinstance(kind, str):
        unknown = view.amount(Unknown("logGroupClass"), "logGroupClass", limits("aws")["logs-retention"], "logs kept")
        return unknown, lag(view, "logs-retention")
    if kind == "DELIVERY":
        return fixed(view, "logs-delivery", "logs kept")
    row, days = limits("aws")["logs-retention"], as_number(value)
    if value is ABSENT or days == 0:
        endless = Amount(None, "logs kept for ever", view.evidence("retentionInDays", row.source), row.least)
        return endless, lag(view, "logs-retention")
    if days is not None and days not in _DAYS:
        view.refused.append(Unread(view.urn, f"retentionInDays is {days:g}, which the provider does not take", "range"))
    return view.amount(value, "retentionInDays", row, "logs kept"), lag(view, "logs-retention")


def _resource_policy(view: View, graph: Graph) -> Iterable[Fact]:
    """Who may write to, or take from, log groups."""
    return policy.door(view, view.urn, "log groups, to anybody,", "policyDocument")


READERS = {
    GROUP: Reader(frozenset({"name", "retentionInDays", "logGroupClass", "kmsKeyId"}), _group),
    RESOURCE_POLICY: Reader(frozenset({"policyDocument"}), _resource_policy),
}
