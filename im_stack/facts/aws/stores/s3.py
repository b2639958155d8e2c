"""S3 buckets, and the resources beside them that set lifecycle, versioning, encryption, access and logging."""

from collections.abc import Callable, Iterator

from im_stack.facts.access.guards import ACCESS, AGES, DELETES, LISTING, PARTS, REPLICATION, guards, kept_full
from im_stack.facts.access.patterns import Work
from im_stack.facts.access.reading import may_read, read_by
from im_stack.facts.access.requests import Requests
from im_stack.facts.access.statements import is_refused
from im_stack.facts.aws.identity import access, iam
from im_stack.facts.aws.identity.documents import lets_in, with_policy
from im_stack.facts.aws.identity.kms import encryption_of
from im_stack.facts.aws.location import account_of, home_of, partition
from im_stack.facts.aws.stores.lifecycle import INLINE, OBJECTS, OLD_VERSIONS, TYPES, UPLOADS, lifecycles
from im_stack.facts.knowledge.buckets import end, objects_and_uploads, old_versions
from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import (
    Facts,
    differs,
    lag,
    limit_of,
    looked_up,
    reads,
    resource,
    setting_of,
    together,
    when_asked,
)
from im_stack.facts.mechanism.view import View, as_flag, as_items, as_number, member
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    Amount,
    AtRest,
    Channel,
    Copy,
    Evidence,
    Exposure,
    Fact,
    ReadAccess,
    Resource,
    ServiceLog,
    Unknown,
    Value,
    WriteAccess,
)

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"
BUCKETS = frozenset({BUCKET, BUCKET_V2})
_READS = ("s3:GetObject", "s3:GetObjectVersion")
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
VERSIONING = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
LOCKS = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
_LOCKS_ONE = ("s3:PutObjectRetention", "s3:PutObjectLegalHold")
_LEAP_YEAR = 366
LOGGING = ("aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2")
GUARDED = {
    "versioning": ("s3:PutBucketVersioning",),
    REPLICATION: ("s3:PutReplicationConfiguration",),
    "object lock": ("s3:PutBucketObjectLockConfiguration",),
    "inventories": ("s3:PutInventoryConfiguration",),
    LISTING: ("s3:ListBucket", "s3:ListBucketVersions"),
    AGES: ("s3:PutLifecycleConfiguration",),
    PARTS: ("s3:PutObject",),
    DELETES: ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    ACCESS: (
        *("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
        *("s3:DeleteObject", "s3:DeleteObjectVersion"),
    ),
}
"""The S3 actions of each guard."""
_KMS = ("aws:kms", "aws:kms:dsse")
_DEFAULT = "AES256 under a key of the service (Amazon S3 encrypts every new object since January 2023)"
_LONGER = f"versions locked for longer (no policy denies everyone {' and '.join(_LOCKS_ONE)})"
_UNBLOCKED = "buckets made before April 2023, and accounts that say otherwise, block nothing by default"


@reads("bucket", "policy", INLINE)
def _objects(view: View) -> Iterator[Fact]:
    ends, argument = list(lifecycles(view)), "abortIncompleteMultipartUpload"
    whole = _refuses(view.resource, view.graph, access.in_parts)
    return objects_and_uploads(view, "s3", ends, OBJECTS, UPLOADS, INLINE, argument, whole)


def _refuses(bucket: Resource, graph: Graph, asked: Callable[[str], Requests]) -> bool:
    """Whether every policy of a bucket refuses requests for its objects: nothing says which one of several is left."""
    said, itself = with_policy(bucket, POLICY, "bucket", graph), _itself(bucket, graph)
    policies = (access.read_document(each.inputs["policy"]) for each in said)
    return bool(said) and all(itself and policy and is_refused(policy, asked(f"{itself}/*")) for policy in policies)


@reads("rule")
def _locked(view: View) -> Iterator[Fact]:
    """Versions that a lock keeps for as long as its rule says."""
    default = member(view.get("rule"), "defaultRetention")
    days, years = member(default, "days"), member(default, "years")
    if years is not ABSENT:
        number = as_number(years)
        days = Unknown("years") if number is None else number * _LEAP_YEAR
    if days is not ABSENT:
        kept = view.amount(days, "rule.defaultRetention", limit_of(view, "s3-lock"), "versions locked")
        yield Copy(view.subject.urn, "locked versions", (kept, lag(view, "s3-lock")), after="write")


def _itself(bucket: Resource, graph: Graph) -> str | None:
    """The ARN of a bucket, None where the plan does not say it."""
    name, region = bucket.inputs.get("bucket", ABSENT), home_of(bucket, graph)
    return f"arn:{partition(region)}:s3:::{name}" if region is not None and isinstance(name, str) else None


def _own(view: View, argument: str) -> tuple[str, Value]:
    """A block among the bucket's own arguments: the older type has it as a list of one, under a plural name."""
    name = f"{argument}s" if view.resource.type == BUCKET_V2 else argument
    return name, view.get(name)


def _one(value: Value) -> Value:
    """The block of an argument that is a block, or a list of at most one."""
    items = as_items(value)
    if isinstance(items, Unknown):
        # equivalent(return): the members of what is no block are as little known as those of a block that is not known
        return items
    return items[0] if len(items) == 1 else Unknown("several") if items else ABSENT


def _versions(view: View) -> Iterator[Fact]:
    """Old versions exist where versioning is, or was, on: by a resource of its own, an argument or a lock."""
    argument, versioning = _own(view, "versioning")
    enabled = member(_one(versioning), "enabled")
    lock = view.flag("objectLockEnabled")
    switches: list[tuple[bool | None, Evidence]] = [
        (as_flag(enabled), view.evidence(argument)),
        (lock, view.evidence("objectLockEnabled", "a lock needs versions")),
    ]
    locks = [each for type_ in LOCKS for each in view.pointing(type_, "bucket")]
    switches += [(True, Evidence(each.urn)) for each in locks]
    for beside in (each for type_ in VERSIONING for each in view.pointing(type_, "bucket")):
        status = member(beside.inputs.get("versioningConfiguration", ABSENT), "status")
        on = differs("Disabled")(status)  # Suspended keeps the versions it had
        switches.append((on, Evidence(beside.urn, "versioningConfiguration.status")))
    kept = end(view, lifecycles(view), OLD_VERSIONS)
    yield from old_versions(view, [(on, on, evidence) for on, evidence in switches], kept)
    locked = bool(locks) or lock is not False
    if locked and not _refuses(view.resource, view.graph, lambda objects: access.requests(_LOCKS_ONE, (objects,))):
        longer = Amount(None, "locked for longer", view.evidence("objectLockEnabled"), unknown=True)
        yield Copy(view.urn, _LONGER, (longer,), after="write")


def _encryption(view: View) -> Iterator[Fact]:
    """What encrypts new objects: the resources that say so, else the bucket's arguments, else the service itself."""
    argument, own = _own(view, "serverSideEncryptionConfiguration")
    found: list[tuple[Resource, str, Value]] = []
    if own not in (ABSENT, ()):
        found.append((view.resource, argument, member(_one(own), "rules" if argument.endswith("s") else "rule")))
    for type_ in ENCRYPTION:
        for beside in view.pointing(type_, "bucket"):
            found.append((beside, "rules", beside.inputs.get("rules", ABSENT)))
    for each, where, rules in found:
        yield _encrypted(view.urn, each, where, rules, view.graph)
    if not found:
        yield AtRest(view.urn, "objects", True, _DEFAULT, view.evidence())


def _encrypted(urn: str, resource: Resource, argument: str, rules: Value, graph: Graph) -> AtRest:
    rule = _one(rules)
    by_default = [_one(member(rule, f"applyServerSideEncryptionByDefault{end}")) for end in ("", "s")]
    block = next((block for block in by_default if block is not ABSENT), ABSENT)
    algorithm = member(block, "sseAlgorithm")
    evidence = Evidence(resource.urn, f"{argument}.sseAlgorithm")
    if isinstance(algorithm, Unknown):
        return AtRest(urn, "objects", None, "the algorithm is not known", evidence)
    if algorithm in (ABSENT, "", "AES256"):
        return AtRest(urn, "objects", True, _DEFAULT, evidence)
    if algorithm not in _KMS:
        return AtRest(urn, "objects", False, "the algorithm is none of S3's", evidence)
    key = member(block, "kmsMasterKeyId")
    return encryption_of(urn, "objects", "KMS", resource, argument, key, graph, f"{argument}.kmsMasterKeyId")


@reads("policy")
def _refusals(view: View) -> Iterator[Fact]:
    """What a policy document refuses on the bucket it is for."""
    bucket, evidence = view.subject, view.evidence("policy")
    statements, itself = access.read_document(view.get("policy")), _itself(bucket, view.graph)
    if statements is None or itself is None:
        yield Channel(bucket.urn, "requests", None, evidence, how=access.NO_PLAIN_HTTP)
        yield from guards(bucket.urn, evidence, dict.fromkeys(GUARDED))
        return
    whole = (itself, f"{itself}/*")
    plain, old = is_refused(statements, access.plaintext("s3", *whole)), is_refused(statements, access.old_tls(*whole))
    yield Channel(bucket.urn, "requests", plain, evidence, how=access.NO_PLAIN_HTTP)
    yield Channel(bucket.urn, "TLS below 1.2", old, evidence, how=access.NO_OLD_TLS)
    account, roles = account_of(bucket, view.graph), access.roles_named(statements)

    work = Work()  # for all roles together: a document may name thousands

    def is_guarded(guard: str, who: Requests = (), work: Work | None = None) -> bool | None:
        asked = access.requests(GUARDED[guard], (whole[guard in (ACCESS, DELETES)],), *who)
        return is_refused(statements, access.in_parts(f"{itself}/*") if guard == PARTS else asked, work)

    others = dict.fromkeys((LISTING, ACCESS), access.but_roles(roles))
    refused = {guard: is_guarded(guard, others.get(guard, ())) for guard in GUARDED}
    spared = {
        guard: [access.name_of(role, account) for role in roles if not is_guarded(guard, access.only(role), work)]
        for guard in others
    }
    yield from guards(bucket.urn, evidence, refused, spared)


_policy = together(lets_in("the policy {name}"), _refusals)


@reads("policy")
def _access(view: View) -> Iterator[Fact]:
    """Who may reach the bucket, and how: by its policy, and by what blocks public access."""
    if view.get("policy") not in (ABSENT, ""):
        yield from _policy(view)
    elif not view.pointing(POLICY, "bucket"):
        source = "S3 accepts plain HTTP unless a bucket policy refuses it"
        yield Channel(view.urn, "requests", False, view.evidence("", source), how=access.NO_PLAIN_HTTP)
        yield from guards(view.urn, view.evidence(), dict.fromkeys(GUARDED, False))
    if not view.pointing(BLOCK, "bucket"):
        how = "a BucketPublicAccessBlock of this bucket with all four switches on"
        yield Exposure(view.urn, "public access by lists and policies", None, view.evidence("", _UNBLOCKED), how=how)


def _logs(argument: str) -> Facts:
    """Access logs are objects of another bucket, which must be a store of this stack that is for them. It is named in
    `argument`, or in a block there."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        value = view.get(argument)
        bucket = value if argument == "targetBucket" else member(_one(value), "targetBucket")
        if bucket is not ABSENT:
            found, doubts = view.links(argument, BUCKETS, (bucket,))
            yield from view.unresolved(doubts, "access logs")
            for target in found:
                yield ServiceLog(view.urn, target.urn, "access logs", ACCESS_LOGS, view.evidence(argument))

    return facts


def _roles(view: View, acts: tuple[str, ...], kind: type[ReadAccess | WriteAccess]) -> Iterator[Fact]:
    """The roles of the stack that may do one of some acts with objects."""
    graph, itself, account = view.graph, _itself(view.resource, view.graph), account_of(view.resource, view.graph)
    beside, objects = iam.organization_policies(graph), (f"{itself or 'arn:*:s3:::*'}/*",)
    own = [iam.lets_in(each, "policy", account) for each in with_policy(view.resource, POLICY, "bucket", graph)]

    def allowed(role: Resource) -> bool | None:
        asked = access.requests(acts, objects, *iam.requests_of(role, graph, account))
        return may_read(iam.policies_of(role, graph), [*iam.boundaries_of(role, graph), *beside], own, asked)

    yield from read_by(view, graph.of_type(iam.ROLE), allowed, itself is not None, kind)


@reads("policy")
def _readers(view: View) -> Iterator[Fact]:
    return _roles(view, _READS, ReadAccess)


@reads("policy")
def _writers(view: View) -> Iterator[Fact]:
    return _roles(view, ("s3:PutObject",), WriteAccess)


def _bucket_reader(plural: str) -> Reader:
    """The reader of a type of bucket. `plural`: how its arguments that are lists of one block end."""
    return resource(
        _objects,
        kept_full("forceDestroy"),
        reads(f"versioning{plural}", "objectLockEnabled", INLINE)(_versions),
        reads(f"serverSideEncryptionConfiguration{plural}")(_encryption),
        _access,
        _logs(f"logging{plural}"),
        when_asked(ReadAccess, _readers),
        when_asked(WriteAccess, _writers),
    )


def _beside(*rows: Facts) -> Reader:
    """The reader of a setting of a bucket; `looked_up` is what the bucket's own reader looks at."""
    return setting_of("bucket", BUCKETS, *rows)


READERS = {
    BUCKET: _bucket_reader(""),
    BUCKET_V2: _bucket_reader("s"),
    POLICY: _beside(_policy),
    BLOCK: _beside(),
    OWNERSHIP: _beside(),
    **dict.fromkeys(TYPES, _beside(looked_up("rules"))),
    **dict.fromkeys(VERSIONING, _beside(looked_up("versioningConfiguration"))),
    **dict.fromkeys(ENCRYPTION, _beside(looked_up("rules"))),
    **dict.fromkeys(LOCKS, _beside(_locked)),
    **dict.fromkeys(LOGGING, _beside(_logs("targetBucket"))),
}
