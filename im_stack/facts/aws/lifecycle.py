"""Lifecycle rules of S3 buckets, in each of the shapes they come in: a resource of their own, or arguments of a bucket.

A bucket has one lifecycle. Where several resources set it nothing says which one is left, so the worst counts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.tables import Limit, limits
from im_stack.facts.mechanism.view import as_flag, as_items, as_number, as_period, member
from im_stack.facts.model import ABSENT, Amount, Evidence, Grade, Resource, Unknown, Value

TYPES = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
INLINE = "lifecycleRules"


@dataclass(frozen=True)
class Rule:
    """One rule. `on` is None where the plan does not say; `whole` is that it certainly covers every object."""

    on: bool | None
    whole: bool
    expiration: Value
    old: Value  # days that an old version is kept
    newest: Value  # old versions that are kept for ever
    parts: Value  # days that an unfinished upload is kept


Lifecycle = tuple[Sequence[Rule] | None, Evidence]
"""The rules of one resource, None where they are not known, and where they are set."""


def lifecycles(bucket: Resource, graph: Graph) -> list[Lifecycle]:
    """Every lifecycle that something sets for a bucket."""
    found: list[Lifecycle] = []
    for type_ in TYPES:
        for resource in graph.pointing_at(bucket, type_, "bucket"):
            found.append(_read(resource, "rules", _beside))
    if bucket.inputs.get(INLINE, ABSENT) not in (ABSENT, ()):
        found.append(_read(bucket, INLINE, _inline))
    return found


def _read(resource: Resource, argument: str, read: Callable[[Value], Rule]) -> Lifecycle:
    rules, evidence = as_items(resource.inputs.get(argument, ABSENT)), Evidence(resource.urn, argument)
    if isinstance(rules, Unknown) or any(isinstance(rule, Unknown) for rule in rules):
        return None, evidence
    return [read(rule) for rule in rules], evidence


def _beside(rule: Value) -> Rule:
    """A rule of a resource of its own."""
    old, status = member(rule, "noncurrentVersionExpiration"), member(rule, "status")
    return Rule(
        on=status == "Enabled" if isinstance(status, str) else None,
        whole=_whole(rule),
        expiration=member(rule, "expiration"),
        old=member(old, "noncurrentDays"),
        newest=member(old, "newerNoncurrentVersions"),
        parts=member(member(rule, "abortIncompleteMultipartUpload"), "daysAfterInitiation"),
    )


def _whole(rule: Value) -> bool:
    """Whether a rule certainly covers every object: no prefix, tag or size, in the rule or its filter."""
    prefix, filter_ = member(rule, "prefix"), member(rule, "filter")
    narrow = [member(filter_, key) for key in ("and", "tag", "objectSizeGreaterThan", "objectSizeLessThan")]
    return all(part in (ABSENT, "") for part in (prefix, member(filter_, "prefix"), *narrow))


def _inline(rule: Value) -> Rule:
    """A rule among a bucket's own arguments; blocks come as such, or in a list of one under a plural name."""
    expiration = member(rule, "expiration")
    old = member(rule, "noncurrentVersionExpiration")
    return Rule(
        on=None if isinstance(member(rule, "enabled"), Unknown) else as_flag(member(rule, "enabled")),
        whole=all(member(rule, key) in (ABSENT, "", {}) for key in ("prefix", "tags")),
        expiration=_single(rule, "expirations") if expiration is ABSENT else expiration,
        old=member(_single(rule, "noncurrentVersionExpirations") if old is ABSENT else old, "days"),
        newest=ABSENT,
        parts=member(rule, "abortIncompleteMultipartUploadDays"),
    )


def _single(rule: Value, key: str) -> Value:
    """The one block of a list; several are not known to be any of them."""
    blocks = as_items(member(rule, key))
    if isinstance(blocks, Unknown):
        return blocks
    return blocks[0] if len(blocks) == 1 else Unknown(key) if blocks else ABSENT


