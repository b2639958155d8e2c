"""What watches and steers a whole account: trails of calls, records of settings, policies of the organization.

A trail and a record of settings hold who called what, and how everything is set up. Where they end must be a store of
this stack, so that what that store keeps is known. A certificate holds nothing but its own key.
"""

from collections.abc import Iterable

from im_stack.facts.aws import kms
from im_stack.facts.aws.retention import belongs
from im_stack.facts.aws.s3 import BUCKETS
from im_stack.facts.knowledge.credentials import set_in_state
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Fact, Resource, Unread

TRAIL = "aws:cloudtrail/trail:Trail"
CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"
CERTIFICATE = "aws:acm/certificate:Certificate"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
_WEB_ACL = "aws:wafv2/webAcl:WebAcl"
_POLICY = "aws:organizations/policy:Policy"
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_LOGS = "cloudWatchLogsGroupArn"
_PRIVATE = ("privateKey", "privateKeyWo")


def _trail(view: View, bucket: Resource, graph: Graph) -> Iterable[Fact]:
    """The files of a trail, under which key they rest, and the log group they may be sent to as well."""
    yield kms.rests(view.urn, "its files", "KMS", view.resource, "kmsKeyId", view.get("kmsKeyId"), graph)
    if view.get(_LOGS) in (ABSENT, ""):
        return
    group = graph.link(view.resource, _LOGS, {_LOG_GROUP})
    if isinstance(group, NoLink):
        yield Unread(view.urn, group.why, "link")


def _channel(view: View, bucket: Resource, graph: Graph) -> Iterable[Fact]:
    yield kms.rests(view.urn, "its files", "KMS", view.resource, "s3KmsKeyArn", view.get("s3KmsKeyArn"), graph)


def _attachment(view: View, policy: Resource, graph: Graph) -> Iterable[Fact]:
    """What is attached is judged where it is made: a policy, or a list that may sample and log requests."""
    return ()


def _certificate(view: View, graph: Graph) -> Iterable[Fact]:
    """A certificate of the service's own has no key that anybody sees; one from outside brings it along."""
    return set_in_state(view, "its private key", _PRIVATE)


READERS = {
    TRAIL: Reader(frozenset({"s3BucketName", "kmsKeyId", _LOGS}), belongs("s3BucketName", BUCKETS, _trail)),
    CHANNEL: Reader(frozenset({"s3BucketName", "s3KmsKeyArn"}), belongs("s3BucketName", BUCKETS, _channel)),
    ATTACHMENT: Reader(frozenset({"policyId"}), belongs("policyId", {_POLICY}, _attachment)),
    ASSOCIATION: Reader(frozenset({"webAclArn"}), belongs("webAclArn", {_WEB_ACL}, _attachment)),
    CERTIFICATE: Reader(frozenset(_PRIVATE), _certificate, credentials=frozenset(_PRIVATE)),
}
