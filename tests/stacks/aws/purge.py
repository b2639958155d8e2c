"""Mutants of the keyring's function: its schedule, what it is told, what it may do, where it logs."""

from tests.harness.mutate import REMOVED, Change, add, declare, lose, option, put, statement, told, twin
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

PURGE, SCHEDULE, RING = "Function im-keyring-purge", "Schedule im-keyring-purge-hourly", "im-keyring"
_ROLE, _MAY = "Role im-keyring-purge-role", "RolePolicy im-keyring-purge-may"
_STARTER, _STARTS = "Role im-keyring-purge-schedule-role", "RolePolicy im-keyring-purge-schedule-may"
_NO_RETRY = "FunctionEventInvokeConfig im-keyring-purge-no-retry"
_LOGS, _QUEUE = "LogGroup im-keyring-purge-logs", "Queue im-keyring-purge-undone"
_QUEUE_POLICY, _GUARD = "QueuePolicy im-keyring-purge-undone-policy", "BucketPolicy im-keyring-policy"
_KEY = "Key im-keys-key"
_TOLD, _LIFE = "IM_KEYRING", "classes.messages.life"
_LEAN = put("BucketLifecycleConfiguration im-media-lifecycle", "rules.0.expiration.days", 6.0)
"""Media that outlive their period by a day, so that nothing but their key ends them in time."""
_VERSION = "im-keyring-123456789012-ap-southeast-3"


def _lean(name: str, rules: str, *changes: Change) -> Mutant:
    return m(name, rules, _LEAN, *changes)


