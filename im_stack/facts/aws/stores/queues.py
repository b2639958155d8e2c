"""SQS queues: messages that no consumer takes stay for the retention period; plain HTTP is answered unless a policy
refuses it."""

from collections.abc import Iterable, Iterator
from functools import reduce

from im_stack.facts.access.document import read_object
from im_stack.facts.access.patterns import ANY, Work
from im_stack.facts.access.statements import is_refused
from im_stack.facts.aws.arns import named
from im_stack.facts.aws.identity import access
from im_stack.facts.aws.identity.documents import lets_in, mentioned
from im_stack.facts.aws.identity.kms import encryption_of
from im_stack.facts.aws.location import account_of, arns, home_of, partition
from im_stack.facts.mechanism.rows import (
    Facts,
    channel,
    chosen,
    looked_up,
    never,
    reads,
    resource,
    setting_of,
    store,
    together,
)
from im_stack.facts.mechanism.view import View, member
from im_stack.facts.model import ABSENT, AtRest, Channel, Fact, Unknown

QUEUE = "aws:sqs/queue:Queue"
POLICY = "aws:sqs/queuePolicy:QueuePolicy"
REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
_OWN_KEY = "alias/aws/sqs"
_DEFAULT = "SSE under a key of the service (Amazon SQS encrypts every new queue since October 2022)"
_PLAIN = "SQS developer guide: enforce encryption in transit by a policy with aws:SecureTransport"


def sends_on(what: str, argument: str, *path: str) -> Facts:
    """Records that are sent on must end in a queue of this stack, which is named at `path` in `argument`; absent is
    nothing sent."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        value = reduce(member, path, view.get(argument))
        if value not in (ABSENT, ""):
            doubts = named(view.resource, argument, value, {QUEUE}, view.graph).doubts
            yield from view.unresolved(doubts, f"{what}")

    return facts


@reads("redrivePolicy")
def _dead_letters(view: View) -> Iterator[Fact]:
    """Messages that no consumer takes go on to another queue, where they are kept anew: it must be of this stack."""
    value = view.get("redrivePolicy")
    if value in (ABSENT, ""):
        return
    document = read_object(value) if isinstance(value, str) else None
    arn = Unknown("redrivePolicy") if document is None else document.get("deadLetterTargetArn", ABSENT)
    doubts = named(view.resource, "redrivePolicy", arn, {QUEUE}, view.graph).doubts
    yield from view.unresolved(doubts, "what nobody takes")


@reads("kmsMasterKeyId", "sqsManagedSseEnabled")
def _at_rest(view: View) -> Iterator[Fact]:
    key, own = view.get("kmsMasterKeyId"), view.get("sqsManagedSseEnabled")
    if key not in (ABSENT, "", _OWN_KEY):
        yield encryption_of(view.urn, "messages", "KMS", view.resource, "kmsMasterKeyId", key, view.graph)
    elif key != _OWN_KEY and own is not ABSENT:
        on = view.flag("sqsManagedSseEnabled")
        yield AtRest(view.urn, "messages", on, "SSE", view.evidence("sqsManagedSseEnabled"))
    else:
        yield AtRest(view.urn, "messages", True, _DEFAULT, view.evidence("kmsMasterKeyId"))


@reads("policy")
def _refusals(view: View) -> Iterator[Fact]:
    """Whether the document in `policy`, of a queue itself or of a resource beside it, refuses plain HTTP."""
    queue, statements = view.subject, access.read_document(view.get("policy"))
    given, region = queue.inputs.get("name", ABSENT), home_of(queue, view.graph)
    name = given if isinstance(given, str) else ANY
    account, encrypted = account_of(queue, view.graph) or ANY, None
    if statements is not None and region is not None:
        work = Work()

        def refused(number: str) -> bool | None:
            asked = access.plaintext("sqs", f"arn:{partition(region)}:sqs:{region}:{number}:{name}")
            return is_refused(statements, asked, work)

        encrypted = refused(account)
        if account == ANY and encrypted is False and any(map(refused, mentioned(statements))):
            encrypted = None  # refused for the queue of that name in some account, which may be this one
    yield Channel(queue.urn, "requests", encrypted, view.evidence("policy"), how=access.NO_PLAIN_HTTP)


_policy = together(lets_in("the policy {name}"), _refusals)
_WITHOUT_POLICY = channel("requests", "", never, _PLAIN, how=access.NO_PLAIN_HTTP)


@reads("policy")
def _own_policy(view: View) -> Iterable[Fact]:
    """A queue's own policy, and what is true without any."""
    if view.get("policy") not in (ABSENT, ""):
        return _policy(view)
    return () if view.pointing(POLICY, "queueUrl") else _WITHOUT_POLICY(view)


READERS = {
    QUEUE: resource(
        store("sqs", chosen("messageRetentionSeconds", "sqs-retention", "messages kept")),
        _at_rest,
        arns("kmsMasterKeyId"),
        _dead_letters,
        _own_policy,
        looked_up("name"),
    ),
    POLICY: setting_of("queueUrl", {QUEUE}, _policy),
    REDRIVE: setting_of("queueUrl", {QUEUE}, _dead_letters),
}
