"""Leak paths of AWS, each added to the whole stack: plans that back it up, and what copies, sends or opens it."""

import json
from typing import Any

from tests.harness.mutate import Change, add, option, put
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

_ACCOUNT = "123456789012"
_AVATARS, _MEDIA, _KEYRING = (f"Bucket im-{part}" for part in ("avatars", "media", "keyring"))
_NAME = f"im-avatars-{_ACCOUNT}-ap-southeast-3"
_PROVIDER = "aws im-ap-southeast-3"
_VAULT, _PLAN, _SELECTION = "aws:backup/vault:Vault", "aws:backup/plan:Plan", "aws:backup/selection:Selection"
_ALL: dict[str, Any] = {"resources": ["*"]}


def _plan(selection: dict[str, Any], rule: dict[str, Any] | None = None, **links: str) -> tuple[Change, ...]:
    """A vault, a plan of one daily rule that keeps for 35 days, and what it selects."""
    rules = [{"ruleName": "daily", "targetVaultName": "points", "lifecycle": {"deleteAfter": 35.0}} | (rule or {})]
    return (
        add(_VAULT, "points", {"name": "points"}),
        add(_PLAN, "daily", {"rules": rules}),
        add(_SELECTION, "some", selection, planId="Plan daily", **links),
    )


def _tag(key: str, value: Any) -> dict[str, Any]:
    return {"selectionTags": [{"type": "STRINGEQUALS", "key": key, "value": value}]}


def _where(kind: str, key: str, value: Any) -> dict[str, Any]:
    return {"conditions": [{kind: [{"key": f"aws:ResourceTag/{key}", "value": value}]}]}


def _labelled(tags: Any) -> Change:
    return put(_AVATARS, "tags", tags)


_DEFAULT = put(_PROVIDER, "defaultTags", json.dumps({"tags": {"backup": "daily"}}))
_COPY = {"copyActions": [{"destinationVaultArn": f"arn:aws:backup:us-east-1:{_ACCOUNT}:backup-vault:far"}]}
_BOTH = "ceiling keyring-guarded"

_BACKUPS = [
    m("backup: of everything", _BOTH, *_plan(_ALL)),
    m("backup: of everything, unless told", _BOTH, *_plan({})),
    m("backup: of every bucket", _BOTH, *_plan({"resources": ["arn:aws:s3:::*"]})),
    m("backup: of every name that starts so", _BOTH, *_plan({"resources": ["arn:aws:s3:::im-*"]})),
    m("backup: of the avatars", "ceiling", *_plan({"resources": [f"arn:aws:s3:::{_NAME}"]})),
    m("backup: of the avatars, by their output", "ceiling", *_plan({"resources": [UNKNOWN]}, resources=_AVATARS)),
    m("backup: of the keyring", "keyring-guarded", *_plan({"resources": [UNKNOWN]}, resources=_KEYRING)),
    m("backup: of the media's keys with them", _BOTH, *_plan(_ALL | {"notResources": [UNKNOWN]}, notResources=_MEDIA)),
    # Messages end with their keys, in a backup too; what stays in clear beside them does not.
    m("backup: of what is sealed", "ceiling", *_plan({"resources": [UNKNOWN]}, resources=_MEDIA)),
    m("backup: of all but the avatars", _BOTH, *_plan(_ALL | {"notResources": [f"arn:aws:s3:::{_NAME}"]})),
    m("backup: of what is not known", "ceiling? keyring-guarded?", *_plan({"resources": UNKNOWN})),
    m("backup: of a tag they have", "ceiling", _labelled({"backup": "daily"}), *_plan(_tag("backup", "daily"))),
    m("backup: of tags not known", "ceiling?", _labelled(UNKNOWN), *_plan(_tag("backup", "daily"))),
    m("backup: of a tag not known", "ceiling?", _labelled({"backup": UNKNOWN}), *_plan(_tag("backup", "daily"))),
    m("backup: of a tag of the provider", _BOTH, _DEFAULT, *_plan(_tag("backup", "daily"))),
    m(
        "backup: of a tag of the provider that is not known",
        "ceiling? keyring-guarded?",
        put(_PROVIDER, "defaultTags", UNKNOWN),
        *_plan(_tag("backup", "daily")),
    ),
    m("backup: of a condition they meet", "ceiling", _labelled({"a": "b"}), *_plan(_where("stringEquals", "a", "b"))),
    m("backup: of what is like it", "ceiling", _labelled({"a": "bc"}), *_plan(_where("stringLikes", "a", "b*"))),
    m("backup: of what is not something else", _BOTH, *_plan(_where("stringNotEquals", "backup", "never"))),
    m("backup: of what is not like something else", _BOTH, *_plan(_where("stringNotLikes", "backup", "never*"))),
    m("backup: for ever", "ceiling nothing-survives-deletion", *_plan(_ALL, {"lifecycle": {}})),
    m("backup: for a time not known", "ceiling?", *_plan(_ALL, {"lifecycle": UNKNOWN})),
    m("backup: for a day", _BOTH, *_plan(_ALL, {"lifecycle": {"deleteAfter": 1.0}})),
    m("backup: copied to another region", "copies-stay-home", *_plan({"resources": ["arn:aws:s3:::x"]}, _COPY)),
    m("backup: to a vault nobody knows", "known-types?", *_plan(_ALL, {"targetVaultName": "Default"})),
    m(
        "backup: by a plan nobody knows",
        "known-types? keyring-guarded ceiling?",
        add(_SELECTION, "some", _ALL | {"planId": "4f2a"}),
    ),
    m("backup: a vault elsewhere", "home-region", add(_VAULT, "far", {"name": "far", "region": "us-east-1"})),
    m("backup: tags ignored", "judged-arguments-count", option(_AVATARS, ignore_changes=["tags"])),
    m("backup: of other accounts too", "copies-stay-home", add(
        "aws:backup/globalSettings:GlobalSettings", "g", {"globalSettings": {"isCrossAccountBackupEnabled": "true"}}
    )),
    m("backup: of services switched on", "copies-stay-home", add(
        "aws:backup/regionSettings:RegionSettings", "r", {"resourceTypeOptInPreference": {"S3": True}}
    )),
]  # fmt: skip

