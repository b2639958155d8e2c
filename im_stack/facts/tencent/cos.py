"""COS buckets, their policies and their versioning."""

from collections.abc import Iterable, Iterator, Mapping

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.graph import Graph, NoLink
from im_stack.facts.mechanism.tables import Limit, limits
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
    Grade,
    Guard,
    Resource,
    Store,
    Unknown,
    Unread,
    Value,
    Written,
)
from im_stack.facts.tencent import document
from im_stack.facts.tencent.kms import KEY
from im_stack.facts.tencent.retention import setting

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
_ENCRYPTIONS = ("AES256", "KMS")


def _bucket(view: View, graph: Graph) -> Iterable[Fact]:
    if not graph.pointing_at(view.resource, POLICY, "bucket"):
        source = "COS accepts plain HTTP unless a bucket policy refuses it"
        yield Channel(view.urn, "requests", False, view.evidence("", source))
        yield from _guards(view.urn, view.evidence(), False)
    rules = _whole_bucket_rules(view.items("lifecycleRules"))
    expiry = _expiry(view, rules)
    known_as = view.text("bucket") or ""
    protected = view.resource.options.protect
    yield Store(view.urn, "cos", expiry, protected=protected, known_as=known_as, sooner=_sooner(view))
    yield from _versions(view, graph, rules)
    parts = _days(
        view,
        rules,
        "abortIncompleteMultipartUpload",
        "daysAfterInitiation",
        limits("tencent")["cos-multipart"],
        "unfinished uploads kept",
    )
    never = (Amount(None, "unfinished uploads are never removed", view.evidence("lifecycleRules")),)
    yield Copy(view.urn, "unfinished uploads", parts or never, after="write")
    yield from _encryption(view, graph)
    yield from _log_target(view, graph)


def _whole_bucket_rules(rules: Iterable[Value] | Unknown) -> list[Value]:
    """Lifecycle rules that cover every object. A prefix covers a part, which proves nothing for the rest."""
    if isinstance(rules, Unknown):
        return [rules]
    return [rule for rule in rules if isinstance(rule, Unknown) or member(rule, "filterPrefix") in (ABSENT, "")]


def _expiry(view: View, rules: list[Value]) -> tuple[Amount, ...]:
    return _days(view, rules, "expiration", "days", limits("tencent")["cos-expiration"], "objects expire")


def _sooner(view: View) -> tuple[Amount, ...]:
    """Every period after which some objects go, whatever part of the bucket it covers; a date says none."""
    limit, path = limits("tencent")["cos-expiration"], "lifecycleRules.expiration"
    rules = view.items("lifecycleRules")
    found: list[Amount] = []
    for rule in (rules,) if isinstance(rules, Unknown) else rules:
        days, date = (member(member(rule, "expiration"), key) for key in ("days", "date"))
        number = 0 if days is ABSENT else as_number(days)
        if number is None or date not in (ABSENT, ""):
            found.append(Amount(None, "some objects expire (when is not known)", view.evidence(path), unknown=True))
        elif number > 0:
            found.append(
                Amount(as_period(number, limit.unit), "some objects expire", view.evidence(path, limit.source))
            )
    return tuple(found)


def _days(view: View, rules: list[Value], block: str, key: str, limit: Limit, label: str) -> tuple[Amount, ...]:
    """The longest period any whole-bucket rule sets, and the lag of the lifecycle; nothing where none sets one."""
    path = f"lifecycleRules.{block}.{key}"
    found: list[Amount] = []
    for rule in rules:
        value = member(member(rule, block), key)
        days = 0 if value is ABSENT else as_number(value)
        if days is None or (value is not ABSENT and _otherwise(member(rule, block))):
            found.append(Amount(None, f"{label} (not known)", view.evidence(path), unknown=True))
        elif days >= 1:
            found.append(view.amount(days, path, limit, label))
    if not found:
        return ()
    worst = max(found, key=lambda amount: (amount.period is None, amount.unknown, amount.period or limit.unit))
    lag = Amount(limit.lag, "lifecycle run", Evidence(view.urn, path, Grade.ASSUMED, limit.source, limit.note))
    return worst, lag


def _otherwise(block: Value) -> bool:
    """Whether a block says more than its days: which of a date, a delete marker and days counts is in no document."""
    return member(block, "date") not in (ABSENT, "") or as_flag(member(block, "deleteMarker")) is not False


