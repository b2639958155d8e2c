"""Stacks of accounts on both clouds: the mutant of each static obligation of the Tencent Cloud policy, and what an
adversary and an owner may do to their archives.

In: the check of a stack. Out: mutants by stack; what is hostile with words of the finding, what is benign passes.
"""

import json
from collections.abc import Mapping
from typing import Final

from tests.harness.mutate import REMOVED, Change, add, beside, declare, option, put, statement, twin
from tests.stacks.obligations import Own, links, own

AWS, TENCENT = "aws-eu-central-1", "tencent-accounts"
_KEY, _POLICY, _BUCKET = "Key im-archive-keys-key", "BucketPolicy im-archive-policy", "Bucket im-archive"
_LIFE: Final = {
    AWS: ("BucketLifecycleConfiguration im-archive-lifecycle", "rules.0", "status"),
    TENCENT: (_BUCKET, "lifecycleRules.0", ""),
}
"""Where the archive's rule stands."""
_SHORT: Final = {
    AWS: {"id": "b", "status": "Enabled", "filter": {"prefix": "old/"}, "expiration": {"days": 30.0}},
    TENCENT: {"id": "b", "filterPrefix": "old/", "expiration": {"days": 30.0}},
}
_ROW: Final = {"name": "more", "dataClass": "messages", "clock": "arrival"}
_DELETED: Final = {AWS: "s3:DeleteObject", TENCENT: "name/cos:DeleteObject"}


def _age(stack: str, days: float | None) -> Change:
    label, rule, _ = _LIFE[stack]
    return put(label, f"{rule}.expiration", REMOVED if days is None else {"days": days})


def _both(stack: str) -> list[Own]:
    """The mutants that are alike on every cloud."""
    party = {"name": "Example", "country": "indonesia", "basis": "agreement", "classes": ["tc-usage"]}
    party |= {"endpoint": "203.0.113.7", "source": "decided for this stack"}
    return [
        own(
            "TC-ROLE-01",
            "separation",
            "messages of customers in a table beside visits",
            declare("im-mysql", "holdings.3", _ROW | {"store": "im-mysql"}),
        ),
        own(
            "TC-DEL-01",
            "erasure-in-time",
            "a worker takes eleven days from a request",
            said={"classes.tc-registration.erasure.takes": "P11D"},
        ),
        own(
            "TC-DEL-03",
            "ceiling",
            "an unfinished registration waits for eleven days",
            declare("im-redis", "holdings.0.ttl", "P11D"),
        ),
        own(
            "TC-SEP-01",
            "archive-apart",
            "the archive holds live data, too",
            declare("im-archive", "holdings.0.rests", REMOVED),
        ),
        own("TC-SHR-01", "sub-processors", "a party that nothing sends to", said={"sub-processors.1": party}),
        own("TC-IDN-02", "archive-apart", "the archive ends a day early", _age(stack, 1829.0)),
    ]


OWN: Final[Mapping[str, list[Own]]] = {
    AWS: [
        *_both(AWS),
        own(
            "TC-RET-01",
            "floor",
            "registrations end after a year",
            put("BucketLifecycleConfiguration im-registration-lifecycle", "rules.0.expiration", {"days": 365.0}),
        ),
        own(
            "TC-DST-01",
            "nothing-survives-deletion",
            "a last snapshot of the tables",
            put("Instance im-mysql", "skipFinalSnapshot", False),
        ),
        own(
            "TC-DEL-02",
            "erasure-in-time",
            "visits in clear, in backups of a fortnight",
            declare("im-mysql", "flows.0.sealed", False),
        ),
        own(
            "TC-XFR-01",
            "home-region",
            "a subnet of the tables in Singapore",
            put("Subnet im-network-private-1", "availabilityZone", "ap-southeast-1a"),
        ),
    ],
    TENCENT: [
        *_both(TENCENT),
        own(
            "TC-RET-01",
            "floor",
            "registrations end after a year",
            put("Bucket im-registration", "lifecycleRules.0.expiration", {"days": 365.0}),
        ),
        own(
            "TC-DST-01",
            "nothing-survives-deletion",
            "the cache waits in the recycle bin",
            put("Instance im-redis", "forceDelete", False),
        ),
        own(
            "TC-DEL-02",
            "erasure-in-time",
            "backups of the tables for a month",
            put("BackupPolicy im-mysql-backups", "retentionPeriod", 30.0),
        ),
    ],
}


