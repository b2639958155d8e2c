"""Account-wide resources: audit trails, configuration records, certificates; and the account of a provider.

A trail and a configuration record show who called what, and how everything is set up. Where they are written must be a
store of this stack, so that its retention is known. A certificate holds nothing but its own key.
"""

from im_stack.facts.aws.identity.kms import under_key
from im_stack.facts.aws.location import PINS, pinned
from im_stack.facts.aws.stores.s3 import BUCKETS
from im_stack.facts.aws.stores.selection import DEFAULT_TAGS
from im_stack.facts.knowledge.accounts import works_in
from im_stack.facts.knowledge.credentials import credential
from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.mechanism.rows import looked_up, refers_to, resource, setting_of

TRAIL = "aws:cloudtrail/trail:Trail"
CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel"
CERTIFICATE = "aws:acm/certificate:Certificate"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_CREDENTIALS = (
    "assumeRoleWithWebIdentity",
    "assumeRoles",
    "profile",
    "sharedCredentialsFiles",
    "ec2MetadataServiceEndpoint",
)
"""What a provider says of whose credentials it uses."""

READERS = {
    TRAIL: setting_of(
        "s3BucketName",
        BUCKETS,
        under_key("its files", "KMS", "kmsKeyId", itself=True),
        refers_to("cloudWatchLogsGroupArn", _LOG_GROUP, optional=True),
        kept=True,
    ),
    CHANNEL: setting_of("s3BucketName", BUCKETS, under_key("its files", "KMS", "s3KmsKeyArn", itself=True), kept=True),
    # What is attached is judged where it is made: a policy, or a list that may sample and log requests.
    ASSOCIATION: resource(refers_to("webAclArn", "aws:wafv2/webAcl:WebAcl")),
    # A certificate that the service issues has no key that the program knows; an imported one brings it along.
    CERTIFICATE: resource(credential("its private key", "privateKey", "privateKeyWo")),
    f"{PROVIDER}aws": resource(looked_up(*PINS, DEFAULT_TAGS), works_in(pinned, *_CREDENTIALS, key="accessKey")),
}
