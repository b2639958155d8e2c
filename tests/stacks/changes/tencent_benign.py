"""What a normal team adds to a stack on Tencent Cloud. Runs after the stack's own program; `opts` has its provider."""

import json
from datetime import timedelta

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cam, cbs, cfs, cls, instance, mongodb, monitor, mysql, privatedns, redis, waf

from im_stack.components.declaring import holds, holds_nothing
from im_stack.terms.stack.wire import Sweep

TRUST = json.dumps(
    {
        "version": "2.0",
        "statement": [
            {"effect": "allow", "action": ["name/sts:AssumeRole"], "principal": {"service": ["scf.qcloud.com"]}}
        ],
    }
)
MACHINE = {"availability_zone": "ap-jakarta-1", "image_id": "img-0", "instance_type": "S5.SMALL1"}


def add(contract, opts) -> None:  # type: ignore[no-untyped-def]
    """Everything a review called benign, each with the one line that it needs."""
    assert tencentcloud
    told = {"receiver_type": "Group", "receiver_ids": [1], "receiver_channels": ["Email"]}
    team = cls.AlarmNotice("team", name="team", type="All", notice_receivers=[told], opts=opts)
    logset = cls.Logset("logs", logset_name="logs", opts=opts)
    search = {"logset_id": logset.id, "topic_id": "x", "query": "status:>500 | select count(*) as errors", "number": 1}
    cls.Alarm(
        "errors",
        name="errors",
        alarm_targets=[{**search, "start_time_offset": -15, "end_time_offset": 0}],
        condition="$1.errors > 10",
        monitor_time={"type": "Period", "time": 15},
        trigger_count=1,
        alarm_period=60,
        alarm_notice_ids=[team.id],
        opts=opts,
    )
    ways = {"receiver_type": "USER", "start_time": 0, "end_time": 86399, "notice_ways": ["EMAIL"], "user_ids": [1]}
    notice = monitor.AlarmNotice(
        "notice", name="notice", notice_type="ALL", notice_language="en-US", user_notices=[ways], opts=opts
    )
    rule = {"metric_name": "CpuUseRate", "period": 60, "operator": "gt", "value": "80", "continue_period": 2}
    monitor.AlarmPolicy(
        "busy",
        policy_name="busy",
        monitor_type="MT_QCE",
        namespace="cdb_detail",
        notice_ids=[notice.id],
        conditions={"is_union_rule": 1, "rules": [rule]},
        opts=opts,
    )
    network = {"region": "ap-jakarta", "uniq_vpc_id": contract.network.id}
    zone = privatedns.Zone("inside", domain="im.internal", vpc_sets=[network], opts=opts)
    host = contract.endpoints["mysql"].host
    privatedns.Record("db", zone_id=zone.id, record_type="A", sub_domain="db", record_value=host, opts=opts)
    of = {name: endpoint.id for name, endpoint in contract.endpoints.items()}
    secret = pulumi.Output.secret("a-password-of-an-account-1")
    mysql.Account("reader", mysql_id=of["mysql"], name="reader", password=secret, host="10.%", opts=opts)
    mysql.Privilege("reader-may", mysql_id=of["mysql"], account_name="reader", globals=["SELECT"], opts=opts)
    mysql.TimeWindow("mysql-window", instance_id=of["mysql"], time_ranges=["02:00-04:00"], opts=opts)
    mongodb.InstanceAccount(
        "writer", instance_id=of["mongodb"], user_name="writer", password=secret, mongo_user_password=secret, opts=opts
    )
    quiet = [{"key": "setParameter.cursorTimeoutMillis", "value": "600000"}]
    mongodb.InstanceParams("mongodb-parameters", instance_id=of["mongodb"], instance_params=quiet, opts=opts)
    redis.Account(
        "cache",
        instance_id=of["redis"],
        account_name="cache",
        account_password=secret,
        privilege="rw",
        readonly_policies=["master"],
        opts=opts,
    )
    redis.MaintenanceWindow("redis-window", instance_id=of["redis"], start_time="17:00", end_time="19:00", opts=opts)
    redis.Param("redis-parameters", instance_id=of["redis"], instance_params={"timeout": "300"}, opts=opts)
    role = cam.Role("operators", name="operators", document=TRUST, opts=opts)
    cam.RolePolicyAttachmentByName("reads", role_name=role.name, policy_name="QcloudCVMReadOnlyAccess", opts=opts)
    firewall = waf.ClbInstance("firewall", goods_category="premium_clb", opts=opts)
    holds_nothing(firewall, "what it refused, which is no message of a user")
    balancer = {
        "load_balancer_id": contract.edge.id,
        "load_balancer_name": "edge",
        "listener_id": contract.edge.listeners[443],
        "listener_name": "https",
        "vip": "203.0.113.7",
        "vport": 443,
        "region": "ap-jakarta",
        "protocol": "HTTPS",
        "zone": "ap-jakarta-1",
        "numerical_vpc_id": 1,
        "load_balancer_type": "OPEN",
    }
    waf.ClbDomain(
        "firewall-edge",
        instance_id=firewall.id,
        domain="im.example.com",
        region="ap-jakarta",
        load_balancer_sets=[balancer],
        opts=opts,
    )
    placed = {"vpc_id": contract.network.id, "subnet_id": contract.network.subnets[0]}
    sweep = Sweep(name="old-lines", period="P1D", run="PT1H", repair="P1D", by="logrotate")
    kind = {"availability_zone": "ap-jakarta-1", "storage_name": "lines", "storage_size": 50, "encrypt": True}
    disk = cbs.Storage("lines", storage_type="CLOUD_SSD", force_delete=True, **kind, opts=opts)
    group = cfs.AccessGroup("mounts", name="mounts", opts=opts)
    cfs.AccessRule("mounts-inside", access_group_id=group.id, auth_client_ip="10.0.0.0/8", priority=1, opts=opts)
    files = cfs.FileSystem(
        "shared-lines", availability_zone="ap-jakarta-1", access_group_id=group.id, **placed, opts=opts
    )
    holds(disk, "access-logs", ttl=timedelta(days=14), sweep=sweep)
    holds(files, "access-logs", ttl=timedelta(days=14), sweep=sweep, encrypted_by="the web server")
    holds_nothing(
        instance.Instance("worker", **MACHINE, **placed, opts=opts),
        "messages pass through sealed, and nothing is written down",
    )