_PROVIDER, _OTHER_ROLE = "aws im-ap-southeast-3", "arn:aws:iam::210987654321:role/im-keyring-purge-ap-southeast-3"
_ELSEWHERE = "arn:aws:lambda:ap-southeast-3:123456789012:function:other"
TIMERS = [
    m("purge: off", "sweeps-alive", put(SCHEDULE, "state", "DISABLED")),
    m("purge: not known to be on", "sweeps-alive?", put(SCHEDULE, "state", UNKNOWN)),
    m("purge: ends some day", "sweeps-alive", put(SCHEDULE, "endDate", "2099-01-01T00:00:00Z")),
    m("purge: starts some day", "sweeps-alive", put(SCHEDULE, "startDate", "2099-01-01T00:00:00Z")),
    m("purge: may end some day", "sweeps-alive?", put(SCHEDULE, "endDate", UNKNOWN)),
    m("purge: none may run at a time", "sweeps-alive", put(PURGE, "reservedConcurrentExecutions", 0.0)),
    m("purge: how many may run is not known", "sweeps-alive?", put(PURGE, "reservedConcurrentExecutions", UNKNOWN)),
    m("purge: no schedule", "sweeps-alive", lose(SCHEDULE)),
    *(
        m(f"purge: at {when}", rules, put(SCHEDULE, "scheduleExpression", when))
        for when, rules in (
            ("rate(2 hours)", "sweeps-alive"),
            ("rate(61 minutes)", "sweeps-alive"),
            ("rate(1 day)", "sweeps-alive"),
            ("cron(0 */2 * * ? *)", "sweeps-alive"),
            ("cron(0 3 * * ? *)", "sweeps-alive"),
            ("cron(0 * * * MON ?)", "sweeps-alive?"),
            ("cron(0 * 1 * ? *)", "sweeps-alive?"),
            ("cron(0 * * * ? 2020)", "sweeps-alive?"),
            ("at(2030-01-01T00:00:00)", "sweeps-alive?"),
            ("rate(0 hours)", "sweeps-alive?"),
            ("", "sweeps-alive?"),
            (UNKNOWN, "sweeps-alive?"),
        )
    ),
    m(
        "purge: every hour of a place with summer time",
        "sweeps-alive?",
        put(SCHEDULE, "scheduleExpression", "cron(0 * * * ? *)"),
        put(SCHEDULE, "scheduleExpressionTimezone", "Europe/Berlin"),
    ),
    m(
        "purge: a flexible window",
        "sweeps-alive",
        put(SCHEDULE, "flexibleTimeWindow", {"mode": "FLEXIBLE", "maximumWindowInMinutes": 1.0}),
    ),
    m("purge: a flexible window not known", "sweeps-alive?", put(SCHEDULE, "flexibleTimeWindow", UNKNOWN)),
    m("purge: another function is started", "sweeps-alive known-types?", put(SCHEDULE, "target.arn", _ELSEWHERE)),
    m(
        "purge: snapshots are made instead",
        "sweeps-alive known-types?",
        put(SCHEDULE, "target.arn", "arn:aws:scheduler:::aws-sdk:rds:createDBSnapshot"),
    ),
    m("purge: the scheduler may not start it", "sweeps-alive?", lose(_STARTS)),
    m("purge: the scheduler may not take the role", "sweeps-alive?", lose(_STARTER)),
    m("purge: the role is another service's", "sweeps-alive?", put(_STARTER, "assumeRolePolicy", UNKNOWN)),
    *(
        m(f"purge: {what}", "sweeps-alive?", statement(_STARTS, 0, path, value))
        for what, path, value in (
            ("another act", "Action", ["lambda:GetFunction"]),
            ("another function may be started", "Resource", [_ELSEWHERE]),
            (
                "a version may be started",
                "Resource",
                ["arn:aws:lambda:ap-southeast-3:123456789012:function:im-keyring-purge-ap-southeast-3:1"],
            ),
            (
                "a function elsewhere",
                "Resource",
                ["arn:aws:lambda:ap-southeast-1:123456789012:function:im-keyring-purge-ap-southeast-3"],
            ),
            ("a condition", "Condition", {"StringEquals": {"aws:SourceAccount": "1"}}),
            ("a refusal", "Effect", "Deny"),
        )
    ),
    m("purge: retried for a day", "ceiling", _LEAN, put(SCHEDULE, "target.retryPolicy", REMOVED)),
    m(
        "purge: retried for a minute more",
        "ceiling",
        _LEAN,
        put(SCHEDULE, "target.retryPolicy.maximumEventAgeInSeconds", 120.0),
    ),
    m("purge: queued for six hours", "ceiling", _LEAN, lose(_NO_RETRY)),
    m("purge: queued for a minute more", "ceiling", _LEAN, put(_NO_RETRY, "maximumEventAgeInSeconds", 120.0)),
    m("purge: queued for a time not known", "ceiling?", _LEAN, put(_NO_RETRY, "maximumEventAgeInSeconds", UNKNOWN)),
    m(
        "purge: queued for long by a second word",
        "ceiling",
        _LEAN,
        twin(_NO_RETRY, "b", put(_NO_RETRY, "maximumEventAgeInSeconds", 7200.0)),
    ),
    m("purge: longer runs", "ceiling", _LEAN, put(PURGE, "timeout", 900.0)),
    m("purge: runs of a length not known", "ceiling?", _LEAN, put(PURGE, "timeout", UNKNOWN)),
    m("purge: runs that end too soon", "sweeps-alive", put(PURGE, "timeout", REMOVED)),
    m("purge: longer runs than there are", "known-types?", put(PURGE, "timeout", 901.0)),
    m("purge: no function", "known-types?", lose(PURGE)),
]

