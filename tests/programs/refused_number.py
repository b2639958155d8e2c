# fails: known-types
# plugin: retentionPeriod
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import mysql

provider = tencentcloud.Provider("home", region="ap-jakarta")
opts = pulumi.ResourceOptions(provider=provider)
database = mysql.Instance(
    "db", instance_name="db", mem_size=1000, volume_size=50, root_password="Aa1-xxxxxxxx", opts=opts
)
mysql.BackupPolicy("backups", mysql_id=database.id, retention_period=3, opts=opts)
