"""The twin of each benign change on Tencent Cloud: the same type with one argument that opens, keeps or logs."""

from tencent_benign import MACHINE, TRUST
from tencentcloud_iac_pulumi import cam, cbs, cfs, cls, instance, mysql, privatedns, redis, waf

from im_stack.components.declaring import holds, holds_nothing


def add(contract, opts) -> None:  # type: ignore[no-untyped-def]
    """Each resource is called `evil-...`, and every one of them must block."""
    web = {"callback_type": "Http", "url": "https://example.com", "method": "POST"}
    notice = cls.AlarmNotice("evil-notice", name="web", type="All", web_callbacks=[web], opts=opts)
    search = {"logset_id": "x", "topic_id": "x", "number": 1, "start_time_offset": -15, "end_time_offset": 0}
    waits = {
        "monitor_time": {"type": "Period", "time": 15},
        "trigger_count": 1,
        "alarm_period": 60,
        "alarm_notice_ids": [notice.id],
        "opts": opts,
    }
    every = [{**search, "query": "*"}]
    found = {"name": "lines", "type": "original", "content": "*"}
    cls.Alarm("evil-lines", name="a", alarm_targets=every, condition="$1.__QUERYCOUNT__ > 0", analyses=[found], **waits)
    cls.Alarm("evil-values", name="b", alarm_targets=every, condition="$1.remote_addr == 'x'", **waits)
    ours = {"region": "ap-jakarta", "uniq_vpc_id": contract.network.id}
    privatedns.Zone("evil-services", domain="cos.ap-jakarta.myqcloud.com", vpc_sets=[ours], opts=opts)
    theirs = {**ours, "uin": "100000000009"}
    zone = privatedns.Zone("evil-strangers", domain="im.internal", account_vpc_sets=[theirs], opts=opts)
    other = {"region": "ap-jakarta", "uniq_vpc_id": "vpc-00000000"}
    privatedns.Zone("evil-network", domain="other.internal", vpc_sets=[other], opts=opts)
    privatedns.Record(
        "evil-record", zone_id=zone.id, record_type="A", sub_domain="db", record_value="203.0.113.7", opts=opts
    )
    of = {name: endpoint.id for name, endpoint in contract.endpoints.items()}
    mysql.TimeWindow("evil-other-window", instance_id=of["redis"], time_ranges=["02:00-04:00"], opts=opts)
    for name, given in (("file", {"appendonly": "yes"}), ("every-command", {"slowlog-log-slower-than": "0"})):
        redis.Param(f"evil-{name}", instance_id=of["redis"], instance_params=given, opts=opts)
    role = cam.Role("role", name="role", document=TRUST, opts=opts)
    for name in ("AdministratorAccess", "QcloudCOSReadOnlyAccess"):
        cam.RolePolicyAttachmentByName(f"evil-{name}", role_name=role.name, policy_name=name, opts=opts)
    waf.ClbInstance("evil-undeclared-firewall", goods_category="premium_clb", opts=opts)
    waf.ClbDomain("evil-logs", instance_id="x", domain="im.example.com", region="ap-jakarta", cls_status=1, opts=opts)
    machines = [
        instance.Instance("evil-public-machine", allocate_public_ip=True, **MACHINE, opts=opts),
        instance.Instance("evil-bandwidth", internet_max_bandwidth_out=10, **MACHINE, opts=opts),
        instance.Instance(
            "evil-disk", data_disks=[{"data_disk_type": "CLOUD_SSD", "data_disk_size": 50}], **MACHINE, opts=opts
        ),
        instance.Instance("evil-login", key_name="someone", **MACHINE, opts=opts),
    ]
    for each in machines:
        holds_nothing(each, "messages pass through sealed, and nothing is written down")
    kind = {"availability_zone": "ap-jakarta-1", "storage_name": "lines", "storage_size": 50}
    group = cfs.AccessGroup("evil-mounts", name="evil-mounts", opts=opts)
    cfs.AccessRule("evil-mounts-by-all", access_group_id=group.id, auth_client_ip="*", priority=1, opts=opts)
    for each in (
        cbs.Storage("evil-disk-in-clear", storage_type="CLOUD_SSD", **kind, opts=opts),
        cbs.Storage("evil-unswept", storage_type="CLOUD_SSD", encrypt=True, **kind, opts=opts),
        cfs.FileSystem("evil-files", availability_zone="ap-jakarta-1", access_group_id="pgroupbasic", opts=opts),
    ):
        holds(each, "access-logs")
    instance.Instance("evil-undeclared-machine", **MACHINE, opts=opts)