KEYS = [
    _lean("purge: told a longer life", "ceiling", told(PURGE, _TOLD, _LIFE, "P7DT21H40M")),
    _lean("purge: told one minute more", "ceiling", told(PURGE, _TOLD, _LIFE, "P6DT21H41M")),
    _lean("purge: told a longer epoch", "ceiling", told(PURGE, _TOLD, "classes.messages.epoch", "PT2H")),
    _lean("purge: told a life without number", "ceiling known-types?", told(PURGE, _TOLD, _LIFE, "P1M")),
    _lean(
        "purge: told another class", "ceiling", told(PURGE, _TOLD, "classes", {"x": {"epoch": "PT1H", "life": "P1D"}})
    ),
    _lean("purge: told no class", "ceiling", told(PURGE, _TOLD, "classes", {})),
    _lean("purge: told another bucket", "ceiling", told(PURGE, _TOLD, "bucket", _VERSION.replace("keyring", "media"))),
    _lean("purge: told nothing readable", "ceiling known-types?", put(PURGE, "environment.variables.IM_KEYRING", "x")),
    _lean(
        "purge: told what is not known", "ceiling known-types?", put(PURGE, "environment.variables.IM_KEYRING", UNKNOWN)
    ),
    _lean("purge: told nothing", "ceiling", put(PURGE, "environment.variables.IM_KEYRING", REMOVED)),
    _lean("purge: an environment not known", "ceiling known-types?", put(PURGE, "environment", UNKNOWN)),
    _lean(
        "purge: a second function with a longer life",
        "ceiling",
        twin(PURGE, "second", put(PURGE, "name", "second"), told(PURGE, _TOLD, _LIFE, "P30D")),
    ),
    m("purge: told another region", "copies-stay-home", told(PURGE, _TOLD, "region", "ap-southeast-1")),
    m("purge: told another cloud", "known-types?", told(PURGE, _TOLD, "cloud", "tencent")),
    m("purge: told of no cloud", "known-types?", told(PURGE, _TOLD, "cloud", REMOVED)),
    m(
        "purge: told somebody else's key service",
        "known-types?",
        told(PURGE, _TOLD, "kms_endpoint", "https://example.com"),
    ),
    m("purge: told somebody else's store", "known-types?", told(PURGE, _TOLD, "s3_endpoint", "https://example.com")),
    m("purge: told to end no more than two", "known-types?", told(PURGE, _TOLD, "delete_limit", 0)),
    m("purge: told no limit", "known-types?", told(PURGE, _TOLD, "delete_limit", REMOVED)),
    m("purge: no master key", "known-types?", put(PURGE, "environment.variables.IM_KEYRING_KEY", REMOVED)),
    m("purge: somebody else's master key", "known-types?", put(PURGE, "environment.variables.IM_KEYRING_KEY", "key-1")),
    m("purge: another entry", "known-types?", put(PURGE, "handler", "other.main")),
    m("purge: code from a bucket", "known-types?", put(PURGE, "s3Bucket", "code")),
    m("purge: an image", "known-types?", put(PURGE, "imageUri", "x"), put(PURGE, "packageType", "Image")),
    m(
        "purge: a layer over its packages",
        "known-types?",
        put(PURGE, "layers", ["arn:aws:lambda:ap-southeast-3:1:layer:x:1"]),
    ),
    m("purge: no code", "known-types?", put(PURGE, "code", REMOVED)),
    _lean("keyring: a longer life declared", "ceiling", declare(RING, "keyrings.0.life", "P7DT21H40M")),
    _lean("keyring: a slower turnover declared", "ceiling", declare(RING, "keyrings.0.sweep.period", "PT2H")),
    _lean("keyring: longer runs declared", "ceiling", declare(RING, "keyrings.0.sweep.run", "PT6M")),
    m("keyring: a faster turnover declared", "sweeps-alive", declare(RING, "keyrings.0.sweep.period", "PT30M")),
    m("keyring: another function declared", "known-types?", declare(RING, "keyrings.0.sweep.function", "x")),
]


def _power(name: str, *changes: Change) -> Mutant:
    return m(f"purge: {name}", "known-types?", *changes)


