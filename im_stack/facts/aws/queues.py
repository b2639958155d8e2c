"""SQS: queues keep what nobody takes for their period, and answer plain HTTP unless a policy refuses it."""

from collections.abc import Iterable, Iterator, Sequence

from im_stack.facts.aws import kms, policy
from im_stack.facts.aws.arns import named_in
from im_stack.facts.aws.location import account_of, arn_places, home_of, partition
from im_stack.facts.aws.retention import chosen, setting
from im_stack.facts.knowledge.policy_text import read_object
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, AtRest, Channel, Door, Fact, Resource, Store, Unknown, Unread, Value

QUEUE = "aws:sqs/queue:Queue"
POLICY = "aws:sqs/queuePolicy:QueuePolicy"
REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
_OWN_KEY = "alias/aws/sqs"
_DEFAULT = "SSE under a key of the service (Amazon SQS encrypts every new queue since October 2022)"
_PLAIN = "SQS developer guide: enforce encryption in transit by a policy with aws:SecureTransport"


def sent_on(view: View, argument: str, value: Value, graph: Graph, what: str) -> Iterator[Fact]:
    """What is sent on must end in a queue of this stack, which `value` in `argument` names; absent is nothing sent."""
    if value in (ABSENT, ""):
        return
    target = named_in(view.resource, argument, value, {QUEUE}, graph)
    if isinstance(target, NoLink):
        yield Unread(view.urn, f"{what}: {target.why}", "link")


def _queue(view: View, graph: Graph) -> Iterable[Fact]:
    kept = chosen(view, "messageRetentionSeconds", "sqs-retention", "messages kept")
    yield Store(view.urn, "sqs", kept, protected=view.resource.options.protect)
    yield _at_rest(view, graph)
    yield from arn_places(view, "kmsMasterKeyId")
    yield from _dead_letters(view, view.get("redrivePolicy"), graph)
    beside = graph.pointing_at(view.resource, POLICY, "queueUrl")
    own = view.get("policy")
    if own not in (ABSENT, ""):
        yield from _judge(view, view.resource, graph)
    elif not beside:
        yield Channel(view.urn, "requests", False, view.evidence("", _PLAIN))


def _at_rest(view: View, graph: Graph) -> AtRest:
    key, own = view.get("kmsMasterKeyId"), view.get("sqsManagedSseEnabled")
    if key not in (ABSENT, "", _OWN_KEY):
        return kms.rests(view.urn, "messages", "KMS", view.resource, "kmsMasterKeyId", key, graph)
    if key != _OWN_KEY and own is not ABSENT:
        return AtRest(
            view.urn, "messages", view.flag("sqsManagedSseEnabled"), "SSE", view.evidence("sqsManagedSseEnabled")
        )
    return AtRest(view.urn, "messages", True, _DEFAULT, view.evidence("kmsMasterKeyId"))


def _dead_letters(view: View, value: Value, graph: Graph) -> Iterator[Fact]:
    """What nobody takes goes on to another queue, where it is kept anew: it must be one of this stack."""
    if value in (ABSENT, ""):
        return
    document = read_object(value) if isinstance(value, str) else None
    arn = Unknown("redrivePolicy") if document is None else document.get("deadLetterTargetArn", ABSENT)
    target = named_in(view.resource, "redrivePolicy", arn, {QUEUE}, graph)
    if isinstance(target, NoLink):
        yield Unread(view.urn, f"what nobody takes: {target.why}", "link")


def _policy(view: View, queue: Resource, graph: Graph) -> Iterable[Fact]:
    yield from _judge(view, queue, graph)


def _judge(view: View, queue: Resource, graph: Graph) -> Iterator[Fact]:
    text, evidence = view.get("policy"), view.evidence("policy")
    statements = policy.read_document(text) if isinstance(text, str) else None
    name, region = queue.inputs.get("name", ABSENT), home_of(queue, graph)
    if statements is None or region is None or not isinstance(name, str):
        yield Unread(view.urn, "the policy document cannot be read before deployment", "inputs")
        yield Channel(queue.urn, "requests", None, evidence)
        yield Door(queue.urn, f"the policy {view.resource.name}", None, evidence, alone=True)
        return
    yield Door(queue.urn, f"the policy {view.resource.name}", policy.opens(statements), evidence, alone=True)
    refused = _refuses_plaintext(statements, name, region, account_of(queue, graph))
    yield Channel(queue.urn, "requests", refused, evidence)


def _refuses_plaintext(
    statements: Sequence[policy.Statement], name: str, region: str, account: str | None
) -> bool | None:
    """Whether everyone is refused every request to the queue that is not HTTPS; None where its account is not known."""
    found = [
        _is_queue(resource, name, region, account)
        for s in statements
        if not s.allows
        and s.plain
        and s.everyone
        and bool(s.actions & {"*", "sqs:*"})
        and policy.only(s.condition, "Bool", "aws:SecureTransport") in (["false"], [False])
        for resource in s.resources
    ]
    return True if True in found else None if None in found else False


def _is_queue(resource: str, name: str, region: str, account: str | None) -> bool | None:
    """Whether a resource of a statement is the queue of this account; None where that is not known."""
    parts = resource.split(":")
    here = parts[:4] == ["arn", partition(region), "sqs", region] and parts[5:] == [name]
    if not here:
        return resource == "*"
    return None if account is None else parts[4] == account


def _redrive(view: View, queue: Resource, graph: Graph) -> Iterable[Fact]:
    yield from _dead_letters(view, view.get("redrivePolicy"), graph)


_OF = frozenset({QUEUE})
_KEY = frozenset({"kmsMasterKeyId", "sqsManagedSseEnabled"})
READERS = {
    QUEUE: Reader(_KEY | {"name", "messageRetentionSeconds", "redrivePolicy", "policy"}, _queue),
    POLICY: setting("queueUrl", _OF, _policy, also={"policy"}),
    REDRIVE: setting("queueUrl", _OF, _redrive, also={"redrivePolicy"}),
}
