"""A stack that every linter passes: seven days promised, seven days set, everything private and encrypted."""

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

from im_stack.components.plan.budget import plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.program import declared, secret
from im_stack.components.tencent.cos import https_only
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.mysql import Mysql, MysqlArgs

BUCKET = "im-photos-1250000000"

provider = tencentcloud.Provider("jakarta", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)

photos = cos.Bucket(
    "photos",
    bucket=BUCKET,
    acl="private",
    encryption_algorithm="KMS",
    kms_id=keys.key.id,
    lifecycle_rules=[
        cos.BucketLifecycleRuleArgs(filter_prefix="", expiration=cos.BucketLifecycleRuleExpirationArgs(days=7))
    ],
    opts=pinned,
)
cos.BucketPolicy(
    "photos-https", bucket=photos.bucket, policy=https_only(BUCKET, "ap-jakarta", "1250000000"), opts=pinned
)

Mysql(
    "mysql",
    MysqlArgs(
        tables={"chat-log": Placed(plan(declared(), "messages"))},
        keys=keys,
        region="ap-jakarta",
        zones=("ap-jakarta-1", "ap-jakarta-2"),
        size="dev",
        root_password=secret("mysql-root-password"),
    ),
    pinned,
)