def _versions(view: View, graph: Graph, rules: list[Value]) -> Iterator[Fact]:
    """Old versions exist where versioning is on, by the bucket's argument or by a resource of its own."""
    switched = view.flag("versioningEnable")
    switches = [(switched, view.evidence("versioningEnable"), switched)]
    for resource in graph.pointing_at(view.resource, VERSION, "bucket"):
        status = resource.inputs.get("status", ABSENT)
        on = None if isinstance(status, Unknown) else status != "Suspended"
        # Suspended is for a bucket that had versions, and keeps those: a keyring never had any.
        had = None if isinstance(status, Unknown) else status is not ABSENT
        switches.append((on, Evidence(resource.urn, "status"), had))
    multi_az = view.flag("multiAz")
    if multi_az is not False:
        switches.append((multi_az, view.evidence("multiAz", "COS keeps versioning on in multi-zone buckets"), multi_az))
    for on, evidence, had in switches:
        yield Guard(view.urn, "versioning switched off", None if had is None else not had, evidence, alone=True)
        if on is None:
            yield Copy(view.urn, "old versions", (Amount(None, "versioning is not known", evidence, unknown=True),))
        elif on:
            kept = _days(
                view,
                rules,
                "nonCurrentExpiration",
                "nonCurrentDays",
                limits("tencent")["cos-noncurrent"],
                "old versions kept",
            )
            yield Copy(view.urn, "old versions", kept or (Amount(None, "old versions are never removed", evidence),))


def _encryption(view: View, graph: Graph) -> Iterator[Fact]:
    algorithm = view.get("encryptionAlgorithm")
    evidence = view.evidence("encryptionAlgorithm")
    if isinstance(algorithm, Unknown):
        yield AtRest(view.urn, "objects", None, "the algorithm is not known", evidence)
    elif algorithm not in _ENCRYPTIONS:
        yield AtRest(view.urn, "objects", False, "no server-side encryption is set", evidence)
    elif algorithm != "KMS":
        yield AtRest(view.urn, "objects", True, f"{algorithm} under a key of the service", evidence)
    else:
        key = graph.link(view.resource, "kmsId", {KEY})
        if isinstance(key, NoLink):
            yield AtRest(view.urn, "objects", None, f"KMS, but {key.why}", view.evidence("kmsId"))
        else:
            yield AtRest(view.urn, "objects", True, f"KMS under {key.name}", view.evidence("kmsId"), key=key.urn)


def _log_target(view: View, graph: Graph) -> Iterator[Fact]:
    """Access logs are objects of another bucket, which must be a store of this stack that is for them."""
    logging = view.flag("logEnable")
    if logging is False:
        return
    target = graph.link(view.resource, "logTargetBucket", {BUCKET})
    if isinstance(target, NoLink):
        yield Unread(view.urn, f"access logs: {target.why}", "link")
    else:
        yield Written(view.urn, target.urn, "access logs", ACCESS_LOGS, view.evidence("logTargetBucket"))


def _target(bucket: Resource, graph: Graph) -> document.Target | None:
    """The bucket as a policy must name it; None where its name is not known."""
    name = bucket.inputs.get("bucket", ABSENT)
    provider = graph.by_urn.get(bucket.provider or "")
    region = provider.inputs.get("region", ABSENT) if provider else ABSENT
    return document.Target(name, region if isinstance(region, str) else "") if isinstance(name, str) else None


def _policy(view: View, bucket: Resource, graph: Graph) -> Iterable[Fact]:
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


def _version(view: View, bucket: Resource, graph: Graph) -> Iterable[Fact]:
    """What the bucket's own reader looks up."""
    return ()


_ARGUMENTS = frozenset(
    {
        "bucket",
        "lifecycleRules",
        "versioningEnable",
        "multiAz",
        "encryptionAlgorithm",
        "kmsId",
        "logEnable",
        "logTargetBucket",
    }
)
READERS = {
    BUCKET: Reader(_ARGUMENTS, _bucket),
    POLICY: setting("bucket", {BUCKET}, _policy, also={"policy"}),
    VERSION: setting("bucket", {BUCKET}, _version, also={"status"}),
}
