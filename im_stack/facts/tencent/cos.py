"""COS buckets, their policies and their versioning."""

from collections.abc import Iterable, Iterator, Mapping

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.rows import (
    differs,
    endless,
    lag,
    limit_of,
    looked_up,
    reads,
    resource,
    setting_of,
    under_key,
    writes,
)
from im_stack.facts.mechanism.view import View, as_flag, as_number, as_period, member
from im_stack.facts.model import (
    ABSENT,
    ACCESS_LOGS,
    Amount,
    AtRest,
    Channel,
    Copy,
    Door,
    Evidence,
    Fact,
    Guard,
    Resource,
    Store,
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


@reads()
def _no_policy(view: View) -> Iterator[Fact]:
    if not view.pointing(POLICY, "bucket"):
        source = "COS accepts plain HTTP unless a bucket policy refuses it"
        yield Channel(view.urn, "requests", False, view.evidence("", source))
        yield from _guards(view.urn, view.evidence(), False)


@reads("bucket", "lifecycleRules")
def _store(view: View) -> Iterator[Fact]:
    expiry = _days(view, "expiration", "days", "cos-expiration", "objects expire")
    known_as, protected = view.text("bucket") or "", view.resource.options.protect
    yield Store(view.urn, "cos", expiry, protected=protected, known_as=known_as, sooner=_sooner(view))
    block, key = "abortIncompleteMultipartUpload", "daysAfterInitiation"
    parts = _days(view, block, key, "cos-multipart", "unfinished uploads kept")
    unended = endless("unfinished uploads are never removed", "lifecycleRules")
    yield Copy(view.urn, "unfinished uploads", parts or unended(view), after="write")


def _whole_bucket_rules(rules: Iterable[Value]) -> list[Value]:
    """Lifecycle rules that cover every object. A prefix covers a part, which proves nothing for the rest."""
    return [rule for rule in rules if isinstance(rule, Unknown) or member(rule, "filterPrefix") in (ABSENT, "")]


def _sooner(view: View) -> tuple[Amount, ...]:
    """Every period after which some objects go, whatever part of the bucket it covers; a date says none."""
    limit, path = limit_of(view, "cos-expiration"), "lifecycleRules.expiration"
    found: list[Amount] = []
    for rule in view.values("lifecycleRules"):
        days, date = (member(member(rule, "expiration"), key) for key in ("days", "date"))
        number = 0 if days is ABSENT else as_number(days)
        if number is None or date not in (ABSENT, ""):
            found.append(Amount(None, "some objects expire (when is not known)", view.evidence(path), unknown=True))
        elif number > 0:
            found.append(
                Amount(as_period(number, limit.unit), "some objects expire", view.evidence(path, limit.source))
            )
    return tuple(found)


def _days(view: View, block: str, key: str, limit: str, label: str) -> tuple[Amount, ...]:
    """The longest period any whole-bucket rule sets, and the lag of the lifecycle; nothing where none sets one."""
    path, row = f"lifecycleRules.{block}.{key}", limit_of(view, limit)
    found: list[Amount] = []
    for rule in _whole_bucket_rules(view.values("lifecycleRules")):
        value = member(member(rule, block), key)
        days = 0 if value is ABSENT else as_number(value)
        if days is None or (value is not ABSENT and _otherwise(member(rule, block))):
            found.append(Amount(None, f"{label} (not known)", view.evidence(path), unknown=True))
        elif days >= 1:
            found.append(view.amount(days, path, row, label))
    if not found:
        return ()
    worst = max(found, key=lambda amount: (amount.period is None, amount.unknown, amount.period or row.unit))
    return worst, lag(view, limit, "lifecycle run", path)


def _otherwise(block: Value) -> bool:
    """Whether a block says more than its days: which of a date, a delete marker and days counts is in no document."""
    return member(block, "date") not in (ABSENT, "") or as_flag(member(block, "deleteMarker")) is not False


@reads("versioningEnable", "multiAz", "lifecycleRules")
def _versions(view: View) -> Iterator[Fact]:
    """Old versions exist where versioning is on, by the bucket's argument or by a resource of its own."""
    switched, multi_az = view.flag("versioningEnable"), view.flag("multiAz")
    switches = [(switched, view.evidence("versioningEnable"), switched)]
    for version in view.pointing(VERSION, "bucket"):
        status = version.inputs.get("status", ABSENT)
        # Suspended is for a bucket that had versions, and keeps those: a keyring never had any.
        on, had = differs("Suspended")(status), differs(ABSENT)(status)
        switches.append((on, Evidence(version.urn, "status"), had))
    if multi_az is not False:
        switches.append((multi_az, view.evidence("multiAz", "COS keeps versioning on in multi-zone buckets"), multi_az))
    for on, evidence, had in switches:
        yield Guard(view.urn, "versioning switched off", None if had is None else not had, evidence, alone=True)
        if on is None:
            yield Copy(view.urn, "old versions", (Amount(None, "versioning is not known", evidence, unknown=True),))
        elif on:
            kept = _days(view, "nonCurrentExpiration", "nonCurrentDays", "cos-noncurrent", "old versions kept")
            yield Copy(view.urn, "old versions", kept or (Amount(None, "old versions are never removed", evidence),))


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
    BUCKET: resource(_no_policy, _store, _versions, _encryption, _access_logs),
    POLICY: setting_of("bucket", {BUCKET}, _policy),
    VERSION: setting_of("bucket", {BUCKET}, looked_up("status")),
}
