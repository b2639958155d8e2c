# fails: copies-stay-home
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import mysql

from im_stack.components.plan.budget import plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.program import declared, secret
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.mysql import Mysql, MysqlArgs

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
users, zones = plan(declared(), "user-information"), ("ap-jakarta-1", "ap-jakarta-2")
args = MysqlArgs({"profiles": Placed(users)}, keys, "ap-jakarta", zones, "dev", secret("mysql-root-password"))
database = Mysql("mysql", args, pinned)
mysql.RemoteBackupConfig(
    "remote",
    instance_id=database.instance.id,
    remote_backup_save="on",
    remote_binlog_save="on",
    remote_regions=["ap-singapore"],
    expire_days=7,
    opts=pinned,
)
