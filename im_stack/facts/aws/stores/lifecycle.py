"""Lifecycle rules of S3 buckets, in both of their shapes: a resource of their own, or arguments of the bucket."""

from collections.abc import Callable, Iterator

from im_stack.facts.knowledge.buckets import Kind, Lifecycle, Rule, expiration, waits
from im_stack.facts.mechanism.view import View, as_flag, as_items, as_number, as_values, member
from im_stack.facts.model import ABSENT, Resource, Unknown, Value

TYPES = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
INLINE = "lifecycleRules"
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
"""Storage classes of which an object is restored before it is read."""
OBJECTS = Kind("objects", "expiration.days", "s3-expiration", "objects expire")
OLD_VERSIONS = Kind("old_versions", "noncurrentVersionExpiration.noncurrentDays", "s3-noncurrent", "old versions kept")
UPLOADS = Kind(
    "uploads", "abortIncompleteMultipartUpload.daysAfterInitiation", "s3-multipart", "unfinished uploads kept"
)


def lifecycles(view: View) -> Iterator[Lifecycle]:
    """Every lifecycle that something sets for a bucket."""
    for type_ in TYPES:
        for resource in view.pointing(type_, "bucket"):
            yield _read(resource, "rules", _beside)
    if view.get(INLINE) not in (ABSENT, ()):
        yield _read(view.resource, INLINE, _inline)


def _read(resource: Resource, argument: str, read: Callable[[Value], Rule]) -> Lifecycle:
    rules = as_values(resource.inputs.get(argument, ABSENT))
    known = not any(isinstance(rule, Unknown) for rule in rules)
    return Lifecycle([read(rule) for rule in rules] if known else None, resource.urn, argument)


def _beside(rule: Value) -> Rule:
    """A rule of a resource of its own."""
    old = member(rule, "noncurrentVersionExpiration")
    status, newest = member(rule, "status"), member(old, "newerNoncurrentVersions")
    kept = as_number(newest)  # so many old versions are kept for ever, whatever their age
    for_ever = Unknown("newerNoncurrentVersions") if kept is None else ABSENT
    return Rule(
        status == "Enabled" if isinstance(status, str) else None,
        _whole(rule),
        *expiration(member(rule, "expiration"), "expiredObjectDeleteMarker"),
        member(old, "noncurrentDays") if newest is ABSENT or kept == 0 else for_ever,
        member(member(rule, "abortIncompleteMultipartUpload"), "daysAfterInitiation"),
        waits(member(rule, "transitions"), _ARCHIVES),
    )


def _whole(rule: Value) -> bool:
    """Whether a rule certainly covers every object: no prefix, tag or size, in the rule or its filter."""
    prefix, filter_ = member(rule, "prefix"), member(rule, "filter")
    narrow = [member(filter_, key) for key in ("and", "tag", "objectSizeGreaterThan", "objectSizeLessThan")]
    return all(part in (ABSENT, "") for part in (prefix, member(filter_, "prefix"), *narrow))


def _inline(rule: Value) -> Rule:
    """A rule among a bucket's own arguments; blocks come as such, or in a list of one under a plural name."""
    block, old = member(rule, "expiration"), member(rule, "noncurrentVersionExpiration")
    return Rule(
        as_flag(member(rule, "enabled")),
        all(member(rule, key) in (ABSENT, "", {}) for key in ("prefix", "tags")),
        *expiration(_single(rule, "expirations") if block is ABSENT else block, "expiredObjectDeleteMarker"),
        member(_single(rule, "noncurrentVersionExpirations") if old is ABSENT else old, "days"),
        member(rule, "abortIncompleteMultipartUploadDays"),
        waits(member(rule, "transitions"), _ARCHIVES),
    )


def _single(rule: Value, key: str) -> Value:
    """The one block of a list; several are not known to be any of them."""
    blocks = as_items(member(rule, key))
    if isinstance(blocks, Unknown):
        # equivalent(return): the members of what is no block are as little known as those of a block that is not known
        return blocks
    return blocks[0] if len(blocks) == 1 else Unknown(key) if blocks else ABSENT
