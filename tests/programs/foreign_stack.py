# fails: ceiling, copies-stay-home, declared-holdings, encrypted-at-rest, no-public-door, nothing-survives-deletion
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms, mysql, redis

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
key = kms.Key("key", alias="key", is_enabled=True, opts=pinned)
rules = [
    cos.BucketLifecycleRuleArgs(filter_prefix="", expiration=cos.BucketLifecycleRuleExpirationArgs(days=7)),
]
media = cos.Bucket(
    "media",
    bucket="media-1250000000",
    acl="private",
    encryption_algorithm="KMS",
    kms_id=key.id,
    lifecycle_rules=rules,
    opts=pinned,
)
database = mysql.Instance(
    "db",
    instance_name="db",
    mem_size=1000,
    volume_size=50,
    availability_zone="ap-jakarta-1",
    root_password="Aa1-xxxxxxxx",
    opts=pinned,
)
mysql.BackupPolicy("backups", mysql_id=database.id, retention_period=7, binlog_period=7, opts=pinned)
mysql.RemoteBackupConfig(
    "remote",
    instance_id=database.id,
    remote_backup_save="on",
    remote_binlog_save="on",
    remote_regions=["ap-singapore"],
    expire_days=7,
    opts=pinned,
)
redis.Instance("cache", mem_size=1024, type_id=8, availability_zone="ap-jakarta-1", opts=pinned)
