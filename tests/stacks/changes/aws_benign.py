"""What a normal team adds to a stack on AWS. Runs after the stack's own program; `opts` has its provider."""

import json
from datetime import timedelta

import pulumi
import pulumi_aws as aws

from im_stack.components.declaring import holds, holds_nothing
from im_stack.terms.stack.wire import Sweep

REGION, LOGS = "ap-southeast-3", [{"name": "api", "image": "api:1"}]


def trusts(service: str) -> str:
    """A trust policy for one service of the cloud."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def seen(sampled: bool) -> dict[str, object]:
    """Numbers of requests, and whether some of them are kept."""
    return {"cloudwatch_metrics_enabled": True, "metric_name": "waf", "sampled_requests_enabled": sampled}


def add(contract, opts) -> None:  # type: ignore[no-untyped-def]
    """Everything a review called benign, each with the one line that it needs."""
    topic = aws.sns.Topic("alarms", name="alarms", opts=opts)
    holds_nothing(topic, "alarms publish names and numbers only")
    aws.sns.TopicSubscription("mail", topic=topic.arn, protocol="email", endpoint="ops@example.com", opts=opts)
    aws.cloudwatch.MetricAlarm(
        "busy",
        namespace="AWS/RDS",
        metric_name="CPUUtilization",
        statistic="Average",
        comparison_operator="GreaterThanThreshold",
        threshold=80,
        period=300,
        evaluation_periods=3,
        alarm_actions=[topic.arn],
        opts=opts,
    )
    acl = aws.wafv2.WebAcl(
        "waf", scope="REGIONAL", default_action={"allow": {}}, visibility_config=seen(False), opts=opts
    )
    aws.wafv2.WebAclAssociation("waf-edge", resource_arn=contract.edge.id, web_acl_arn=acl.arn, opts=opts)
    zone = aws.route53.Zone("inside", name="im.internal", vpcs=[{"vpc_id": contract.network.id}], opts=opts)
    host = contract.endpoints["mysql"].host
    aws.route53.Record(
        "db", zone_id=zone.zone_id, name="db.im.internal", type="CNAME", ttl=300, records=[host], opts=opts
    )
    may = {"engine": "valkey", "access_string": "on ~* +@read", "opts": opts}
    secret = pulumi.Output.secret(["a-password-of-an-account-1"])
    user = aws.elasticache.User("reader", user_id="reader", user_name="reader", passwords=secret, **may)
    aws.elasticache.UserGroup("readers", engine="valkey", user_group_id="readers", user_ids=[user.user_id], opts=opts)
    role = aws.iam.Role("tasks", name="tasks", assume_role_policy=trusts("ecs-tasks.amazonaws.com"), opts=opts)
    managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    aws.iam.RolePolicyAttachment("tasks-run", role=role.name, policy_arn=managed, opts=opts)
    group = aws.cloudwatch.LogGroup("application", name="application", retention_in_days=14, opts=opts)
    holds(group, "access-logs")
    cluster = aws.ecs.Cluster("applications", name="applications", opts=opts)
    options = {"awslogs-group": "application", "awslogs-region": REGION, "awslogs-stream-prefix": "api"}
    logged = [{**LOGS[0], "logConfiguration": {"logDriver": "awslogs", "options": options}}]
    text = pulumi.Output.json_dumps(logged)
    task = aws.ecs.TaskDefinition(
        "api-task", family="api", container_definitions=text, execution_role_arn=role.arn, opts=opts
    )
    inside = {"subnets": contract.network.subnets, "security_groups": [contract.network.security_group]}
    service = aws.ecs.Service(
        "api", cluster=cluster.arn, task_definition=task.arn, network_configuration=inside, desired_count=2, opts=opts
    )
    machine = aws.ec2.Instance(
        "worker", ami="ami-00000000", instance_type="t3.small", subnet_id=contract.network.subnets[0], opts=opts
    )
    parameter = aws.ssm.Parameter("switch", type="String", value="on", opts=opts)
    detector = aws.guardduty.Detector("findings", enable=True, opts=opts)
    sweep = Sweep(name="old-lines", period="P1D", run="PT1H", repair="P1D", by="logrotate")
    disk = aws.ebs.Volume("lines", availability_zone=f"{REGION}a", size=8, encrypted=True, opts=opts)
    files = aws.efs.FileSystem("shared-lines", encrypted=True, opts=opts)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    tls = [{**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]
    policy = json.dumps({"Version": "2012-10-17", "Statement": tls})
    aws.efs.FileSystemPolicy("shared-lines-tls", file_system_id=files.id, policy=policy, opts=opts)
    for each in (disk, files):
        holds(each, "access-logs", ttl=timedelta(days=14), sweep=sweep)
    for each in (cluster, task, service, machine, parameter, detector):
        holds_nothing(each, "messages pass through sealed, and nothing is written down")