def objects_expire(found: Iterable[Lifecycle]) -> tuple[Amount, ...]:
    """How long objects stay; nothing where some lifecycle lets them stay for ever."""

    def days(rule: Rule) -> Value:
        """Days, unless the block says more: which of a date, a delete marker and days counts is in no document."""
        more = member(rule.expiration, "date") not in (ABSENT, "")
        marker = as_flag(member(rule.expiration, "expiredObjectDeleteMarker")) is not False
        value = member(rule.expiration, "days")
        return Unknown("expiration") if value is not ABSENT and (more or marker) else value

    return _worst(found, days, "expiration.days", limits("aws")["s3-expiration"], "objects expire")


def old_versions_end(found: Iterable[Lifecycle]) -> tuple[Amount, ...]:
    """How long an old version stays; nothing where some lifecycle keeps one for ever."""

    def days(rule: Rule) -> Value:
        kept = as_number(rule.newest)
        if rule.newest is not ABSENT and kept != 0:
            return Unknown("newerNoncurrentVersions") if kept is None else ABSENT
        return rule.old

    path = "noncurrentVersionExpiration.noncurrentDays"
    return _worst(found, days, path, limits("aws")["s3-noncurrent"], "old versions kept")


def uploads_end(found: Iterable[Lifecycle]) -> tuple[Amount, ...]:
    """How long an unfinished upload stays; nothing where some lifecycle keeps it for ever."""
    path = "abortIncompleteMultipartUpload.daysAfterInitiation"
    limit = limits("aws")["s3-multipart"]
    return _worst(found, lambda rule: rule.parts, path, limit, "unfinished uploads kept")


def _worst(
    found: Iterable[Lifecycle], days: Callable[[Rule], Value], path: str, limit: Limit, label: str
) -> tuple[Amount, ...]:
    """The longest of several lifecycles, with the lag of its run; nothing where one of them ends nothing."""
    ends = [_longest(rules, evidence, days, path, limit, label) for rules, evidence in found]
    if not ends or None in ends:
        return ()
    worst = max((end for end in ends if end), key=_rank)
    return worst, Amount(
        limit.lag,
        "lifecycle run",
        Evidence(worst.evidence.resource, worst.evidence.argument, Grade.ASSUMED, limit.source, limit.note),
    )


def _longest(
    rules: Sequence[Rule] | None,
    at: Evidence,
    days: Callable[[Rule], Value],
    path: str,
    limit: Limit,
    label: str,
) -> Amount | None:
    """The longest period that any rule of the whole bucket sets; None where none sets one."""
    evidence = Evidence(at.resource, f"{at.argument}.{path}", source=limit.source)
    unknown = Amount(None, f"{label} (not known)", evidence, unknown=True)
    if rules is None:
        return unknown
    amounts: list[Amount] = []
    for rule in rules:
        value = days(rule)
        if rule.on is False or not rule.whole or value is ABSENT:
            continue
        number = as_number(value)
        if number is None or rule.on is None:
            amounts.append(unknown)
        elif number >= 1:
            amounts.append(Amount(as_period(number, limit.unit), label, evidence, limit.least))
    return max(amounts, key=_rank) if amounts else None


def _rank(amount: Amount) -> tuple[bool, bool, float]:
    seconds = amount.period.total_seconds() if amount.period is not None else 0
    return amount.period is None and not amount.unknown, amount.unknown, seconds


def some_expire(found: Iterable[Lifecycle]) -> Iterator[Amount]:
    """Every period after which some objects go, whatever part of the bucket it covers; a date says none."""
    limit = limits("aws")["s3-expiration"]
    for rules, at in found:
        evidence = Evidence(at.resource, f"{at.argument}.expiration", source=limit.source)
        unknown = Amount(None, "some objects expire (when is not known)", evidence, unknown=True)
        if rules is None:
            yield unknown
            continue
        for rule in rules:
            days, date = member(rule.expiration, "days"), member(rule.expiration, "date")
            number = 0 if days is ABSENT else as_number(days)
            if rule.on is False:
                continue
            if number is None or date not in (ABSENT, ""):
                yield unknown
            elif number > 0:
                yield Amount(as_period(number, limit.unit), "some objects expire", evidence)
