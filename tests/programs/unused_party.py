# fails: sub-processors
# parties: [{"name": "Acme", "account": "100000000009"}]
import pulumi
import tencentcloud_iac_pulumi as tencentcloud

from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
Bucket("media", BucketArgs("media-1250000000", "1250000000", "ap-jakarta", plan(declared(), "messages"), keys), pinned)
