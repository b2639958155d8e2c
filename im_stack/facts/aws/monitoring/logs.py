"""CloudWatch Logs: log groups keep lines for their retention period, without one for ever."""

from im_stack.facts.aws.identity.documents import lets_in
from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.aws.location import arns
from im_stack.facts.mechanism.rows import fixed, lag, limit_of, looked_up, reads, resource, store
from im_stack.facts.mechanism.view import View, as_number
from im_stack.facts.model import ABSENT, Amount, Unknown, Unresolved

GROUP = "aws:cloudwatch/logGroup:LogGroup"
RESOURCE_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
_LIMIT, _DAYS = "logs-retention", "retentionInDays"
_TAKEN = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""The numbers of days that the service takes; 0 is for ever."""


@reads("logGroupClass", _DAYS)
def _retention(view: View) -> tuple[Amount, ...]:
    kind, days = view.get("logGroupClass"), as_number(view.get(_DAYS))
    row = limit_of(view, _LIMIT)
    if kind is not ABSENT and not isinstance(kind, str):
        return view.amount(Unknown("logGroupClass"), "logGroupClass", row, "logs kept"), lag(view, _LIMIT)
    if kind == "DELIVERY":
        return fixed("logs-delivery", "logs kept")(view)
    # equivalent(operand): the service's default is for ever too, so only the label of the hop differs
    if view.get(_DAYS) is ABSENT or days == 0:
        return Amount(None, "logs kept for ever", view.evidence(_DAYS, row.source), row.least), lag(view, _LIMIT)
    if days is not None and days not in _TAKEN:
        view.refused.append(Unresolved(view.urn, f"{_DAYS} is {days:g}, which the provider does not take", "range"))
    return view.amount(view.get(_DAYS), _DAYS, row, "logs kept"), lag(view, _LIMIT)


READERS = {
    GROUP: resource(
        store("logs", _retention), under_key("logs", "KMS", "kmsKeyId"), arns("kmsKeyId"), looked_up("name")
    ),
    RESOURCE_POLICY: resource(lets_in("log groups", "policyDocument")),
}
