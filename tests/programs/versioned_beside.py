# fails: ceiling
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
args = BucketArgs("media-1250000000", "1250000000", "ap-jakarta", plan(declared(), "messages"), keys)
media = Bucket("media", args, pinned)
rules = [
    cos.BucketLifecycleRuleArgs(filter_prefix="", expiration=cos.BucketLifecycleRuleExpirationArgs(days=7)),
]
photos = cos.Bucket("photos", bucket="photos-1250000000", lifecycle_rules=rules, opts=pinned)
cos.BucketVersion("photos-versions", bucket=photos.bucket, status="Enabled", opts=pinned)
