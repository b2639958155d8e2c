"""COS buckets, their policies and their versioning."""

from collections.abc import Iterator, Mapping

from im_stack.facts.knowledge.buckets import Kind, Lifecycle, Rule, end, expiration, objects_and_uploads, old_versions
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import (
    differs,
    looked_up,
    reads,
    resource,
    setting_of,
    under_key,
    writes,
)
from im_stack.facts.mechanism.view import View, member
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    AtRest,
    Channel,
    Door,
    Evidence,
    Fact,
    Guard,
    Resource,
    Unknown,
    Unread,
    Value,
)
from im_stack.facts.tencent import document
from im_stack.facts.tencent.kms import KEY

BUCKET = "tencentcloud:Cos/bucket:Bucket"
POLICY = "tencentcloud:Cos/bucketPolicy:BucketPolicy"
VERSION = "tencentcloud:Cos/bucketVersion:BucketVersion"
GUARDED = {
    "versioning": "name/cos:PutBucketVersioning",
    "replication": "name/cos:PutBucketReplication",
    "object lock": "name/cos:PutBucketObjectLockConfiguration",
    "inventories": "name/cos:PutBucketInventory",
}
"""Acts that would give a keyring a second copy, and the COS action of each."""
LISTING = "listing by people"
_RULES = "lifecycleRules"
_EXPIRE = Kind("objects", "expiration.days", "cos-expiration", "objects expire")
_OLD_VERSIONS = Kind("old_versions", "nonCurrentExpiration.nonCurrentDays", "cos-noncurrent", "old versions kept")
_UPLOADS = Kind(
    "uploads", "abortIncompleteMultipartUpload.daysAfterInitiation", "cos-multipart", "unfinished uploads kept"
)
_MULTI_AZ = "COS keeps versioning on in multi-zone buckets"


@reads()
def _no_policy(view: View) -> Iterator[Fact]:
    if not view.pointing(POLICY, "bucket"):
        source = "COS accepts plain HTTP unless a bucket policy refuses it"
        yield Channel(view.urn, "requests", False, view.evidence("", source))
        yield from _guards(view.urn, view.evidence(), False)


@reads("bucket", _RULES)
def _objects(view: View) -> Iterator[Fact]:
    return objects_and_uploads(view, "cos", [_lifecycle(view)], _EXPIRE, _UPLOADS, _RULES)


def _lifecycle(view: View) -> Lifecycle:
    rules = view.values(_RULES)
    known = not any(isinstance(rule, Unknown) for rule in rules)
    return Lifecycle([_rule(rule) for rule in rules] if known else None, view.urn, _RULES)


def _rule(rule: Value) -> Rule:
    """A rule of the lifecycle; one with a prefix covers a part, which proves nothing for the rest."""
    return Rule(
        True,
        member(rule, "filterPrefix") in (ABSENT, ""),
        *expiration(member(rule, "expiration"), "deleteMarker"),
        member(member(rule, "nonCurrentExpiration"), "nonCurrentDays"),
        member(member(rule, "abortIncompleteMultipartUpload"), "daysAfterInitiation"),
    )


@reads("versioningEnable", "multiAz", _RULES)
def _versions(view: View) -> Iterator[Fact]:
    """Old versions exist where versioning is on, by the bucket's argument or by a resource of its own."""
    switched, multi_az = view.flag("versioningEnable"), view.flag("multiAz")
    switches = [(switched, switched, view.evidence("versioningEnable"))]
    for version in view.pointing(VERSION, "bucket"):
        status = version.inputs.get("status", ABSENT)
        # Suspended is for a bucket that had versions, and keeps those: a keyring never had any.
        on, had = differs("Suspended")(status), differs(ABSENT)(status)
        switches.append((on, had, Evidence(version.urn, "status")))
    if multi_az is not False:
        switches.append((multi_az, multi_az, view.evidence("multiAz", _MULTI_AZ)))
    return old_versions(view, switches, end(view, [_lifecycle(view)], _OLD_VERSIONS))


_UNDER_KEY = under_key("objects", "kmsId", {KEY}, "KMS")
_LOG_TARGET = writes("access logs", "logTargetBucket", {BUCKET}, ACCESS_LOGS)


@reads("encryptionAlgorithm", *_UNDER_KEY.arguments)
def _encryption(view: View) -> Iterator[Fact]:
    algorithm, evidence = view.get("encryptionAlgorithm"), view.evidence("encryptionAlgorithm")
    if algorithm == "KMS":
        yield from _UNDER_KEY(view)
    elif isinstance(algorithm, Unknown):
        yield AtRest(view.urn, "objects", None, "the algorithm is not known", evidence)
    elif algorithm == "AES256":
        yield AtRest(view.urn, "objects", True, f"{algorithm} under a key of the service", evidence)
    else:
        yield AtRest(view.urn, "objects", False, "no server-side encryption is set", evidence)


@reads("logEnable", *_LOG_TARGET.arguments)
def _access_logs(view: View) -> Iterator[Fact]:
    """Access logs are objects of another bucket, which must be a store of this stack that is for them."""
    if view.flag("logEnable") is not False:
        yield from _LOG_TARGET(view)


def _target(bucket: Resource, graph: Graph) -> document.Target | None:
    """The bucket as a policy must name it; None where its name is not known."""
    name = bucket.inputs.get("bucket", ABSENT)
    provider = graph.by_urn.get(bucket.provider or "")
    region = provider.inputs.get("region", ABSENT) if provider else ABSENT
    return document.Target(name, region if isinstance(region, str) else "") if isinstance(name, str) else None


@reads("policy")
def _policy(view: View) -> Iterator[Fact]:
    bucket, graph = view.subject, view.graph
    text = view.get("policy")
    statements = document.read_document(text) if isinstance(text, str) else None
    name = _target(bucket, graph)
    evidence = view.evidence("policy")
    if statements is None or name is None:
        yield Unread(view.urn, "the policy document cannot be read before deployment", "inputs")
        yield Channel(bucket.urn, "requests", None, evidence)
        yield Door(bucket.urn, f"the policy {view.resource.name}", None, evidence)
        yield from _guards(bucket.urn, evidence, None)
        return
    yield Door(bucket.urn, f"the policy {view.resource.name}", document.opens(statements), evidence, alone=True)
    yield Channel(bucket.urn, "requests", document.refuses_plaintext(statements, name), evidence)
    yield Channel(bucket.urn, "TLS below 1.2", document.refuses_old_tls(statements, name), evidence)
    refused = {act for act, action in GUARDED.items() if document.refuses(statements, name, action)}
    people = document.refuses_people(statements, name, "name/cos:GetBucket")
    yield from _guards(bucket.urn, evidence, {**dict.fromkeys(refused, True), LISTING: people})


def _guards(bucket: str, evidence: Evidence, holds: Mapping[str, bool] | bool | None) -> Iterator[Fact]:
    """What keeps a keyring in this bucket from being copied: each guard by name, or the same of all."""
    for what in (*GUARDED, LISTING):
        held = holds.get(what, False) if isinstance(holds, Mapping) else holds
        yield Guard(bucket, f"the refusal of {what}", held, evidence)


READERS = {
    BUCKET: resource(_no_policy, _objects, _versions, _encryption, _access_logs),
    POLICY: setting_of("bucket", {BUCKET}, _policy),
    VERSION: setting_of("bucket", {BUCKET}, looked_up("status")),
}