_HOME, _DOOR, _TYPES = "copies-stay-home", "no-public-door", "known-types?"
_ADDED: list[tuple[str, str, dict[str, Any], dict[str, str]]] = [
    ("accessanalyzer/analyzer:Analyzer", _HOME, {"type": "ORGANIZATION"}, {}),
    ("account/region:Region", _HOME, {"regionName": "us-east-1", "enabled": True}, {}),
    ("appflow/flow:Flow", _HOME, {}, {}),
    ("athena/workgroup:Workgroup", _HOME, {}, {}),
    ("backup/logicallyAirGappedVault:LogicallyAirGappedVault", _HOME, {}, {}),
    ("backup/vaultLockConfiguration:VaultLockConfiguration", _HOME, {}, {}),
    ("bedrock/agentDataSource:AgentDataSource", _HOME, {}, {}),
    ("cfg/aggregateAuthorization:AggregateAuthorization", _HOME, {}, {}),
    ("cfg/configurationAggregator:ConfigurationAggregator", _HOME, {}, {}),
    ("cfg/deliveryChannel:DeliveryChannel", _TYPES, {"s3BucketName": "theirs"}, {}),
    ("cloudcontrol/resource:Resource", _TYPES, {"typeName": "AWS::S3::Bucket"}, {}),
    ("cloudformation/stackSet:StackSet", _TYPES, {}, {}),
    ("cloudtrail/eventDataStore:EventDataStore", _HOME, {"multiRegionEnabled": False}, {}),
    ("cloudtrail/trail:Trail", _HOME, {"isMultiRegionTrail": True}, {"s3BucketName": "Bucket im-access"}),
    ("cloudtrail/trail:Trail", _TYPES, {"s3BucketName": "theirs"}, {}),
    ("cloudwatch/eventArchive:EventArchive", _HOME, {"retentionDays": 1.0}, {}),
    ("cloudwatch/eventBus:EventBus", _HOME, {}, {}),
    ("cloudwatch/eventEndpoint:EventEndpoint", _HOME, {}, {}),
    ("cloudwatch/logAccountPolicy:LogAccountPolicy", _HOME, {"policyType": "RETENTION_POLICY"}, {}),
    ("cloudwatch/logDestination:LogDestination", _HOME, {}, {}),
    ("cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", _HOME, {}, {}),
    ("cloudwatch/metricStream:MetricStream", _HOME, {}, {}),
    ("datasync/s3Location:S3Location", _HOME, {}, {"s3BucketArn": _MEDIA}),
    ("datasync/task:Task", _HOME, {}, {}),
    ("dlm/lifecyclePolicy:LifecyclePolicy", _HOME, {"state": "DISABLED"}, {}),
    ("dms/replicationTask:ReplicationTask", _HOME, {}, {}),
    ("dynamodb/table:Table", _TYPES, {"replicas": [{"regionName": "us-east-1"}]}, {}),
    ("dynamodb/tableReplica:TableReplica", _HOME, {}, {}),
    ("ebs/snapshotCopy:SnapshotCopy", _HOME, {"sourceRegion": "us-east-1"}, {}),
    ("ec2/amiCopy:AmiCopy", _HOME, {}, {}),
    ("ec2/trafficMirrorSession:TrafficMirrorSession", _HOME, {}, {}),
    ("ecr/replicationConfiguration:ReplicationConfiguration", _HOME, {}, {}),
    ("efs/replicationConfiguration:ReplicationConfiguration", _HOME, {}, {}),
    ("fsx/backup:Backup", _HOME, {}, {}),
    ("glue/job:Job", _HOME, {}, {}),
    ("guardduty/malwareProtectionPlan:MalwareProtectionPlan", _HOME, {}, {}),
    ("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", _HOME, {}, {}),
    ("kinesis/stream:Stream", _TYPES, {}, {}),
    ("macie2/classificationExportConfiguration:ClassificationExportConfiguration", _HOME, {}, {}),
    ("networkmanager/vpcAttachment:VpcAttachment", _HOME, {}, {}),
    ("oam/link:Link", _HOME, {}, {}),
    ("observabilityadmin/centralizationRuleForOrganization:CentralizationRuleForOrganization", _HOME, {}, {}),
    ("opensearch/outboundConnection:OutboundConnection", _HOME, {}, {}),
    ("organizations/policy:Policy", _HOME, {"type": "BACKUP_POLICY", "content": "{}"}, {}),
    ("organizations/policyAttachment:PolicyAttachment", _TYPES, {"policyId": "p-1"}, {}),
    ("pipes/pipe:Pipe", _HOME, {}, {}),
    ("quicksight/dataSet:DataSet", _HOME, {}, {}),
    ("ram/resourceShare:ResourceShare", _DOOR, {"allowExternalPrincipals": False}, {}),
    ("redshift/integration:Integration", _HOME, {}, {}),
    ("route53/queryLog:QueryLog", _HOME, {}, {}),
    ("rum/appMonitor:AppMonitor", _HOME, {}, {}),
    ("s3/filesFileSystem:FilesFileSystem", _HOME, {}, {}),
    ("s3control/accessGrant:AccessGrant", _DOOR, {}, {}),
    ("s3control/multiRegionAccessPointRoutes:MultiRegionAccessPointRoutes", _HOME, {}, {}),
    ("s3control/objectLambdaAccessPoint:ObjectLambdaAccessPoint", _DOOR, {}, {}),
    ("s3control/storageLensConfiguration:StorageLensConfiguration", _HOME, {}, {}),
    ("securityhub/findingAggregator:FindingAggregator", _HOME, {}, {}),
    ("ssm/resourceDataSync:ResourceDataSync", _HOME, {}, {}),
    ("storagegateway/nfsFileShare:NfsFileShare", _DOOR, {}, {}),
    ("transfer/server:Server", _DOOR, {}, {}),
    ("wafv2/webAcl:WebAcl", _HOME, {"scope": "REGIONAL", "visibilityConfig": {"sampledRequestsEnabled": True}}, {}),
    ("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", _HOME, {}, {}),
]  # fmt: skip
MUTANTS = [
    *_BACKUPS,
    *(
        m(f"added: {token.partition(':')[0]} {at}", rules, add(f"aws:{token}", "leak", inputs, **links))
        for at, (token, rules, inputs, links) in enumerate(_ADDED)
    ),
    m("an alarm elsewhere", "home-region", add("aws:cloudwatch/metricAlarm:MetricAlarm", "a", {"region": "us-east-1"})),
]
EQUIVALENT: list[Mutant] = [
    m("backup: a plan that selects nothing", "", *_plan(_ALL)[:2]),
    m("backup: of other buckets", "", *_plan({"resources": ["arn:aws:s3:::others-*", "arn:aws:ec2:*:*:volume/*"]})),
    m("backup: of a tag nothing here has", "", *_plan(_tag("backup", "daily"))),
    m("backup: of a tag with another value", "", _labelled({"backup": "never"}), *_plan(_tag("backup", "daily"))),
    m("backup: of conditions nothing here meets", "", *_plan(_where("stringLikes", "backup", "*"))),
    m("tags of everything", "", _DEFAULT),
    m("tags of a bucket", "", _labelled({"team": "chat"})),
    m("an alarm", "", add("aws:cloudwatch/metricAlarm:MetricAlarm", "a", {})),
    m("a trail of this region", "", add("aws:cloudtrail/trail:Trail", "t", {}, s3BucketName="Bucket im-access")),
    m("a certificate", "", add("aws:acm/certificate:Certificate", "c", {"domainName": "im.example"})),
]
