"""Mutants of the stack of calls on Tencent Cloud: one for every static obligation of the TRTC module, and those of
someone who wants media, keys or logs to last. Benign ones have no rule and pass."""

import json
from typing import Final

from tests.harness.mutate import REMOVED, Change, add, declare, lose, option, put
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import m
from tests.stacks.obligations import own

TENCENT_STACK = "tencent-ap-singapore"
_MACHINE, _EXAMPLE = "Instance im-machines-1", "im-customer-keys-example"
_TOPIC, _SECRET = "Topic im-customer-logs-example", f"Secret {_EXAMPLE}"


def _cam(*actions: str, resource: str = "*") -> str:
    return json.dumps(
        {"version": "2.0", "statement": [{"effect": "allow", "action": list(actions), "resource": [resource]}]}
    )


def _trust() -> str:
    of = {"effect": "allow", "principal": {"service": ["scf.qcloud.com"]}, "action": ["name/sts:AssumeRole"]}
    return json.dumps({"version": "2.0", "statement": [of]})


def _tencent_role(*actions: str, name: str = "relay", machine: bool = True, resource: str = "*") -> tuple[Change, ...]:
    """A role with a policy, which a machine takes."""
    made = (
        add("tencentcloud:Cam/role:Role", name, {"name": name, "document": _trust()}),
        add(
            "tencentcloud:Cam/policy:Policy",
            f"{name}-p",
            {"name": f"{name}-p", "document": _cam(*actions, resource=resource)},
        ),
        add(
            "tencentcloud:Cam/rolePolicyAttachment:RolePolicyAttachment",
            f"{name}-a",
            {},
            roleId=f"Role {name}",
            policyId=f"Policy {name}-p",
        ),
    )
    return (*made, put(_MACHINE, "camRoleName", name)) if machine else made


def _disk() -> tuple[Change, ...]:
    return (
        add("tencentcloud:Cbs/storage:Storage", "v", {"availabilityZone": "ap-singapore-1", "storageName": "v"}),
        add(
            "tencentcloud:Cbs/storageAttachment:StorageAttachment", "va", {}, instanceId=_MACHINE, storageId="Storage v"
        ),
    )


OWN: Final = (
    own("TR-NOS-01", "no-store", "a second disk is attached to a machine", *_disk()),
    own(
        "TR-PUR-01",
        "no-store",
        "a machine may send media to be moderated",
        *_tencent_role("ams:CreateAudioModerationTask"),
    ),
    own(
        "TR-PUR-02",
        "separation",
        "two roles may read the keys of customers",
        *_tencent_role("ssm:GetSecretValue", name="one", machine=False),
        *_tencent_role("ssm:GetSecretValue", name="two", machine=False),
    ),
    own(
        "TR-RET-01",
        "floor",
        "keys of customers end by age",
        declare("im-customer-keys", "holdings.0.ttl", "P30D"),
        declare(
            "im-customer-keys",
            "holdings.0.sweep",
            {"name": "keys", "period": "P1D", "run": "PT1H", "repair": "P1D", "by": "a job"},
        ),
    ),
    own("TR-TRM-01", "erasure-in-time", "a deleted secret waits for a week", put(_SECRET, "recoveryWindowInDays", 7.0)),
    own("TR-RET-02", "floor", "logs of a customer end by age", put(_TOPIC, "period", 365.0)),
    own(
        "TR-TRM-02",
        "erasure-in-time",
        "two customers share a log",
        declare("im-customer-logs", "holdings.0.customer", REMOVED),
    ),
    own(
        "TR-DEL-01",
        "erasure-in-time",
        "a request takes ten days",
        said={"classes.trtc-log.erasure.takes": "P10D"},
    ),
    own(
        "TR-REG-01",
        "home-region",
        "a machine's subnet in Jakarta",
        put("Instance im-network-1", "availabilityZone", "ap-jakarta-1"),
    ),
    own(
        "TR-SUB-01",
        "sub-processors",
        "a sub-processor that nothing here uses",
        said={
            "sub-processors.1": {
                "name": "Example",
                "country": "singapore",
                "basis": "agreement",
                "classes": ["trtc-media"],
                "account": "100000000077",
                "source": "decided for this stack",
            }
        },
    ),
    own(
        "TR-KEY-01",
        "encrypted-at-rest",
        "the key that encrypts secrets is switched off",
        put("Key im-keys-key", "isEnabled", False),
    ),
)


