"""Mutants of the stacks under the generic policy, on both clouds: of each obligation, and of analytics kept apart.

In: the check of the stack. Out: its judgement with resources changed as by hand, or under another declaration.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from tests.harness.mutate import REMOVED, Change, add, beside, declare, lose, option, put, statement
from tests.harness.recorded import check_ours
from tests.stacks.mutants import Mutant, m
from tests.stacks.obligations import Variant, links, own

STACKS: Final = {"tencent": "tencent-ap-guangzhou", "aws": "aws-generic"}
_GUANGZHOU: Final = Variant(base=partial(check_ours, STACKS["tencent"]))
_ANALYTICS, _MEDIA = "Bucket im-analytics", "Bucket im-media"
_TEXTS: Final = {"name": "texts", "store": "im-access", "dataClass": "messages", "clock": "arrival"}


def _cos(name: str) -> str:
    return f"qcs::cos:ap-guangzhou:uid/1250000000:{name}-ap-guangzhou-1250000000/*"


def _may(act: str, resource: str) -> dict[str, Any]:
    return {"effect": "allow", "action": [act], "resource": [resource]}


def _lets(who: str, bucket: str, act: str = "name/cos:GetObject") -> dict[str, Any]:
    return _may(act, _cos(bucket)) | {"principal": {"qcs": [who]}}


_ANYONE, _STRANGER = "qcs::cam::anyone:anyone", "qcs::cam::uin/100000000078:uin/100000000078"
_USER: Final = "qcs::cam::uin/100000000001:uin/100000000009"
_READER: Final = "Policy im-analytics-reader-policy"


_own: Final = partial(own, of=_GUANGZHOU)

GENERIC: Final = (
    _own(
        "GP-RES-01",
        "home-region",
        "MongoDB in Singapore",
        put("Instance im-mongodb", "availableZone", "ap-singapore-1"),
    ),
    _own("GP-RET-01", "ceiling", "analytics end after 60 d", put(_ANALYTICS, "lifecycleRules.0.expiration.days", 60.0)),
    _own("GP-EOL-01", "erasure-in-time", "a closed service ends within 10 d", said={"termination.within": "P10D"}),
    _own(
        "GP-ACC-01",
        "no-public-door",
        "a user that no stack knows reads media",
        beside("BucketPolicy im-media-policy", _lets(_USER, "im-media")),
    ),
    _own("GP-SEC-01", "loss-prevented", "lost logs are not accepted", said={"accepted-losses.cls": REMOVED}),
    _own(
        "GP-COM-01",
        "no-content-in-logs",
        "texts of messages in the access log",
        declare("im-access", "holdings.1", _TEXTS),
    ),
    _own("GP-INC-01", "sweeps-watched", "no alarm has a recipient", said={"alarm": REMOVED}),
    _own(
        "GP-SEP-01",
        "separation",
        "who reads analytics reads media, too",
        beside(_READER, _may("name/cos:GetObject", _cos("im-media")), argument="document"),
    ),
    _own(
        "GP-DEL-01",
        "erasure-in-time",
        "profiles must be erased within 3 d",
        said={"classes.user-information.erasure.within": "P3D"},
    ),
    _own("GP-STA-01", "no-public-door", "analytics that the public reads", put(_ANALYTICS, "acl", "public-read")),
)

_FLOW: Final = {"source": "im-analytics", "target": "profiles"}
_ROW: Final = {"name": "raw", "dataClass": "gp-log", "clock": "arrival"}
_TRUST: Final = '{"version": "2.0", "statement": [{"effect": "allow", "action": ["name/sts:AssumeRole"], "principal": {"service": ["scf.qcloud.com"]}}]}'  # noqa: E501


def _role(*allowed: dict[str, Any]) -> tuple[Change, ...]:
    """A second role of functions, with what it may do."""
    cam, document = "tencentcloud:Cam", json.dumps({"version": "2.0", "statement": allowed})
    attached = add(
        f"{cam}/rolePolicyAttachment:RolePolicyAttachment", "app", {}, roleId="Role app", policyId="Policy app"
    )
    return (
        add(f"{cam}/role:Role", "app", {"name": "app", "document": _TRUST, "consoleLogin": False}),
        add(f"{cam}/policy:Policy", "app", {"name": "app", "document": document}),
        attached,
    )


_READS_ALL: Final = {"im-analytics": _cos("im-analytics"), "im-media": _cos("im-media")}
_TENCENT: Final = [
    m(
        "role: the application's reads both",
        "separation",
        *_role(*(_may("name/cos:GetObject", each) for each in _READS_ALL.values())),
    ),
    m("role: by wildcards", "separation", *_role(_may("name/cos:Get*", "qcs::cos:ap-guangzhou:uid/1250000000:im-*"))),
    m("role: all of the service", "separation", *_role(_may("name/cos:*", "*"))),
    m(
        "role: all but deletions",
        "separation",
        *_role({"effect": "allow", "action": ["*"], "resource": [_cos("im-*")]}),
    ),
    m(
        "role: the reader reads avatars, too",
        "separation",
        beside(_READER, _may("name/cos:GetObject", _cos("im-avatars")), argument="document"),
    ),
    m(
        "role: the reader reads credentials",
        "separation?",
        beside(_READER, _may("ssm:GetSecretValue", "*"), argument="document"),
    ),
    m("role: what the reader may is not known", "separation?", put(_READER, "document", "not a policy")),
    m(
        "role: the reader writes avatars",
        "separation",
        beside(_READER, _may("name/cos:PutObject", _cos("im-avatars")), argument="document"),
    ),
    m(
        "role: the policy of media lets the reader in",
        "separation",
        beside(
            "BucketPolicy im-media-policy",
            _lets("qcs::cam::uin/100000000001:roleName/im-analytics-reader-ap-guangzhou", "im-media"),
        ),
    ),
    m(
        "role: taken by another account",
        "no-public-door?",
        put(
            "Role im-analytics-reader",
            "document",
            _TRUST.replace("service", "qcs").replace("scf.qcloud.com", _STRANGER),
        ),
    ),
    m("key: that of every store", "separation", links(_ANALYTICS, "kmsId", "Key im-keys-key")),
    m("key: media under it, too", "separation", links(_MEDIA, "kmsId", "Key im-analytics-keys-key")),
    m(
        "key: tables under it, too",
        "separation",
        links("InstanceEncryptionOperation im-mysql-tde", "keyId", "Key im-analytics-keys-key"),
    ),
    m("key: none", "separation encrypted-at-rest", put(_ANALYTICS, "encryptionAlgorithm", REMOVED)),
    m(
        "store: profiles in it, too",
        "separation",
        declare(
            "im-analytics", "holdings.1", _ROW | {"name": "p", "store": "im-analytics", "dataClass": "user-information"}
        ),
    ),
    m("store: analytics in the table of profiles", "separation", declare("im-mysql", "holdings.0.dataClass", "gp-log")),
    m("store: analytics in a topic, too", "separation", declare("im-ckafka", "holdings.0.dataClass", "gp-log")),
    m("flow: into profiles", "separation", declare("im-mysql", "flows.2", _FLOW)),
    m(
        "flow: from the topic of messages",
        "separation",
        declare("im-analytics", "flows.1", {"source": "im-ckafka-messages", "target": "im-analytics"}),
    ),
    m(
        "flow: a consumer joins it with messages",
        "separation",
        declare("im-mongodb", "flows.1", {"source": "im-analytics", "target": "chats"}),
    ),
    m(
        "copy: into the bucket of avatars",
        "copies-stay-home",
        put(
            _ANALYTICS,
            "replicaRules",
            [
                {
                    "status": "Enabled",
                    "destinationBucket": "qcs::cos:ap-guangzhou::im-avatars-ap-guangzhou-1250000000",
                    "id": "1",
                }
            ],
        ),
    ),
    m(
        "copy: versions without end",
        "ceiling",
        put(_ANALYTICS, "versioningEnable", True),
        put(_ANALYTICS, "lifecycleRules.0.nonCurrentExpiration", REMOVED),
    ),
    m("end: no lifecycle", "ceiling", put(_ANALYTICS, "lifecycleRules", REMOVED)),
    m("end: of a part alone", "ceiling", put(_ANALYTICS, "lifecycleRules.0.filterPrefix", "old/")),
    m("door: public", "no-public-door", put(_ANALYTICS, "acl", "public-read")),
    m(
        "door: anyone by policy",
        "no-public-door",
        beside("BucketPolicy im-analytics-policy", _lets(_ANYONE, "im-analytics")),
    ),
    m(
        "door: another account",
        "no-public-door?",
        beside("BucketPolicy im-analytics-policy", _lets(_STRANGER, "im-analytics")),
    ),
    m("door: plain HTTP", "encrypted-in-transit", lose("BucketPolicy im-analytics-policy")),
    m("alarm: tells no one", "sweeps-watched", put("AlarmNotice im-alarm-notice", "noticeReceivers", [])),
    m("alarm: gone", "sweeps-watched", lose("Alarm im-alarm")),
    m("log: texts of messages", "no-content-in-logs", declare("im-access", "holdings.1", _TEXTS)),
    m(
        "log: a topic of which nothing is declared",
        "no-content-in-logs declared-holdings",
        add(
            "tencentcloud:Cls/topic:Topic",
            "debug",
            {"topicName": "debug", "period": 1.0},
            logsetId="Logset im-access-set",
        ),
    ),
    m("place: the key wherever the machine is", "explicit-provider", option("Key im-analytics-keys-key", provider="")),
    m("benign: a second role reads analytics alone", "", *_role(_may("name/cos:GetObject", _cos("im-analytics")))),
    m("benign: a second role reads media alone", "", *_role(_may("name/cos:GetObject", _cos("im-media")))),
    m("benign: a role writes both", "", *_role(*(_may("name/cos:PutObject", each) for each in _READS_ALL.values()))),
    m(
        "benign: the application reads media and writes analytics",
        "",
        *_role(_may("name/cos:GetObject", _cos("im-media")), _may("name/cos:PutObject", _cos("im-analytics"))),
    ),
    m(
        "benign: the reader writes what it makes of analytics beside them",
        "",
        beside(_READER, _may("name/cos:PutObject", _cos("im-analytics")), argument="document"),
    ),
    m("benign: analytics end sooner", "", put(_ANALYTICS, "lifecycleRules.0.expiration.days", 7.0)),
    m(
        "benign: a second bucket of analytics flows into the first",
        "",
        declare("im-analytics", "holdings.1", _ROW | {"store": "im-analytics"}),
        declare("im-analytics", "flows.1", {"source": "clients", "target": "raw"}),
    ),
]


def _s3(part: str, what: str = "/*") -> str:
    return f"arn:aws:s3:::im-{part}-123456789012-ap-southeast-1{what}"


def _allow(act: Any, resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": act, "Resource": resource}


_S3_MAY, _S3_POLICY = "RolePolicy im-analytics-reader-may", "BucketPolicy im-analytics-policy"
_TO_ALL: Final = statement(_S3_POLICY, 2, "", REMOVED)
"""Without the refusal to all roles but the reader."""
_LAMBDA: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
)


def _app(*allowed: dict[str, Any]) -> tuple[Change, ...]:
    """A second role of functions, with what it may do."""
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    return (
        add("aws:iam/role:Role", "app", {"name": "app", "assumeRolePolicy": _LAMBDA}),
        add("aws:iam/rolePolicy:RolePolicy", "app", {"name": "app", "policy": document}, role="Role app"),
    )


def _by_policy(part: str, who: Any, act: Any = "s3:GetObject") -> Change:
    return beside(f"BucketPolicy im-{part}-policy", _allow(act, _s3(part)) | {"Principal": who})


_BOTH: Final = (_allow("s3:GetObject", [_s3("analytics"), _s3("media")]),)
_SSE, _LIFE = (
    f"{kind} im-analytics-{what}"
    for kind, what in (
        ("BucketServerSideEncryptionConfiguration", "encryption"),
        ("BucketLifecycleConfiguration", "lifecycle"),
    )
)
_OTHER: Final = {"AWS": "arn:aws:iam::999999999999:root"}
_AWS: Final = [
    m("role: the application's reads both", "separation", _TO_ALL, *_app(*_BOTH)),
    m("role: by wildcards", "separation", _TO_ALL, *_app(_allow("s3:Get*", "arn:aws:s3:::im-*"))),
    m("role: all of the service", "separation", _TO_ALL, *_app(_allow("s3:*", "*"))),
    m(
        "role: all but deletions",
        "separation",
        _TO_ALL,
        *_app({"Effect": "Allow", "NotAction": "s3:Delete*", "Resource": "*"}),
    ),
    m("role: the reader reads media, too", "separation", beside(_S3_MAY, _allow("s3:GetObject", _s3("media")))),
    m("role: the reader reads every bucket", "separation", beside(_S3_MAY, _allow("s3:Get*", "arn:aws:s3:::*"))),
    m("role: the reader reads credentials", "separation?", beside(_S3_MAY, _allow("secretsmanager:*", "*"))),
    m("role: the reader reads topics", "separation?", beside(_S3_MAY, _allow("kafka-cluster:*", "*"))),
    m("role: what the reader may is not known", "separation?", put(_S3_MAY, "policy", "not a policy")),
    m("role: the reader writes avatars", "separation", beside(_S3_MAY, _allow("s3:PutObject", _s3("avatars")))),
    m(
        "role: a managed policy that reads all",
        "separation?",
        add(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "more",
            {"policyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"},
            role="Role im-analytics-reader",
        ),
    ),
    m(
        "role: the policy of media lets the reader in",
        "separation",
        _by_policy("media", {"AWS": "arn:aws:iam::123456789012:role/im-analytics-reader-ap-southeast-1"}),
    ),
    m(
        "role: taken by another account",
        "no-public-door",
        statement("Role im-analytics-reader", 0, "Principal", _OTHER, argument="assumeRolePolicy"),
    ),
    m("key: that of every store", "separation", links(_SSE, "rules", "Key im-keys-key")),
    m(
        "key: media under it, too",
        "separation",
        links("BucketServerSideEncryptionConfiguration im-media-encryption", "rules", "Key im-analytics-keys-key"),
    ),
    m("key: MySQL under it, too", "separation", links("Instance im-mysql", "kmsKeyId", "Key im-analytics-keys-key")),
    m("key: the service's", "separation", lose(_SSE)),
    m("store: analytics in the table of profiles", "separation", declare("im-mysql", "holdings.0.dataClass", "gp-log")),
    m("flow: into profiles", "separation", declare("im-mysql", "flows.2", _FLOW)),
    m(
        "flow: from the topic of messages",
        "separation",
        declare("im-analytics", "flows.1", {"source": "im-msk-messages", "target": "im-analytics"}),
    ),
    m(
        "copy: into the bucket of avatars",
        "copies-stay-home",
        add(
            "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
            "r",
            {"role": "x", "rules": [{"status": "Enabled", "destination": {"bucket": _s3("avatars", "")}}]},
            bucket=_ANALYTICS,
        ),
    ),
    m("end: no lifecycle", "ceiling", lose(_LIFE)),
    m("end: switched off", "ceiling", put(_LIFE, "rules.0.status", "Disabled")),
    m("door: anyone by policy", "no-public-door", _TO_ALL, _by_policy("analytics", "*")),
    m("door: another account", "no-public-door", _TO_ALL, _by_policy("analytics", _OTHER)),
    m(
        "door: lists may open it",
        "no-public-door",
        put("BucketPublicAccessBlock im-analytics-private", "blockPublicAcls", False),
    ),
    m("alarm: tells no one", "sweeps-watched", lose("TopicSubscription im-alarm-mail")),
    m("alarm: off", "sweeps-watched", put("MetricAlarm im-alarm-failed", "actionsEnabled", False)),
    m(
        "log: texts of messages",
        "no-content-in-logs",
        declare("im-keyring-purge", "holdings.2", _TEXTS | {"store": "im-keyring-purge-logs"}),
    ),
    m(
        "log: a group of which nothing is declared",
        "no-content-in-logs declared-holdings",
        add("aws:cloudwatch/logGroup:LogGroup", "debug", {"name": "debug", "retentionInDays": 1.0}),
    ),
    m("benign: the application may read all that no policy refuses", "", *_app(*_BOTH)),
    m("benign: a second role reads media alone", "", *_app(_allow("s3:GetObject", _s3("media")))),
    m("benign: a role writes both", "", *_app(_allow("s3:PutObject", [_s3("analytics"), _s3("media")]))),
    m("benign: analytics end sooner", "", put(_LIFE, "rules.0.expiration.days", 7.0)),
    m("benign: the reader lists analytics", "", beside(_S3_MAY, _allow("s3:ListBucketVersions", _s3("analytics", "")))),
]
APART: Final[Mapping[str, list[Mutant]]] = {"tencent": _TENCENT, "aws": _AWS}
