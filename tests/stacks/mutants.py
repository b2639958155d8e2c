"""Mutants of the Jakarta stacks that `preflight mutate` does not make, and the rules that block each.

Here are combinations of several changes, resources added beside those of the stack, and documents of a certain text;
every single change of an argument, option or resource is made and judged by `make test-mutants`.
"""

from dataclasses import dataclass

from im_stack.policies.judge import Judgement, judge
from im_stack.policies.rule import Outcome
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import to_resources
from tests.harness.mutate import Change, add, changed, declare, lose, option, put, statement, told, twin
from tests.harness.world import TODAY, UNKNOWN

KEYRING, GUARD, PURGE, RING = (
    "Bucket im-keyring",
    "BucketPolicy im-keyring-guard",
    "Function im-keyring-purge",
    "im-keyring",
)
_COS, _TRIGGER = "tencentcloud:Cos", "tencentcloud:Scf/triggerConfig:TriggerConfig"
_NAME = "im-keyring-ap-jakarta-1250000000"
_WHEN = {"ip_equal": {"qcs:ip": "10.0.0.0/8"}}


@dataclass(frozen=True)
class Mutant:
    """`rules` must block it: one with a `?` behind it need not fail, but may only be unproven; none: it must pass."""

    name: str
    rules: tuple[str, ...]
    changes: tuple[Change, ...]

    def missed(self, found: Judgement) -> list[str]:
        """The rules that must block it and do not."""
        blocking = {v.rule: v.outcome for v in reversed(found.verdicts) if v.blocks}
        return [
            rule
            for rule in self.rules
            if rule.rstrip("?") not in blocking or not (rule.endswith("?") or blocking[rule] is Outcome.FAIL)
        ]

    def must_be_noticed(self, check: Check) -> None:
        """Raises `AssertionError` where its rules do not block it, or a benign one does not pass."""
        found = judged(check, *self.changes)
        assert self.missed(found) == []
        assert self.rules or found.outcome is Outcome.PASS, [v.message for v in found.verdicts if v.blocks]


def judged(check: Check, *changes: Change) -> Judgement:
    """The judgement of a stack with changes."""
    return judge(to_resources(changed(check.recording["registrations"], *changes)), check.duties, today=TODAY)


def m(name: str, rules: str, *changes: Change) -> Mutant:
    return Mutant(name, tuple(rules.split()), changes)


def _trigger(what: str, rules: str, **inputs: object) -> Mutant:
    named = inputs.pop("functionName", None)
    links = {} if named else {"functionName": PURGE}
    row = {"triggerName": "turnover", **inputs} | ({"functionName": named} if named else {})
    return m(f"trigger: {what}", rules, add(_TRIGGER, "t", row, **links))


def _second(what: str, path: str, value: str) -> Mutant:
    change = told(PURGE, "IM_KEYRING", f"classes.messages.{path}", value)
    return m(
        f"a second function with a longer {what}", "ceiling", twin(PURGE, "second", put(PURGE, "name", "2"), change)
    )