def _target(**where: str) -> Change:
    """One more that gets what comes for the machines."""
    return add(
        "tencentcloud:Clb/attachment:Attachment",
        "t",
        {"targets": [{"port": 8443.0, "weight": 10.0, **where}]},
        clbId="Instance im-edge",
        listenerId="Listener im-edge-443",
        ruleId="ListenerRule im-edge-media",
    )


_EGRESS = {"action": "ACCEPT", "protocol": "TCP", "port": "443", "cidrBlock": "10.20.0.0/16"}
_RULES = "GroupRuleSet im-network-machines-rules"
TENCENT: Final = (
    m(
        "a data disk",
        "copies-stay-home",
        put(_MACHINE, "dataDisks", [{"dataDiskType": "CLOUD_SSD", "dataDiskSize": 100}]),
    ),
    m("a second disk", "no-store declared-holdings", *_disk()),
    m(
        "a disk of another stack",
        "no-store",
        add(
            "tencentcloud:Cbs/storageAttachment:StorageAttachment",
            "va",
            {"storageId": "disk-12345678"},
            instanceId=_MACHINE,
        ),
    ),
    m(
        "a disk for a machine that is not known",
        "known-types?",
        add(
            "tencentcloud:Cbs/storageAttachment:StorageAttachment",
            "va",
            {"storageId": "disk-12345678", "instanceId": UNKNOWN},
        ),
    ),
    m(
        "a file system beside it",
        "no-store declared-holdings",
        add(
            "tencentcloud:Cfs/fileSystem:FileSystem",
            "f",
            {"availabilityZone": "ap-singapore-1"},
            vpcId="Instance im-network",
        ),
    ),
    m("a machine type with disks of its own", "no-store?", put(_MACHINE, "instanceType", "IT5.4XLARGE64")),
    m("a machine type that is not known", "no-store?", put(_MACHINE, "instanceType", UNKNOWN)),
    m("a machine of a launch template", "no-public-door", put(_MACHINE, "launchTemplateId", "lt-1")),
    m(
        "a role that may put into a bucket of another account",
        "no-store",
        *_tencent_role("name/cos:PutObject", resource="qcs::cos:ap-singapore:uid/1250000099:theirs-1250000099/*"),
    ),
    m("a role that ships logs", "no-store", *_tencent_role("cls:pushLog")),
    m("a role that records", "no-store", *_tencent_role("trtc:CreateCloudRecording")),
    m("a role that may do anything", "no-store", *_tencent_role("*")),
    m(
        "a role that may do what nobody can read",
        "no-store?",
        *_tencent_role("cls:pushLog"),
        put("Policy relay-p", "document", UNKNOWN),
    ),
    m("a role of another stack", "no-store?", put(_MACHINE, "camRoleName", "theirs")),
    m("a role that is not known", "no-store?", put(_MACHINE, "camRoleName", UNKNOWN)),
    m("BENIGN a role that sees its load balancer", "", *_tencent_role("clb:DescribeTargets", "cvm:DescribeInstances")),
    m("BENIGN a role without a policy", "", *_tencent_role()[:1], put(_MACHINE, "camRoleName", "relay")),
    m("a way to the whole network", "no-store?", put(_RULES, "egresses", [_EGRESS])),
    m(
        "a way to services of the cloud",
        "no-store?",
        put(_RULES, "egresses", [_EGRESS | {"cidrBlock": "169.254.0.0/16"}]),
    ),
    m(
        "BENIGN a way to the name server",
        "",
        put(_RULES, "egresses", [_EGRESS | {"protocol": "UDP", "port": "53", "cidrBlock": "183.60.83.19/32"}]),
    ),
    m("a way in from the whole network", "no-store?", put(_RULES, "ingresses", [_EGRESS])),
    m("media to a machine that is not the stack's", "known-types?", _target(instanceId="ins-12345678")),
    m("media to an address", "known-types?", _target(eniIp="203.0.113.9")),
    m(
        "flow logs in the log of a customer",
        "declared-holdings",
        add(
            "tencentcloud:Vpc/flowLog:FlowLog",
            "f",
            {"resourceType": "VPC", "trafficType": "ALL"},
            vpcId="Instance im-network",
            cloudLogId=_TOPIC,
        ),
    ),
    m(
        "paid in a way that nothing is known of",
        "nothing-survives-deletion",
        put(_MACHINE, "instanceChargeType", "UNDERWRITE"),
    ),
    m("in no group", "no-store?", put(_MACHINE, "orderlySecurityGroups", REMOVED)),
    m("in a zone elsewhere", "home-region", put(_MACHINE, "availabilityZone", "ap-jakarta-1")),
    m("in a group of another stack", "no-store?", put(_MACHINE, "orderlySecurityGroups", ["sg-12345678"])),
    m(
        "prepaid, so that it waits in the recycle bin",
        "nothing-survives-deletion",
        put(_MACHINE, "instanceChargeType", "PREPAID"),
    ),
    m("nothing says that it writes none of it", "no-store?", declare("im-machines", "hops", [])),
    m("media that stay for a day", "ceiling", declare("im-machines", "holdings.0.ttl", "P1D")),
    m(
        "media declared in a topic of logs",
        "no-store",
        declare("im-customer-logs", "holdings.0.dataClass", "trtc-media"),
    ),
    m(
        "no machines at all",
        "stack-complete?",
        lose("im-machines", _MACHINE, "Instance im-machines-2", "Attachment im-machines-targets"),
    ),
    m("machines that say nothing", "declared-holdings", declare("im-machines", "holdings", [])),
    m(
        "snapshots of disks",
        "copies-stay-home",
        add(
            "tencentcloud:Cbs/snapshotPolicyAttachment:SnapshotPolicyAttachment",
            "s",
            {"snapshotPolicyId": "asp-1", "storageId": "disk-1"},
        ),
    ),
    m(
        "an image of a machine",
        "copies-stay-home",
        add("tencentcloud:Image/instance:Instance", "i", {"imageName": "i"}, instanceId=_MACHINE),
    ),
    m("a program in user data", "no-public-door", put(_MACHINE, "userDataRaw", "PRIVATE_KEY=x")),
    m(
        "live recording",
        "known-types?",
        add("tencentcloud:Css/recordTemplate:RecordTemplate", "r", {"templateName": "r"}),
    ),
    m("logs with an age", "floor", put(_TOPIC, "period", 30.0)),
    m("logs in cold storage for ever", "", put(_TOPIC, "storageType", "cold")),
    m("a secret that waits", "erasure-in-time", put(_SECRET, "recoveryWindowInDays", 30.0)),
    m("BENIGN a secret that waits for a day", "", put(_SECRET, "recoveryWindowInDays", 1.0)),
    m(
        "a key in the state",
        "erasure-in-time",
        add(
            "tencentcloud:Ssm/secretVersion:SecretVersion",
            "v",
            {"secretName": f"{_EXAMPLE}-ap-singapore", "versionId": "1"},
        ),
    ),
    m("a customer without a log", "stack-complete?", declare("im-customer-logs", "holdings.0.customer", "sample")),
    m(
        "two customers in one log",
        "declared-holdings",
        declare("im-customer-logs", "holdings.1.store", "im-customer-logs-example"),
    ),
    m(
        "a customer whom the declaration does not name",
        "declared-holdings",
        declare("im-customer-logs", "holdings.0.customer", "other"),
    ),
    m("a log that goes with nothing", "judged-arguments-count", option(_TOPIC, retain_on_delete=True)),
    m("one role reads keys", "", *_tencent_role("ssm:GetSecretValue", name="one", machine=False)),
)
