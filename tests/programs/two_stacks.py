# fails: home-region
import pulumi
import tencentcloud_iac_pulumi as tencentcloud

from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys

for region in ("ap-jakarta", "ap-singapore"):
    provider = tencentcloud.Provider(region, region=region)
    pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
    keys = Keys(f"{region}-keys", pinned)
    name = f"{region}-1250000000"
    Bucket(f"{region}-media", BucketArgs(name, "1250000000", region, plan(declared(), "messages"), keys), pinned)