_RESERVED = "tencentcloud:Scf/reservedConcurrencyConfig:ReservedConcurrencyConfig"
_BOUNDARY = "tencentcloud:Cam/rolePermissionBoundaryAttachment:RolePermissionBoundaryAttachment"
_NO_RETRY, _ROLE = "FunctionEventInvokeConfig im-keyring-purge-no-retry", "Role im-keyring-purge-role"
_INDEX = "Index im-alarm-index"
_NO_PUT = [
    f"name/cos:{act}"
    for act in ("HeadBucket", "GetBucket", "GetBucketVersioning", "GetBucketReplication", "DeleteObject")
]
_LISTED = (
    add("tencentcloud:Vpc/acl:Acl", "n", {}, vpcId="Instance im-network"),
    add("tencentcloud:Vpc/aclAttachment:AclAttachment", "na", {}, aclId="Acl n", subnetId="Instance im-network-1"),
)
TENCENT = [
    m("acts refused but for one", "keyring-guarded?", statement(GUARD, 2, "notAction", ["name/cos:PutObject"])),
    m("acts refused under a condition", "keyring-guarded", statement(GUARD, 2, "condition", _WHEN)),
    m("listing refused under a condition", "keyring-guarded", statement(GUARD, 3, "condition", _WHEN)),
    # What everybody is refused, the function is refused too.
    m("every act in one", "sweeps-proven?", statement(GUARD, 2, "action", ["name/cos:*"])),
    m(
        "versions beside it, by name",
        "keyring-guarded ceiling",
        add(
            f"{_COS}/bucketVersion:BucketVersion",
            "v",
            {"bucket": _NAME, "status": "Enabled"},
        ),
    ),
    m("replicated", "copies-stay-home", put(KEYRING, "replicaRules", [{"status": "Enabled"}])),
    m("a website", "no-public-door", put(KEYRING, "website", {"indexDocument": "x"})),
    _trigger("switched off beside it", "sweeps-alive?", enable="CLOSE"),
    _trigger("not known to be on beside it", "sweeps-alive?", enable=UNKNOWN),
    _trigger("slower beside it", "sweeps-alive?", enable="OPEN", triggerDesc="0 0 2 * * * *"),
    _trigger("not readable beside it", "sweeps-alive?", enable="OPEN", triggerDesc="whenever"),
    _trigger("of a name not known", "sweeps-alive?", enable="CLOSE", triggerName=UNKNOWN),
    _trigger("switched off by name", "sweeps-alive", enable="CLOSE", functionName="im-keyring-purge-ap-jakarta"),
    m("its time ignored", "judged-arguments-count", option(PURGE, ignore_changes=["triggers[0].triggerDesc"])),
    m("told another class", "ceiling", told(PURGE, "IM_KEYRING", "classes", {"x": {"epoch": "PT1H", "life": "P1D"}})),
    _second("life", "life", "P30D"),
    _second("epoch", "epoch", "P1D"),
    m(
        "told to end fewer keys than are made",
        "sweeps-proven",
        told(PURGE, "IM_KEYRING", "delete_limit", 1),
        told(PURGE, "IM_KEYRING", "classes.messages.epoch", "PT30M"),
    ),
    # what its function needs, one of each kind
    m("sweep: another runtime", "sweeps-proven ceiling", put(PURGE, "runtime", "Nodejs16.13")),
    m("sweep: a layer", "sweeps-proven? ceiling?", put(PURGE, "layers", [{"layerName": "x", "layerVersion": 1.0}])),
    m("sweep: a stray field", "sweeps-proven ceiling", told(PURGE, "IM_KEYRING", "note", "x")),
    m(
        "sweep: no run at a time",
        "sweeps-proven ceiling",
        add(_RESERVED, "r", {"reservedConcurrencyMem": 0.0}, functionName=PURGE),
    ),
    m("sweep: events wait", "ceiling", put(_NO_RETRY, "asyncTriggerConfig.msgTtl", 21600.0)),
    m("sweep: a boundary", "sweeps-proven? ceiling?", add(_BOUNDARY, "b", {"policyId": "1234567"}, roleId=_ROLE)),
    m("sweep: an access list", "sweeps-proven ceiling", *_LISTED),
    m("sweep: another zip", "sweeps-proven?", put(PURGE, "zipFile", "../build/purge-6ffa5e357c76b259.zip")),
    m("sweep: other code by its name", "sweeps-proven?", put(PURGE, "cosObjectName", "x.zip")),
    m("sweep: less memory than a run takes", "sweeps-proven", put(PURGE, "memSize", 64.0)),
    m("sweep: a key that is not its own", "sweeps-proven?", put(PURGE, "environment.IM_KEYRING_KEY", "abcdefgh-1")),
    m("sweep: a trigger that says more", "sweeps-alive?", put(PURGE, "triggers.0.enable", "CLOSE")),
    m("sweep: events of another namespace's function", "ceiling", put(_NO_RETRY, "namespace", "other")),
    m(
        "sweep: may make no key",
        "sweeps-proven?",
        statement("Policy im-keyring-purge-policy", 0, "action", _NO_PUT, "document"),
    ),
    m("sweep: inner addresses inside", "sweeps-proven?", put("Instance im-network", "cidrBlock", "169.254.0.0/16")),
    m(
        "alarm: raised between two runs",
        "sweeps-watched",
        put("Alarm im-alarm", "alarmTargets.0.startTimeOffset", -45.0),
    ),
    *(
        m(
            f"alarm: a log in which no word is found ({name})",
            "sweeps-watched",
            put(_INDEX, "rule.fullText.tokenizer", parts),
        )
        for name, parts in (("not parted", "@&"), ("in parts", '" k'))
    ),
    m("sweep: name servers", "sweeps-proven?", put("Instance im-network", "dnsServers", ["10.0.0.53"])),
    # Copies of a sealed class end with their keys, whatever keeps them.
    m(
        "MongoDB backups long-term",
        "",
        put("InstanceBackupRule im-mongodb-backups", "longTermUnit", "monthly"),
        put("InstanceBackupRule im-mongodb-backups", "longTermExpiredDays", 365.0),
    ),
    m("messages for 25 days", "", put("Topic im-ckafka-messages", "retention", 25 * 86_400_000.0)),
    m("profiles for 10 days", "ceiling", put("Topic im-ckafka-profile-changes", "retention", 10 * 86_400_000.0)),
    m("a topic for anybody", "no-public-door", lose("Acl im-ckafka-messages-read", "Acl im-ckafka-messages-write")),
    m(
        "avatars versioned for long",
        "ceiling",
        put("Bucket im-avatars", "versioningEnable", True),
        put("Bucket im-avatars", "lifecycleRules.0.nonCurrentExpiration", {"nonCurrentDays": 400.0}),
    ),
    m(
        "a bucket beside all components",
        "declared-holdings ceiling",
        add(f"{_COS}/bucket:Bucket", "b", {"bucket": "b-1250000000", "acl": "private"}),
    ),
    # Its own lifecycle ends media within the period, and a master key covers them: a stack may say they are in clear.
    m(
        "media without a seal or a word of one",
        "",
        declare("im-media", "holdings.0.seals", []),
        declare("im-media", "flows.0.sealed", False),
    ),
]
