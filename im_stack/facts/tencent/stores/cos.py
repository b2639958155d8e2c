"""COS buckets, their policies and their versioning."""

from collections.abc import Iterator

from im_stack.facts.access.guards import ACCESS, AGES, DELETES, LISTING, PARTS, REPLICATION, guards, kept_full
from im_stack.facts.access.permissions import Document
from im_stack.facts.access.reading import may_read, read_by
from im_stack.facts.access.statements import is_refused
from im_stack.facts.knowledge.buckets import (
    Kind,
    Lifecycle,
    Rule,
    end,
    expiration,
    objects_and_uploads,
    old_versions,
    waits,
)
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import (
    differs,
    looked_up,
    reads,
    resource,
    setting_of,
    under_key,
    when_asked,
    writes,
)
from im_stack.facts.mechanism.view import View, member
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    AtRest,
    Channel,
    Evidence,
    Fact,
    ReadAccess,
    Resource,
    Unknown,
    Value,
    WriteAccess,
)
from im_stack.facts.tencent.identity import access, cam
from im_stack.facts.tencent.identity.documents import lets_in
from im_stack.facts.tencent.identity.kms import KEY

BUCKET = "tencentcloud:Cos/bucket:Bucket"
POLICY = "tencentcloud:Cos/bucketPolicy:BucketPolicy"
VERSION = "tencentcloud:Cos/bucketVersion:BucketVersion"
GUARDED = {
    "versioning": ("cos:PutBucketVersioning",),
    REPLICATION: ("cos:PutBucketReplication",),
    "object lock": ("cos:PutBucketObjectLockConfiguration",),
    "inventories": ("cos:PutBucketInventory",),
    LISTING: ("cos:GetBucket", "cos:GetBucketObjectVersions"),
    AGES: ("cos:PutBucketLifecycle",),
    PARTS: ("cos:InitiateMultipartUpload",),
    DELETES: ("cos:DeleteObject", "cos:DeleteMultipleObjects"),
    ACCESS: (
        *("cos:GetObject", "cos:PutObject", "cos:PostObject", "cos:AppendObject"),
        *("cos:DeleteObject", "cos:DeleteMultipleObjects"),
    ),
}
"""The COS actions of each guard."""
_RULES = "lifecycleRules"
_ARCHIVES = ("ARCHIVE", "DEEP_ARCHIVE")
"""Storage classes of which an object is restored before it is read."""
_EXPIRE = Kind("objects", "expiration.days", "cos-expiration", "objects expire")
_OLD_VERSIONS = Kind("old_versions", "nonCurrentExpiration.nonCurrentDays", "cos-noncurrent", "old versions kept")
_UPLOADS = Kind(
    "uploads", "abortIncompleteMultipartUpload.daysAfterInitiation", "cos-multipart", "unfinished uploads kept"
)
_ROLES = "give one role alone a right in it: its policy refuses users, and can spare no role"
_MULTI_AZ = "COS keeps versioning on in multi-zone buckets"


@reads()
def _no_policy(view: View) -> Iterator[Fact]:
    if not view.pointing(POLICY, "bucket"):
        source = "COS accepts plain HTTP unless a bucket policy refuses it"
        yield Channel(view.urn, "requests", False, view.evidence("", source), how=access.NO_PLAIN_HTTP)
        yield from guards(view.urn, view.evidence(), dict.fromkeys(GUARDED, False))


@reads("bucket", _RULES)
def _objects(view: View) -> Iterator[Fact]:
    return objects_and_uploads(view, "cos", [_lifecycle(view)], _EXPIRE, _UPLOADS, _RULES, _RULES, _is_whole(view))


def _is_whole(view: View) -> bool:
    """Whether every policy of the bucket refuses uploads in parts: nothing says which one of several is left."""
    policies = [access.read_document(each.inputs.get("policy", ABSENT)) for each in view.pointing(POLICY, "bucket")]
    itself = _itself(view.resource, view.graph)
    return bool(policies) and all(
        itself and statements and is_refused(statements, access.in_parts(itself)) for statements in policies
    )


def _itself(bucket: Resource, graph: Graph) -> str | None:
    """A bucket and its objects as policies name them, None where the plan does not say its name."""
    # equivalent(operand): no resource has the name of either
    provider, name = graph.by_urn.get(bucket.provider or ""), bucket.inputs.get("bucket", ABSENT)
    region = provider.inputs.get("region") if provider else None
    return access.bucket(name, region if isinstance(region, str) else "") if isinstance(name, str) else None


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
        waits(member(rule, "transitions"), _ARCHIVES),
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


def _roles(view: View, acts: tuple[str, ...], kind: type[ReadAccess | WriteAccess]) -> Iterator[Fact]:
    """The roles of the stack that may do one of some acts with objects."""
    graph, itself = view.graph, _itself(view.resource, view.graph)
    said = view.pointing(POLICY, "bucket")
    own = [Document(Evidence(p.urn, "policy"), access.read_document(p.inputs.get("policy", ABSENT))) for p in said]

    def allowed(role: Resource) -> bool | None:
        asked = access.requests(acts, itself or "qcs::cos:*:*:*", *cam.requests_of(role))
        return may_read(cam.policies_of(role, graph), cam.boundaries_of(role, graph), own, asked)

    yield from read_by(view, graph.of_type(*sorted(cam.ROLES)), allowed, itself is not None, kind)


@reads("bucket")
def _readers(view: View) -> Iterator[Fact]:
    return _roles(view, ("cos:GetObject",), ReadAccess)


@reads("bucket")
def _writers(view: View) -> Iterator[Fact]:
    return _roles(view, ("cos:PutObject", "cos:PostObject", "cos:AppendObject"), WriteAccess)


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


@reads("policy")
def _refusals(view: View) -> Iterator[Fact]:
    """What a policy document refuses on the bucket it is for."""
    bucket, evidence = view.subject, view.evidence("policy")
    statements, whole = access.read_document(view.get("policy")), _itself(bucket, view.graph)
    if statements is None or whole is None:
        yield Channel(bucket.urn, "requests", None, evidence, how=access.NO_PLAIN_HTTP)
        yield from guards(bucket.urn, evidence, dict.fromkeys(GUARDED))
        return
    plain, old = is_refused(statements, access.plaintext(whole)), is_refused(statements, access.old_tls(whole))
    yield Channel(bucket.urn, "requests", plain, evidence, how=access.NO_PLAIN_HTTP)
    yield Channel(bucket.urn, "TLS below 1.2", old, evidence, how=access.NO_OLD_TLS)
    asked = {guard: access.requests(acts, whole) for guard, acts in GUARDED.items()}
    refused = {guard: is_refused(statements, each) for guard, each in asked.items()}
    refused |= {guard: access.people_refused(statements, asked[guard]) for guard in (LISTING, ACCESS)}
    yield from guards(bucket.urn, evidence, refused, declared=_ROLES)


READERS = {
    BUCKET: resource(
        _no_policy,
        _objects,
        kept_full("forceClean"),
        _versions,
        _encryption,
        _access_logs,
        when_asked(ReadAccess, _readers),
        when_asked(WriteAccess, _writers),
    ),
    POLICY: setting_of("bucket", {BUCKET}, lets_in("the policy {name}"), _refusals),
    VERSION: setting_of("bucket", {BUCKET}, looked_up("status")),
}
