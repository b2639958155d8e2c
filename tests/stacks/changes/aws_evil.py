"""The twin of each benign change on AWS: the same type with one argument that opens, keeps or logs."""

import json

import pulumi_aws as aws
from aws_benign import LOGS, seen, trusts

from im_stack.components.declaring import holds, holds_nothing

_ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "sns:Subscribe", "Resource": "*"}
_MANAGED = "arn:aws:iam::aws:policy/"
_AWAY = {"logDriver": "splunk", "options": {"splunk-url": "https://example.com"}}
_OTHER = {"logDriver": "awslogs", "options": {"awslogs-group": "another", "awslogs-region": "ap-southeast-3"}}


def add(contract, opts) -> None:  # type: ignore[no-untyped-def]
    """Each resource is called `evil-...`, and every one of them must block."""
    text = json.dumps({"Version": "2012-10-17", "Statement": [_ANYONE]})
    topic = aws.sns.Topic("evil-topic", name="open", policy=text, opts=opts)
    holds_nothing(topic, "alarms publish names and numbers only")
    aws.sns.Topic("evil-undeclared-topic", name="undeclared", opts=opts)
    foreign = "arn:aws:sns:ap-southeast-3:999999999999:other"
    aws.sns.TopicSubscription("evil-mail", topic=foreign, protocol="email", endpoint="ops@example.com", opts=opts)
    look = {"scope": "REGIONAL", "default_action": {"allow": {}}, "opts": opts}
    aws.wafv2.WebAcl("evil-samples", visibility_config=seen(True), **look)
    acl = aws.wafv2.WebAcl("logged", visibility_config=seen(False), **look)
    bucket = "arn:aws:s3:::aws-waf-logs-x"
    aws.wafv2.WebAclLoggingConfiguration("evil-logs", resource_arn=acl.arn, log_destination_configs=[bucket], opts=opts)
    zone = aws.route53.Zone("inside", name="im.internal", vpcs=[{"vpc_id": contract.network.id}], opts=opts)
    away = {"name": "db.im.internal", "type": "A", "ttl": 300, "records": ["203.0.113.7"]}
    aws.route53.Record("evil-record", zone_id=zone.zone_id, **away, opts=opts)
    may = {"engine": "valkey", "access_string": "on ~* +@all", "opts": opts}
    aws.elasticache.User("evil-user", user_id="open", user_name="open", no_password_required=True, **may)
    aws.elasticache.UserGroup("evil-users", engine="valkey", user_group_id="users", user_ids=["default"], opts=opts)
    role = aws.iam.Role("role", name="role", assume_role_policy=trusts("ecs-tasks.amazonaws.com"), opts=opts)
    for name in ("AdministratorAccess", "ReadOnlyAccess"):
        aws.iam.RolePolicyAttachment(f"evil-{name}", role=role.name, policy_arn=f"{_MANAGED}{name}", opts=opts)
    holds(aws.cloudwatch.LogGroup("evil-for-ever", name="for-ever", opts=opts), "access-logs")
    tasks = [
        aws.ecs.TaskDefinition(
            f"evil-{name}",
            family=name,
            container_definitions=json.dumps([{**LOGS[0], "logConfiguration": logs}]),
            opts=opts,
        )
        for name, logs in (("logs-away", _AWAY), ("logs-elsewhere", _OTHER))
    ]
    inside = {"subnets": contract.network.subnets, "assign_public_ip": True}
    services = [
        aws.ecs.Service("evil-shell", enable_execute_command=True, opts=opts),
        aws.ecs.Service("evil-public-service", network_configuration=inside, opts=opts),
        aws.ecs.Cluster("evil-sessions", configuration={"execute_command_configuration": {}}, opts=opts),
    ]
    machine = {"ami": "ami-00000000", "instance_type": "t3.small", "opts": opts}
    machines = [
        aws.ec2.Instance("evil-public-machine", associate_public_ip_address=True, **machine),
        aws.ec2.Instance("evil-disk", ebs_block_devices=[{"device_name": "/dev/sdf"}], **machine),
        aws.ec2.Instance("evil-login", key_name="someone", **machine),
        aws.guardduty.Detector("evil-snapshots", datasources={"s3_logs": {"enable": True}}, opts=opts),
    ]
    for each in (*tasks, *services, *machines):
        holds_nothing(each, "messages pass through sealed, and nothing is written down")
    clear = aws.ebs.Volume("evil-disk-in-clear", availability_zone="ap-southeast-3a", size=8, opts=opts)
    mounted = aws.efs.FileSystem("evil-mounts-in-clear", encrypted=True, opts=opts)
    unswept = aws.ebs.Volume("evil-unswept", availability_zone="ap-southeast-3a", size=8, encrypted=True, opts=opts)
    for each in (clear, mounted, unswept):
        holds(each, "access-logs")
    aws.ec2.Instance("evil-undeclared-machine", **machine)
    aws.ssm.Parameter("evil-undeclared-parameter", type="String", value="on", opts=opts)
