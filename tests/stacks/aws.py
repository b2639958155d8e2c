"""Mutants of the AWS stack in Jakarta that `preflight mutate` does not make, and the rules that block each."""

from typing import Any

from tests.harness.mutate import REMOVED, Change, add, declare, lose, option, put, statement, told, twin
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

_EDGE, _LISTENER, _RULE = "LoadBalancer im-edge", "Listener im-edge-443", "ListenerRule im-edge-api"
_WORLD = "SecurityGroupIngressRule im-network-world-to-edge"
_PURGE, _SCHEDULE, _NO_RETRY = (
    "Function im-keyring-purge",
    "Schedule im-keyring-purge-hourly",
    "FunctionEventInvokeConfig im-keyring-purge-no-retry",
)
_ROLE, _MAY, _GUARD = "Role im-keyring-purge-role", "RolePolicy im-keyring-purge-may", "BucketPolicy im-keyring-policy"
_PROVIDER, _LIFE = "aws im-ap-southeast-3", "classes.messages.life"
_LIST = "aws:ec2/networkAcl:NetworkAcl"
_FIREWALL = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
_TO_KMS = "VpcEndpoint im-network-to-kms"
_LEAN = put("BucketLifecycleConfiguration im-media-lifecycle", "rules.0.expiration.days", 6.0)
"""Media that outlive their period by a day, so that nothing but their key ends them in time."""
_DENY = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "%s", "Resource": "*"}}'
_ELSEWHERE = {"redirect": {"host": "other.example.com"}, "type": "redirect"}
_TO_HTTPS = [{"type": "redirect", "redirect": {"protocol": "HTTPS"}}]


def _bucket(part: str) -> dict[str, Any]:
    return {"bucket": f"im-{part}-123456789012-ap-southeast-3", "enabled": True}


def _told(path: str, value: Any) -> Change:
    return told(_PURGE, "IM_KEYRING", path, value)


def _listener(**inputs: Any) -> Change:
    return add("aws:lb/listener:Listener", "l", inputs, loadBalancerArn=_EDGE)


def _into_the_database(**source: str) -> Change:
    ports = {"ipProtocol": "tcp", "fromPort": 3306.0, "toPort": 3306.0}
    type_, group = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "SecurityGroup im-network-mysql"
    return add(type_, "w", ports | source, securityGroupId=group)


def _plan(selection: dict[str, Any], **rule: Any) -> tuple[Change, ...]:
    """A vault, a plan of one daily rule that keeps for 35 days, and what it selects."""
    rules = [{"ruleName": "daily", "targetVaultName": "points", "lifecycle": {"deleteAfter": 35.0}} | rule]
    return (
        add("aws:backup/vault:Vault", "points", {"name": "points"}),
        add("aws:backup/plan:Plan", "daily", {"rules": rules}),
        add("aws:backup/selection:Selection", "some", selection, planId="Plan daily"),
    )