_DENY = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "%s", "Resource": "*"}}'
_NOBODY = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}'
)
POWERS = [
    _power("no policy", lose(_MAY)),
    _power("a policy of no role of the stack", put(_MAY, "role", "other")),
    _power("a policy not known", put(_MAY, "policy", UNKNOWN)),
    _power(
        "a role of somebody else", put(PURGE, "role", "arn:aws:iam::123456789012:role/other"), option(PURGE, links={})
    ),
    _power("a boundary", put(_ROLE, "permissionsBoundary", "arn:aws:iam::123456789012:policy/x")),
    _power("somebody else's policies", put(_ROLE, "managedPolicyArns", ["arn:aws:iam::aws:policy/ReadOnlyAccess"])),
    _power("policies inside the role", put(_ROLE, "inlinePolicies", [{"name": "x", "policy": _DENY % "s3:GetObject"}])),
    _power("refused by a second policy", twin(_MAY, "b", put(_MAY, "policy", _DENY % "s3:DeleteObject"))),
    _power("refused by a pattern", twin(_MAY, "b", put(_MAY, "policy", _DENY % "s3:Delete*"))),
    _power("refused its key", twin(_MAY, "b", put(_MAY, "policy", _DENY % "kms:*"))),
    _power(
        "refused by its bucket",
        statement(_GUARD, 4, "", {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "*"}),
    ),
    _power(
        "another role may list",
        statement(_GUARD, 3, "Condition.ArnNotEquals", {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/other"}),
    ),
    _power("nobody may list", statement(_GUARD, 3, "Condition", REMOVED)),
    _power("another name than the bucket spares", put(_ROLE, "name", "other")),
    _power("the key is left to nobody", put(_KEY, "policy", _NOBODY)),
    _power(
        "taken by another service",
        statement(_ROLE, 0, "Principal", {"Service": "ec2.amazonaws.com"}, "assumeRolePolicy"),
    ),
    _power("taken under a condition", statement(_ROLE, 0, "Condition", {"Bool": {"a": "b"}}, "assumeRolePolicy")),
    _power("taking refused", statement(_ROLE, 0, "Effect", "Deny", "assumeRolePolicy")),
    m("purge: its role for anybody", "no-public-door", statement(_ROLE, 0, "Principal", "*", "assumeRolePolicy")),
    m(
        "purge: its role for an account",
        "no-public-door",
        statement(_ROLE, 0, "Principal.AWS", "210987654321", "assumeRolePolicy"),
    ),
    m("purge: may do everything", "no-public-door", statement(_MAY, 5, "Action", ["*"])),
    *(
        _power(f"statement {index}: {what}", statement(_MAY, index, path, value))
        for index in (0, 1, 2)
        for what, path, value in (
            ("refused", "Effect", "Deny"),
            ("nothing named", "Resource", []),
            ("no act", "Action", []),
            ("all but one act", "NotAction", ["s3:x"]),
            ("only from somewhere", "Condition", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        )
    ),
    *(
        _power(f"without {act}", statement(_MAY, index, f"Action.{at}", REMOVED))
        for index, at, act in (
            (0, 0, "ListBucket"),
            (0, 1, "GetBucketVersioning"),
            (0, 2, "GetReplicationConfiguration"),
            (1, 1, "DeleteObject"),
            (2, 0, "GenerateDataKeyWithoutPlaintext"),
            (2, 1, "GenerateDataKey"),
        )
    ),
    _power("some objects only", statement(_MAY, 1, "Resource", [f"arn:aws:s3:::{_VERSION}/epochs/x/*"])),
    _power("objects of another bucket", statement(_MAY, 1, "Resource", [f"arn:aws:s3:::{_VERSION}1/*"])),
    _power("the objects are no bucket", statement(_MAY, 0, "Resource", [f"arn:aws:s3:::{_VERSION}/*"])),
    _power("keys of another region", statement(_MAY, 2, "Resource", ["arn:aws:kms:ap-southeast-1:123456789012:key/*"])),
    _power(
        "keys of another name",
        statement(_MAY, 2, "Condition", {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/x"]}}),
    ),
    _power("no key of that name", lose("Alias im-keys-alias")),
    _power(
        "keys of another account", statement(_MAY, 2, "Resource", ["arn:aws:kms:ap-southeast-3:210987654321:key/*"])
    ),
    _power("on another path than the bucket spares", put(_ROLE, "path", "/x/")),
    _power("on a path not known", put(_ROLE, "path", UNKNOWN)),
    _power(
        "a role of another account may list",
        statement(_GUARD, 3, "Condition.ArnNotEquals", {"aws:PrincipalArn": _OTHER_ROLE}),
    ),
    _power("told to go by a proxy", put(PURGE, "environment.variables.HTTPS_PROXY", "https://example.com")),
    *(
        m(f"account: {what}", "known-types? sweeps-alive? encrypted-in-transit?", change)
        for what, change in (
            ("any", put(_PROVIDER, "allowedAccountIds", REMOVED)),
            ("not known", put(_PROVIDER, "allowedAccountIds", UNKNOWN)),
            ("one of two", put(_PROVIDER, "allowedAccountIds", '["123456789012", "210987654321"]')),
            ("not asked for", put(_PROVIDER, "skipRequestingAccountId", "true")),
        )
    ),
    m(
        "account: another",
        "known-types? sweeps-alive? encrypted-in-transit",
        put(_PROVIDER, "allowedAccountIds", '["210987654321"]'),
    ),
]

_ANYBODY = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}'
)
_URL, _PERMISSION = "aws:lambda/functionUrl:FunctionUrl", "aws:lambda/permission:Permission"
AROUND = [
    m("purge: on the Internet", "no-public-door", put(PURGE, "vpcConfig", REMOVED)),
    m("purge: in a network of no subnet", "no-public-door", put(PURGE, "vpcConfig.subnetIds", [])),
    m("purge: a group of somebody's beside", "no-public-door?", put(PURGE, "vpcConfig.securityGroupIds.1", "sg-1")),
    m("purge: in somebody else's network", "no-public-door?", option(PURGE, links={})),
    m("purge: an address", "no-public-door", add(_URL, "u", {"authorizationType": "NONE"}, functionName=PURGE)),
    m("purge: started by anybody", "no-public-door", add(_PERMISSION, "p", {"principal": "*"}, function=PURGE)),
    m(
        "purge: started by a service for anybody",
        "no-public-door",
        add(_PERMISSION, "p", {"principal": "events.amazonaws.com"}, function=PURGE),
    ),
    m("purge: in another region", "home-region", put(PURGE, "region", "ap-southeast-1")),
    m("purge: its schedule in another region", "home-region", put(SCHEDULE, "region", "ap-southeast-1")),
    m("purge: a file system", "copies-stay-home", put(PURGE, "fileSystemConfig", {"arn": "x"})),
    m("purge: its runs kept", "copies-stay-home", put(PURGE, "durableConfig", {"executionTimeout": 1.0})),
    m("purge: its memory kept", "copies-stay-home", put(PURGE, "snapStart", {"applyOn": "PublishedVersions"})),
    m("purge: traced", "copies-stay-home", put(PURGE, "tracingConfig", {"mode": "Active"})),
    m("purge: on machines of somebody", "no-public-door", put(PURGE, "capacityProviderConfig", {"x": 1.0})),
    m("purge: never deleted", "nothing-survives-deletion", put(PURGE, "skipDestroy", True)),
    m("purge: logs to a group of the service", "known-types?", put(PURGE, "loggingConfig.logGroup", "/other")),
    m(
        "purge: what it cannot do goes elsewhere",
        "known-types?",
        put(PURGE, "deadLetterConfig.targetArn", "arn:aws:sqs:ap-southeast-3:1:x"),
    ),
    m(
        "purge: what cannot be started goes elsewhere",
        "known-types?",
        put(SCHEDULE, "target.deadLetterConfig.arn", "arn:aws:sqs:ap-southeast-3:1:x"),
    ),
    m(
        "purge: its results go elsewhere",
        "known-types?",
        put(_NO_RETRY, "destinationConfig", {"onSuccess": {"destination": "arn:aws:sns:ap-southeast-3:1:x"}}),
    ),
    *(
        m(f"{label}: ignored", "judged-arguments-count", option(label, ignore_changes=["*"]))
        for label in (PURGE, SCHEDULE, _ROLE, _MAY, _STARTER, _STARTS, _NO_RETRY, _LOGS, _QUEUE, _QUEUE_POLICY)
    ),
    *(
        m(f"{label}: by no declared provider", "explicit-provider", option(label, provider=""))
        for label in (PURGE, SCHEDULE, _ROLE, _LOGS, _QUEUE)
    ),
    *(
        m(f"logs: kept {what}", rules, put(_LOGS, "retentionInDays", value))
        for what, rules, value in (
            ("for ever", "ceiling sweeps-alive", REMOVED),
            ("for ever, as it is written", "ceiling sweeps-alive", 0.0),
            ("sixty days", "ceiling", 60.0),
            ("for a time not known", "ceiling? sweeps-alive?", UNKNOWN),
            ("two days", "known-types?", 2.0),
        )
    ),
    m("logs: never deleted", "nothing-survives-deletion", put(_LOGS, "skipDestroy", True)),
    m("logs: sent on", "copies-stay-home", add("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "s", {})),
    m(
        "logs: a policy of the account",
        "copies-stay-home",
        add("aws:cloudwatch/logAccountPolicy:LogAccountPolicy", "s", {}),
    ),
    m("logs: somebody else's key", "encrypted-at-rest?", put(_LOGS, "kmsKeyId", "x"), option(_LOGS, links={})),
    m("logs: nobody's", "declared-holdings ceiling", add("aws:cloudwatch/logGroup:LogGroup", "g", {"name": "g"})),
    m("queue: not encrypted", "encrypted-at-rest", put(_QUEUE, "sqsManagedSseEnabled", False)),
    m("queue: not known to be encrypted", "encrypted-at-rest?", put(_QUEUE, "sqsManagedSseEnabled", UNKNOWN)),
    m("queue: kept for a time not known", "ceiling? sweeps-alive?", put(_QUEUE, "messageRetentionSeconds", UNKNOWN)),
    m("queue: for anybody", "no-public-door", put(_QUEUE_POLICY, "policy", _ANYBODY)),
    m("queue: plain HTTP", "encrypted-in-transit", lose(_QUEUE_POLICY)),
    m("queue: plain HTTP for one", "encrypted-in-transit", statement(_QUEUE_POLICY, 0, "Principal", {"AWS": "1"})),
    m(
        "queue: plain HTTP for some acts",
        "encrypted-in-transit",
        statement(_QUEUE_POLICY, 0, "Action", ["sqs:SendMessage"]),
    ),
    m(
        "queue: plain HTTP from somewhere",
        "encrypted-in-transit",
        statement(_QUEUE_POLICY, 0, "Condition.IpAddress", {}),
    ),
    m(
        "queue: plain HTTP, by another queue's policy",
        "encrypted-in-transit",
        statement(_QUEUE_POLICY, 0, "Resource", "arn:aws:sqs:ap-southeast-3:123456789012:x"),
    ),
    m(
        "queue: what nobody takes goes elsewhere",
        "known-types?",
        put(_QUEUE, "redrivePolicy", '{"deadLetterTargetArn": "arn:aws:sqs:ap-southeast-3:1:x"}'),
    ),
    m("queue: nobody's", "declared-holdings", add("aws:sqs/queue:Queue", "q", {"name": "q"})),
]
MUTANTS = [*TIMERS, *KEYS, *POWERS, *AROUND]
EQUIVALENT = [
    # More often, and by the other way of writing it.
    m("purge: every half hour", "", put(SCHEDULE, "scheduleExpression", "rate(30 minutes)")),
    m("purge: by the clock", "", put(SCHEDULE, "scheduleExpression", "cron(17 * * * ? *)")),
    # A function that the account's own limit holds back waits in its queue, which has its own end.
    m("purge: no number of its own", "", put(PURGE, "reservedConcurrentExecutions", REMOVED)),
    # A key of the service is as good for lines of counts, and every queue has one.
    m("logs: a key of the service", "", put(_LOGS, "kmsKeyId", REMOVED)),
    m("queue: a key of the service", "", put(_QUEUE, "sqsManagedSseEnabled", REMOVED)),
    # Access logs may be kept for thirty days, and these hold only counts.
    m("logs: kept for two weeks", "", put(_LOGS, "retentionInDays", 14.0)),
    m("queue: kept for two weeks", "", put(_QUEUE, "messageRetentionSeconds", 1209600.0)),
    # An address that only the account's own roles may use.
    m("purge: an address for roles", "", add(_URL, "u", {"authorizationType": "AWS_IAM"}, functionName=PURGE)),
    # A refusal of what the function does not need.
    m("purge: may not read", "", twin(_MAY, "b", put(_MAY, "policy", _DENY % "s3:GetObject"))),
]
MAY_BE_UNKNOWN = {
    "iam/rolePolicy name": "a name",
    "scheduler/schedule name": "a name",
    "lambda/function code": "what is in an archive is not looked at: that it is the project's own is a declared hop",
}