def _hostile(stack: str) -> dict[str, tuple[str, tuple[Change, ...]]]:
    """By name: the rule that blocks, and the changes."""
    label, rule, _ = _LIFE[stack]
    rules, *_ = rule.rpartition(".")
    return {
        "it ends a day early": ("archive-apart", (_age(stack, 1829.0),)),
        "some of it ends early": ("archive-apart", (put(label, f"{rules}.1", _SHORT[stack]),)),
        "it has no end": ("archive-apart", (_age(stack, None),)),
        "it ends later than declared": ("archive-apart", (_age(stack, 1839.0),)),
        "one deletion is allowed": ("archive-apart", (statement(_POLICY, 2, *_less(stack)),)),
        "no refusal of deletions": ("archive-apart", (_without(_POLICY, 2),)),
        "deletions of a part are allowed": (
            "archive-apart",
            (statement(_POLICY, 2, "Resource" if stack == AWS else "resource", _part(stack)),),
        ),
        "anyone may read it": ("archive-apart", (_without(_POLICY, 3),)),
        "messages in it": (
            "archive-apart",
            (declare("im-archive", "holdings.3", _ROW | {"store": "im-archive", "rests": "archived"}),),
        ),
        "content of customers in it": (
            "archive-apart",
            (
                declare("im-archive", "holdings.3", _ROW | {"store": "im-archive", "dataClass": "tc-content"}),
                declare("im-archive", "holdings.3.rests", "archived"),
            ),
        ),
        "live data in it": ("archive-apart", (declare("im-archive", "holdings.3", _ROW | {"store": "im-archive"}),)),
        "written by clients": ("archive-apart", (declare("im-archive", "flows.0.source", "clients"),)),
        "fed with another class": ("archive-apart", (declare("im-archive", "flows.0.source", "delegates"),)),
        "a way out of it": (
            "archive-apart",
            (declare("im-archive", "flows.3", {"source": "im-archive-tc-usage", "target": "visits"}),),
        ),
        "undeclared": ("archive-apart", (declare("im-archive", "holdings", []),)),
        "it is emptied when it is deleted": (
            "archive-apart",
            (put(_BUCKET, "forceDestroy" if stack == AWS else "forceClean", True),),
        ),
        "its key is switched off": ("encrypted-at-rest", (put(_KEY, "isEnabled", False),)),
        **(_hostile_aws() if stack == AWS else _hostile_tencent()),
    }


def _less(stack: str) -> tuple[str, list[str]]:
    """The refusals of the archive's policy but for one deletion."""
    if stack == AWS:
        return "Action", ["s3:DeleteObject", "s3:PutLifecycleConfiguration", "s3:PutReplicationConfiguration"]
    return "action", ["name/cos:DeleteObject", "name/cos:PutBucketLifecycle", "name/cos:PutBucketReplication"]


def _part(stack: str) -> list[str]:
    if stack == AWS:
        return ["arn:aws:s3:::im-archive-123456789012-eu-central-1/a/*"]
    return ["qcs::cos:ap-jakarta:uid/1250000000:im-archive-ap-jakarta-1250000000/a/*"]


def _without(label: str, index: int) -> Change:
    return statement(label, index, "", REMOVED)


_TRUST = (
    '{"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}'
)
_READS = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "%s"}}'


def _role(resource: str) -> tuple[Change, ...]:
    """A role of the stack, called as the archive's, that may read some buckets."""
    return (
        add("aws:iam/role:Role", "archivist", {"name": "im-archivist", "assumeRolePolicy": _TRUST}),
        add(
            "aws:iam/rolePolicy:RolePolicy",
            "archivist-reads",
            {"role": "im-archivist", "policy": _READS % resource},
            role="Role archivist",
        ),
    )


def _lets_in(label: str, act: str, *roles: str) -> Change:
    """A policy that lets roles of the account do something by themselves."""
    who = [f"arn:aws:iam::123456789012:role/{role}" for role in roles]
    row = {"Effect": "Allow", "Principal": "*", "Action": act, "Resource": "*"}
    return beside(label, row | {"Condition": {"ArnLike": {"aws:PrincipalArn": who}}})


