"""Equivalent mutants of the tables: entries whose absence changes no verdict, each with who uses it or why it is there.

An entry whose mutant is noticed after all fails its test, as does an unnoticed one that has no entry here.
"""

_COMPONENTS = "the components, for what they declare; the ledger takes the declaration"
LIMITS = {
    ("tencent", "between-changes"): "the components, for how long they leave an instance alone; it ends no data",
    ("tencent", "kms-pending-delete"): (
        "no rule: the deletion delay of a master key lengthens no bound, its data keys end before"
    ),
    ("aws", "alarm-missing-data"): "the readers, for its source and note alone: it has no number of its own",
    ("aws", "docdb-ttl-index"): _COMPONENTS,
    ("aws", "elasticache-key-expiry"): _COMPONENTS,
    ("aws", "msk-retention"): _COMPONENTS,
    ("aws", "msk-segment"): _COMPONENTS,
    ("aws", "kms-deletion"): "no rule: the deletion delay of a master key lengthens no bound, its data keys end before",
    ("tencent", "mongodb-ttl-index"): _COMPONENTS,
    ("tencent", "redis-key-expiry"): _COMPONENTS,
    ("tencent", "scf-log"): (
        "the components, for the period they give a function's own log topic, which is read there"
    ),
}
"""Limits that no reader may ask for, and who does. Where one does, each number is held to be noticed all the same."""
NUMBERS = {
    ("aws", "msk-delete-delay", "default"): (
        "a delay that is not told is in the cleaner's own lag, so a reader never meets an absent one"
    ),
    ("aws", "s3-lock", "least"): "the service takes nothing below it: it lifts a number that nobody can deploy",
    ("aws", "lambda-async", "least"): "the service takes nothing below it: it lifts a number that nobody can deploy",
    ("aws", "lambda-timeout", "least"): "a second is lost in the minutes that a run is declared to take",
    ("aws", "lambda-timeout", "default"): "three seconds are lost in the minutes that a run is declared to take",
    ("aws", "logs-retention", "least"): "said only of a limit below a day, and no class has one",
    ("aws", "logs-delivery", "least"): "the period is fixed: the least is said beside it, and ends nothing",
    ("aws", "sqs-retention", "default"): "the table of defaults says the same, so a reader never meets an absent one",
    ("aws", "elasticache-snapshot", "least"): (
        "the least of a setting that may also be off: it is said where a period is chosen, and ends nothing by itself"
    ),
    ("tencent", "ckafka-retention", "default"): (
        "the provider itself sends this default, so a reader never meets an absent one"
    ),
}
"""Numbers that could be nothing and change no verdict, and why they are there all the same."""
_OFF = "absent counts as off anyway"
_WORST = "absent counts as the worst anyway"
_ANYWAY = "absent counts as the default anyway"
_SAME = "the limits say the same of an absent one"
DEFAULTS = {
    "aws:alb/listener:Listener.protocol": _WORST,
    "aws:alb/listener:Listener.sslPolicy": _WORST,
    "aws:alb/targetGroup:TargetGroup.targetType": _ANYWAY,
    "aws:cloudwatch/eventRule:EventRule.state": _ANYWAY,
    "aws:lambda/function:Function.packageType": _ANYWAY,
    "aws:lb/listener:Listener.protocol": _WORST,
    "aws:lb/listener:Listener.sslPolicy": _WORST,
    "aws:ec2/flowLog:FlowLog.logDestinationType": "anything but a bucket is unread anyway",
    "aws:kms/key:Key.keyUsage": _ANYWAY,
    "aws:scheduler/schedule:Schedule.scheduleExpressionTimezone": _ANYWAY,
    "aws:scheduler/schedule:Schedule.state": _ANYWAY,
    "aws:sqs/queue:Queue.messageRetentionSeconds": _SAME,
    "tencentcloud:Cam/user:User.useApi": _WORST,
    "tencentcloud:Scf/functionEventInvokeConfig:FunctionEventInvokeConfig.namespace": _ANYWAY,
    "tencentcloud:Ckafka/acl:Acl.host": _WORST,
    "tencentcloud:Ckafka/acl:Acl.permissionType": _WORST,
    "tencentcloud:Ckafka/acl:Acl.principal": _WORST,
    "tencentcloud:Ckafka/topic:Topic.retention": _SAME,
    "tencentcloud:Clb/targetGroup:TargetGroup.vpcId": _WORST,
    "tencentcloud:Cos/bucket:Bucket.forceClean": _OFF,
    "tencentcloud:Cos/bucket:Bucket.logEnable": _OFF,
    "tencentcloud:Cos/bucket:Bucket.versioningEnable": _OFF,
    "tencentcloud:Kms/key:Key.keyUsage": _ANYWAY,
    "tencentcloud:Mysql/backupPolicy:BackupPolicy.retentionPeriod": _SAME,
    "tencentcloud:Mongodb/instance:Instance.vpcId": _SAME,
    "tencentcloud:Mongodb/shardingInstance:ShardingInstance.vpcId": _SAME,
    "tencentcloud:Mysql/instance:Instance.engineVersion": _SAME,
    "tencentcloud:Mysql/instance:Instance.forceDelete": _OFF,
}
"""Defaults that change no verdict. Tencent's table is the plugin's own, so they stay in it; nothing leans on any. Of
AWS's, by hand, only those that switch something on are listed: absent counts as off wherever nothing else is said."""