_WAYS = [
    m("edge: users are sent elsewhere to sign in", "copies-stay-home", put(_LISTENER, "defaultActions", [_ELSEWHERE])),
    *(
        m(f"edge: {kind} among {part}", "declared-holdings", put(_EDGE, kind, _bucket(part)))
        for kind in ("accessLogs", "connectionLogs", "healthCheckLogs")
        for part in ("media", "keyring")
    ),
    m("edge: logs to nowhere", "known-types?", put(_EDGE, "connectionLogs", {"bucket": "other", "enabled": True})),
    m("edge: an action ignored", "judged-arguments-count", option(_RULE, ignore_changes=["actions[0].type"])),
    m("edge: a second listener, HTTP", "encrypted-in-transit no-public-door", _listener()),
    m(
        "edge: a second listener that sends clients to HTTPS",
        "encrypted-in-transit no-public-door",
        _listener(protocol="HTTP", port=80.0, defaultActions=_TO_HTTPS),
    ),
    m(
        "edge: a second listener, old TLS",
        "encrypted-in-transit",
        _listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-2016-08"),
    ),
    m(
        "a second way in, to a database",
        "no-public-door encrypted-in-transit? known-types?",
        add("aws:lb/loadBalancer:LoadBalancer", "n", {"loadBalancerType": "network", "internal": False}),
        add("aws:lb/targetGroup:TargetGroup", "t", {"protocol": "TCP"}, vpcId="Vpc im-network"),
        add(
            "aws:lb/listener:Listener",
            "l",
            {"protocol": "TCP", "defaultActions": [{"type": "forward", "targetGroupArn": "arn:other"}]},
            loadBalancerArn="LoadBalancer n",
        ),
    ),
    m("world: by HTTP", "no-public-door", put(_WORLD, "fromPort", 80.0), put(_WORLD, "toPort", 80.0)),
    m(
        "world: to a group not known",
        "no-public-door?",
        twin(_WORLD, "w", option(_WORLD, links={}), put(_WORLD, "securityGroupId", UNKNOWN)),
    ),
    m(
        "world: to a group of the edge that a database has too",
        "no-public-door",
        add("aws:rds/instance:Instance", "d", {}, vpcSecurityGroupIds="SecurityGroup im-network-edge"),
    ),
    m("database open to the world", "no-public-door", _into_the_database(cidrIpv4="0.0.0.0/0")),
    m("database open to the world by IPv6", "no-public-door", _into_the_database(cidrIpv6="::/0")),
    m("database open to half of the world", "no-public-door", _into_the_database(cidrIpv4="0.0.0.0/1")),
]
_COPIES = [
    m("backup: of everything", "ceiling keyring-guarded", *_plan({"resources": ["*"]})),
    m("backup: of everything but the avatars", "ceiling", *_plan({"notResources": ["arn:aws:s3:::im-avatars*"]})),
    m(
        "backup: copied to another region",
        "copies-stay-home",
        *_plan({}, copyActions=[{"destinationVaultArn": "arn:aws:backup:us-east-1:123456789012:backup-vault:far"}]),
    ),
    m(
        "cache: a second one",
        "declared-holdings ceiling",
        twin("ReplicationGroup im-redis", "b", option("ReplicationGroup im-redis", parent="")),
    ),
    m(
        "cache: no end of the inbox",
        "sweeps-alive",
        declare("im-redis", "holdings.0.ttl", REMOVED),
        declare("im-redis", "holdings.0.sweep", REMOVED),
    ),
    m(
        "cache: of an engine that rests in clear by default",
        "encrypted-at-rest",
        put("ReplicationGroup im-redis", "engine", "redis"),
        put("ReplicationGroup im-redis", "atRestEncryptionEnabled", REMOVED),
    ),
    m(
        "documents: statements under a key of another region",
        "copies-stay-home encrypted-at-rest?",
        put("ClusterInstance im-mongodb-1", "enablePerformanceInsights", True),
        put(
            "ClusterInstance im-mongodb-1",
            "performanceInsightsKmsKeyId",
            "arn:aws:kms:ap-southeast-1:123456789012:key/x",
        ),
    ),
    m(
        "mysql: statements of a month",
        "ceiling",
        put("Instance im-mysql", "performanceInsightsEnabled", True),
        put("Instance im-mysql", "performanceInsightsRetentionPeriod", 31.0),
    ),
    m(
        "queue: logs among media",
        "declared-holdings",
        put("Cluster im-msk", "loggingInfo.brokerLogs.s3", _bucket("media")),
    ),
]
_KEYS = [
    m("keyring: acts refused but for one", "keyring-guarded?", statement(_GUARD, 2, "NotAction", ["s3:GetObject"])),
    m("keyring: acts refused to one", "keyring-guarded", statement(_GUARD, 2, "Principal", {"AWS": "1"})),
    m(
        "purge: every hour of a place with summer time",
        "sweeps-alive?",
        put(_SCHEDULE, "scheduleExpression", "cron(0 * * * ? *)"),
        put(_SCHEDULE, "scheduleExpressionTimezone", "Europe/Berlin"),
    ),
    *(
        m(f"purge: {what}", rules, _LEAN, change)
        for what, rules, change in (
            ("retried for a day", "ceiling", put(_SCHEDULE, "target.retryPolicy", REMOVED)),
            ("queued for six hours", "ceiling", lose(_NO_RETRY)),
            ("queued for a minute more", "ceiling", put(_NO_RETRY, "maximumEventAgeInSeconds", 120.0)),
            ("longer runs", "ceiling", put(_PURGE, "timeout", 900.0)),
            ("runs of a length not known", "ceiling?", put(_PURGE, "timeout", UNKNOWN)),
            ("told one minute more", "ceiling", _told(_LIFE, "P6DT21H41M")),
            ("told a longer epoch", "ceiling", _told("classes.messages.epoch", "PT2H")),
            ("told no class", "ceiling", _told("classes", {})),
            ("told nothing", "ceiling", put(_PURGE, "environment.variables.IM_KEYRING", REMOVED)),
            ("a longer life declared", "ceiling", declare("im-keyring", "keyrings.0.life", "P7DT21H40M")),
            ("a slower turnover declared", "ceiling", declare("im-keyring", "keyrings.0.sweep.period", "PT2H")),
        )
    ),
    m(
        "purge: a second function with a longer life",
        "ceiling",
        twin(_PURGE, "second", put(_PURGE, "name", "second"), _told(_LIFE, "P30D")),
    ),
    *(
        m(
            f"purge: refused {act} by a second policy",
            "sweeps-proven?",
            twin(_MAY, "b", put(_MAY, "policy", _DENY % act)),
        )
        for act in ("s3:DeleteObject", "s3:Delete*", "kms:*")
    ),
    m(
        "purge: its role for an account",
        "no-public-door",
        statement(_ROLE, 0, "Principal.AWS", "210987654321", "assumeRolePolicy"),
    ),
    *(
        m(f"account: {what}", "sweeps-proven? sweeps-alive? encrypted-in-transit?", put(_PROVIDER, argument, value))
        for what, argument, value in (
            ("one of two", "allowedAccountIds", '["123456789012", "210987654321"]'),
            ("another", "allowedAccountIds", '["210987654321"]'),
            ("not asked for", "skipRequestingAccountId", "true"),
        )
    ),
]
_FAILED, _SILENT, _TELLS = "MetricAlarm im-alarm-failed", "MetricAlarm im-alarm-silent", "TopicPolicy im-alarm-policy"
_NAME = "im-alarm-ap-southeast-3-failed"
_NO_ONE = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}'
_VPC, _SUBNET = "Vpc im-network", "Subnet im-network-private-1"
_SWEEP = [
    m("sweep: another runtime", "sweeps-proven ceiling", put(_PURGE, "runtime", "nodejs22.x")),
    m("sweep: other code", "sweeps-proven ceiling", put(_PURGE, "code.assets", {"index.py": {"text": "pass"}})),
    m("sweep: a number as text", "sweeps-proven ceiling", _told("delete_limit", "200")),
    m("sweep: no run at a time", "sweeps-proven ceiling", put(_PURGE, "reservedConcurrentExecutions", 0.0)),
    m(
        "sweep: a second policy of the same name",
        "sweeps-proven? ceiling?",
        twin(_MAY, "b", put(_MAY, "policy", '{"Version": "2012-10-17", "Statement": []}')),
    ),
    m("sweep: a boundary", "sweeps-proven? ceiling?", put(_ROLE, "permissionsBoundary", "arn:aws:iam::aws:policy/X")),
    m("sweep: an access list", "sweeps-proven ceiling", add(_LIST, "n", {}, vpcId=_VPC, subnetIds=_SUBNET)),
    m("sweep: a firewall of names", "sweeps-proven? ceiling?", add(_FIREWALL, "f", {"priority": 1.0}, vpcId=_VPC)),
    m("sweep: no routes", "sweeps-proven ceiling", put("VpcEndpoint im-network-to-s3", "routeTableIds", [])),
    m("sweep: names of endpoints", "sweeps-proven ceiling", put(_VPC, "enableDnsHostnames", False)),
    m("sweep: an endpoint of IPv6 alone", "sweeps-proven? ceiling?", put(_TO_KMS, "ipAddressType", "ipv6")),
    m("sweep: a subnet of IPv6 alone", "sweeps-proven? ceiling?", put(_SUBNET, "cidrBlock", REMOVED)),
    m("sweep: public addresses inside", "sweeps-proven? ceiling?", put(_VPC, "cidrBlock", "52.219.0.0/16")),
    m(
        "sweep: a zone of every name",
        "sweeps-proven? ceiling?",
        add("aws:route53/zone:Zone", "z", {"name": ".", "vpcs": [{"vpcId": UNKNOWN}]}),
    ),
    m("sweep: more is said to what is started", "sweeps-alive?", put(_SCHEDULE, "target.sqsParameters", {"x": "y"})),
    m(
        "sweep: refused by a policy of the function",
        "sweeps-alive?",
        add("aws:lambda/resourcePolicy:ResourcePolicy", "rp", {"policy": _NO_ONE}, resourceArn=_PURGE),
    ),
    m("sweep: a key that only signs", "encrypted-at-rest", put("Key im-keys-key", "customerMasterKeySpec", "RSA_2048")),
    *(
        m(f"alarm: {what}", rules, *changes)
        for what, rules, changes in (
            ("of what is not known", "sweeps-watched?", [put(_FAILED, "dimensions", UNKNOWN)]),
            ("to whom is not known", "sweeps-watched?", [put(_FAILED, "alarmActions", UNKNOWN)]),
            ("of parts of a minute", "sweeps-watched", [put(_FAILED, "period", 10.0)]),
            ("replaced by its name", "sweeps-watched?", [twin(_FAILED, "b", put(_FAILED, "actionsEnabled", False))]),
            ("raised all the time", "sweeps-watched", [put(_SILENT, "datapointsToAlarm", 1.0)]),
            ("raised between two runs", "sweeps-watched", [put(_SILENT, "evaluationPeriods", 3.0)]),
            ("a second policy of its topic", "sweeps-watched", [twin(_TELLS, "b", put(_TELLS, "policy", _NO_ONE))]),
            ("a policy in its topic", "sweeps-watched", [put("Topic im-alarm", "policy", _NO_ONE)]),
            (
                "muted by its name",
                "known-types?",
                [add("aws:cloudwatch/alarmMuteRule:AlarmMuteRule", "m", {"muteTargets": {"alarmNames": [_NAME]}})],
            ),
        )
    ),
    m("sweep: an endpoint that lets nothing through", "sweeps-proven? ceiling?", put(_TO_KMS, "policy", _DENY % "*")),
]
AWS: list[Mutant] = [*_WAYS, *_COPIES, *_KEYS, *_SWEEP]