def _hostile_aws() -> dict[str, tuple[str, tuple[Change, ...]]]:
    keyed = "BucketServerSideEncryptionConfiguration im-archive-encryption"
    both = [f"arn:aws:iam::123456789012:role/{role}" for role in ("im-archivist", "im-application")]
    near = [f"arn:aws:iam::123456789012:role/{role}" for role in ("im-archivist", "im-archivist-too")]
    replica = {
        "bucket": "im-archive-123456789012-eu-central-1",
        "role": "arn:aws:iam::123456789012:role/copies",
        "rules": [{"status": "Enabled", "destination": {"bucket": "arn:aws:s3:::copies-of-it"}}],
    }
    return {
        "the archive's rule is switched off": (
            "archive-apart",
            (put("BucketLifecycleConfiguration im-archive-lifecycle", "rules.0.status", "Disabled"),),
        ),
        "its key may be deleted": ("archive-apart", (_without(_KEY, 3),)),
        "its key may be switched off": (
            "archive-apart",
            (statement(_KEY, 3, "Action", ["kms:ScheduleKeyDeletion"]),),
        ),
        "its key is that of the stack": ("archive-apart", (links(keyed, "rules", "Key im-keys-key"),)),
        "the tables rest under its key": ("archive-apart", (links("Instance im-mysql", "kmsKeyId", _KEY),)),
        "another role is let in": (
            "archive-apart",
            (statement(_POLICY, 3, "Condition.ArnNotEquals", {"aws:PrincipalArn": both}),),
        ),
        "a role called nearly as its own is let in": (
            "archive-apart",
            (statement(_POLICY, 3, "Condition.ArnNotEquals", {"aws:PrincipalArn": near}),),
        ),
        "its role reads registrations, too": ("archive-apart", _role("*")),
        "its role is let in to registrations": (
            "no-public-door",
            (_lets_in("BucketPolicy im-registration-policy", "s3:GetObject", "im-archivist"),),
        ),
        "its key is for every role of that name, too": (
            "no-public-door",
            (_lets_in(_KEY, "kms:Decrypt", "im-archivist", "im-archivist*"),),
        ),
        "its key is for another role, too": (
            "no-public-door",
            (_lets_in(_KEY, "kms:Decrypt", "im-archivist", "application"),),
        ),
        "a replica": (
            "copies-stay-home",
            (
                add(
                    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
                    "copies",
                    replica,
                    bucket=_BUCKET,
                ),
            ),
        ),
    }


def _tencent_role(act: str) -> tuple[Change, ...]:
    """A role of the stack that may do one thing with the archive."""
    taken = {"effect": "allow", "principal": {"service": ["scf.qcloud.com"]}, "action": ["name/sts:AssumeRole"]}
    may = {"effect": "allow", "action": [act], "resource": [_part(TENCENT)[0].replace("/a/", "/")]}
    trust, policy = (json.dumps({"version": "2.0", "statement": [each]}) for each in (taken, may))
    links = {"roleId": "Role other", "policyId": "Policy other"}
    return (
        add("tencentcloud:Cam/role:Role", "other", {"name": "other", "document": trust}),
        add("tencentcloud:Cam/policy:Policy", "other", {"name": "other", "document": policy}),
        add("tencentcloud:Cam/rolePolicyAttachment:RolePolicyAttachment", "other", {}, **links),
    )


def _hostile_tencent() -> dict[str, tuple[str, tuple[Change, ...]]]:
    replica = [{"status": "Enabled", "destinationBucket": "qcs::cos:ap-jakarta::copies-1250000000", "id": "1"}]
    return {
        "its key is not protected": ("archive-apart", (option(_KEY, protect=False),)),
        "its key is that of the stack": ("archive-apart", (links(_BUCKET, "kmsId", "Key im-keys-key"),)),
        "registrations rest under its key": ("archive-apart", (links("Bucket im-registration", "kmsId", _KEY),)),
        "another role of the stack reads it": ("archive-apart", _tencent_role("name/cos:GetObject")),
        "another role of the stack writes to it": ("archive-apart", _tencent_role("name/cos:PutObject")),
        "a key of the service": ("archive-apart", (put(_BUCKET, "encryptionAlgorithm", "AES256"),)),
        "a replica in the region": ("copies-stay-home", (put(_BUCKET, "replicaRules", replica),)),
    }


HOSTILE: Final = [(stack, name, *case) for stack in (AWS, TENCENT) for name, case in _hostile(stack).items()]
BENIGN: Final[list[tuple[str, str, tuple[Change, ...]]]] = [
    *((stack, "it ends some days later, as declared", (_age(stack, 1835.0),)) for stack in (AWS, TENCENT)),
    *((stack, "its key is called otherwise", (put(_KEY, "description", "the archive"),)) for stack in (AWS, TENCENT)),
    (AWS, "its role is let in by its policy", (_lets_in(_POLICY, "s3:*", "im-archivist"),)),
    (AWS, "its role is let in by the policy of its key", (_lets_in(_KEY, "kms:Decrypt", "im-archivist"),)),
    (AWS, "its role reads it alone", _role("arn:aws:s3:::im-archive-123456789012-eu-central-1/*")),
    (
        AWS,
        "its key refuses more",
        (statement(_KEY, 3, "Action", ["kms:ScheduleKeyDeletion", "kms:Disable*", "kms:Delete*"]),),
    ),
    (
        TENCENT,
        "a key of another alias beside",
        (twin("Key im-keys-key", "other", put("Key im-keys-key", "alias", "other")),),
    ),
]
