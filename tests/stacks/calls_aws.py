"""Mutants of the stack of calls on AWS: those of someone who wants media, keys or logs to last. Benign ones
have no rule and pass."""

import json
from typing import Any, Final

from tests.harness.mutate import REMOVED, Change, add, declare, put
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import m

AWS_STACK = "aws-ap-southeast-1"
_MACHINE, _EXAMPLE = "Instance im-machines-1", "im-customer-keys-example"
_GROUP, _SECRET = "LogGroup im-customer-logs-example", f"Secret {_EXAMPLE}"


def _iam(*actions: str, resource: str = "*", **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _trust() -> str:
    who = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [who]})


def _aws_role(
    *actions: str, name: str = "relay", machine: bool = True, resource: str = "*", **more: Any
) -> tuple[Change, ...]:
    """A role with a policy, which a machine takes by a profile."""
    made = (
        add("aws:iam/role:Role", name, {"name": name, "assumeRolePolicy": _trust()}),
        add(
            "aws:iam/rolePolicy:RolePolicy",
            f"{name}-p",
            {"role": name, "policy": _iam(*actions, resource=resource, **more)},
        ),
        add("aws:iam/instanceProfile:InstanceProfile", f"{name}-i", {"name": f"{name}-i", "role": name}),
    )
    return (*made, put(_MACHINE, "iamInstanceProfile", f"{name}-i")) if machine else made


def _volume(**inputs: Any) -> tuple[Change, ...]:
    return (
        add("aws:ebs/volume:Volume", "v", {"availabilityZone": "ap-southeast-1a", "encrypted": True, **inputs}),
        add(
            "aws:ec2/volumeAttachment:VolumeAttachment",
            "va",
            {"deviceName": "/dev/sdf"},
            instanceId=_MACHINE,
            volumeId="Volume v",
        ),
    )


_OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_TO = {"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0}
_MACHINES = "SecurityGroup im-network-machines"


def _out(**links: str) -> Change:
    own = {key: value for key, value in links.items() if not value.startswith(("SecurityGroup ", "VpcEndpoint "))}
    return add(
        _OUT, "out", {**_TO, **own}, securityGroupId=_MACHINES, **{k: v for k, v in links.items() if k not in own}
    )


def _in(**links: str) -> Change:
    own = {key: value for key, value in links.items() if not value.startswith("SecurityGroup ")}
    type_ = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    named = {key: value for key, value in links.items() if key not in own}
    return add(type_, "in", {**_TO, **own}, securityGroupId=_MACHINES, **named)


def _named(action: str) -> str:
    """A policy of something that names the role `relay`."""
    who = {"AWS": "arn:aws:iam::123456789012:role/relay"}
    about = {} if action.startswith("sts:") else {"Resource": "*"}
    statement = {"Effect": "Allow", "Principal": who, "Action": action, **about}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _said_by_secret(action: str) -> Change:
    policy = {"policy": _named(f"secretsmanager:{action}")}
    return add("aws:secretsmanager/secretPolicy:SecretPolicy", "sp", policy, secretArn=_SECRET)


AWS: Final = (
    m("a second volume", "no-store declared-holdings", *_volume()),
    m(
        "a volume of another stack",
        "no-store",
        add(
            "aws:ec2/volumeAttachment:VolumeAttachment",
            "va",
            {"deviceName": "/dev/sdf", "volumeId": "vol-1"},
            instanceId=_MACHINE,
        ),
    ),
    m(
        "a volume for a machine that is not known",
        "known-types?",
        add(
            "aws:ec2/volumeAttachment:VolumeAttachment",
            "va",
            {"deviceName": "/dev/sdf", "volumeId": "vol-1", "instanceId": UNKNOWN},
        ),
    ),
    m("a block device", "copies-stay-home", put(_MACHINE, "ebsBlockDevices", [{"deviceName": "/dev/sdf"}])),
    m(
        "a disk of its host",
        "no-store",
        put(_MACHINE, "ephemeralBlockDevices", [{"deviceName": "/dev/sdf", "virtualName": "ephemeral0"}]),
    ),
    m("block devices that are not known", "no-store?", put(_MACHINE, "ephemeralBlockDevices", UNKNOWN)),
    m("a machine type with disks of its own", "no-store?", put(_MACHINE, "instanceType", "c5d.large")),
    m("a machine of a launch template", "no-public-door", put(_MACHINE, "launchTemplate", {"id": "lt-1"})),
    m(
        "a launch template beside it",
        "known-types?",
        add("aws:ec2/launchTemplate:LaunchTemplate", "lt", {"blockDeviceMappings": [{"deviceName": "/dev/sdf"}]}),
    ),
    m("an unencrypted system disk", "encrypted-at-rest", put(_MACHINE, "rootBlockDevice.encrypted", False)),
    m("nothing said of the system disk", "encrypted-at-rest", put(_MACHINE, "rootBlockDevice", REMOVED)),
    m(
        "a system disk that stays",
        "nothing-survives-deletion",
        put(_MACHINE, "rootBlockDevice.deleteOnTermination", False),
    ),
    m("BENIGN a system disk that ends by default", "", put(_MACHINE, "rootBlockDevice.deleteOnTermination", REMOVED)),
    m("memory on the disk", "copies-stay-home", put(_MACHINE, "hibernation", True)),
    m(
        "a role that may put into a bucket of another account",
        "no-store",
        *_aws_role("s3:PutObject", resource="arn:aws:s3:::theirs/*"),
    ),
    m("a role that ships logs", "no-store", *_aws_role("logs:PutLogEvents")),
    m("a role that transcribes", "no-store", *_aws_role("transcribe:StartStreamTranscription")),
    m("a role that may do anything of one service", "no-store", *_aws_role("kinesis:*")),
    m(
        "a role that may do all but one thing",
        "no-store",
        *_aws_role(),
        put(
            "RolePolicy relay-p",
            "policy",
            json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "NotAction": "s3:PutObject", "Resource": "*"}],
                }
            ),
        ),
    ),
    m(
        "a role that may do what nobody can read",
        "no-store?",
        *_aws_role("s3:PutObject"),
        put("RolePolicy relay-p", "policy", UNKNOWN),
    ),
    m("a profile of another stack", "no-store?", put(_MACHINE, "iamInstanceProfile", "theirs")),
    m("a profile that is not known", "no-store?", put(_MACHINE, "iamInstanceProfile", UNKNOWN)),
    m("BENIGN a role that sees its load balancer", "", *_aws_role("elasticloadbalancing:DescribeTargetHealth")),
    m(
        "BENIGN a role that is refused what it is allowed",
        "",
        *_aws_role(),
        put(
            "RolePolicy relay-p",
            "policy",
            json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
                        {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
                    ],
                }
            ),
        ),
    ),
    m(
        "another role that its role may take",
        "no-store",
        *_aws_role("secretsmanager:GetSecretValue"),
        add("aws:iam/role:Role", "next", {"name": "next", "assumeRolePolicy": _named("sts:AssumeRole")}),
        add("aws:iam/rolePolicy:RolePolicy", "next-p", {"role": "next", "policy": _iam("logs:PutLogEvents")}),
    ),
    m("a secret that its role may fill", "no-store", *_aws_role("kms:Decrypt"), _said_by_secret("PutSecretValue")),
    m(
        "two roles that read keys, one by the policy of the secret",
        "separation",
        *_aws_role("secretsmanager:GetSecretValue", name="one", machine=False),
        *_aws_role("kms:Decrypt", machine=False),
        _said_by_secret("GetSecretValue"),
    ),
    m("BENIGN a secret that its role may read", "", *_aws_role("kms:Decrypt"), _said_by_secret("GetSecretValue")),
    m("a way in from the whole network", "no-store?", _in(cidrIpv4="10.20.0.0/16")),
    m("BENIGN a way in from its own group", "", _in(referencedSecurityGroupId=_MACHINES)),
    m("a way to buckets", "no-store?", _out(prefixListId="VpcEndpoint im-network-to-s3")),
    m("a way to the whole network", "no-store?", _out(cidrIpv4="10.20.0.0/16")),
    m(
        "a database in a group that it may connect to",
        "no-store declared-holdings",
        add("aws:ec2/securityGroup:SecurityGroup", "g", {"description": "g"}, vpcId="Vpc im-network"),
        add("aws:rds/instance:Instance", "db", {"engine": "mysql"}, vpcSecurityGroupIds="SecurityGroup g"),
        _out(referencedSecurityGroupId="SecurityGroup g"),
    ),
    m("BENIGN a way to its own group", "", _out(referencedSecurityGroupId=_MACHINES)),
    m("in no group", "no-store?", put(_MACHINE, "vpcSecurityGroupIds", REMOVED)),
    m(
        "memory on the disk at an interruption",
        "copies-stay-home",
        put(_MACHINE, "instanceMarketOptions", {"spotOptions": {"instanceInterruptionBehavior": "hibernate"}}),
    ),
    m("in a zone elsewhere", "home-region", put(_MACHINE, "availabilityZone", "us-east-1a")),
    m(
        "a file system beside it",
        "no-store declared-holdings",
        add("aws:efs/fileSystem:FileSystem", "f", {"encrypted": True}),
    ),
    m(
        "a plan that backs up machines",
        "no-store?",
        add("aws:backup/vault:Vault", "bv", {"name": "bv"}),
        add(
            "aws:backup/plan:Plan",
            "bp",
            {"name": "bp", "rules": [{"ruleName": "r", "targetVaultName": "bv", "schedule": "cron(0 5 * * ? *)"}]},
        ),
        add("aws:backup/selection:Selection", "bs", {"resources": ["*"], "name": "bs"}, planId="Plan bp"),
    ),
    m(
        "snapshots by a lifecycle",
        "copies-stay-home",
        add("aws:dlm/lifecyclePolicy:LifecyclePolicy", "s", {"description": "s"}),
    ),
    m(
        "an image of a machine",
        "copies-stay-home",
        add("aws:ec2/amiFromInstance:AmiFromInstance", "i", {}, sourceInstanceId=_MACHINE),
    ),
    m("a key in user data", "no-public-door", put(_MACHINE, "userData", "PRIVATE_KEY=x")),
    m("nothing says that it writes none of it", "no-store?", declare("im-machines", "hops", [])),
    m("media that stay for a day", "ceiling", declare("im-machines", "holdings.0.ttl", "P1D")),
    m(
        "a stream of video",
        "known-types?",
        add("aws:kinesis/videoStream:VideoStream", "r", {"dataRetentionInHours": 24.0}),
    ),
    m("media in a queue", "no-store", add("aws:sqs/queue:Queue", "q", {"name": "q"})),
    m("logs with an age", "floor", put(_GROUP, "retentionInDays", 3653.0)),
    m("logs that stay when the group is deleted", "nothing-survives-deletion", put(_GROUP, "skipDestroy", True)),
    m("a secret that waits by default", "erasure-in-time", put(_SECRET, "recoveryWindowInDays", REMOVED)),
    m("a secret that waits a week", "erasure-in-time", put(_SECRET, "recoveryWindowInDays", 7.0)),
    m(
        "a key in the state",
        "erasure-in-time",
        add("aws:secretsmanager/secretVersion:SecretVersion", "v", {}, secretId=_SECRET),
    ),
    m("a secret elsewhere, too", "copies-stay-home", put(_SECRET, "replicas", [{"region": "us-east-1"}])),
    m(
        "two roles that read keys",
        "separation",
        *_aws_role("secretsmanager:GetSecretValue", name="one", machine=False),
        *_aws_role("secretsmanager:GetSecretValue", name="two", machine=False),
    ),
    m("BENIGN one role that reads keys", "", *_aws_role("secretsmanager:GetSecretValue", name="one", machine=False)),
    m("a customer without a log", "stack-complete?", declare("im-customer-logs", "holdings.0.customer", "sample")),
)
