# passes
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import vpc

from im_stack.components.plan.budget import plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.program import declared, secret
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.mysql import Mysql, MysqlArgs

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
messages, users = plan(declared(), "messages"), plan(declared(), "user-information")
Bucket("media", BucketArgs("media-1250000000", "1250000000", "ap-jakarta", messages, keys), pinned)
network = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned)
root = secret("mysql-root-password")
zones = ("ap-jakarta-1", "ap-jakarta-2")
Mysql(
    "mysql",
    MysqlArgs({"profiles": Placed(users)}, keys, "ap-jakarta", zones, "dev", root, vpc_id=network.id),
    pinned,
)
