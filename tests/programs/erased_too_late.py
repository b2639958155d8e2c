# fails: erasure-in-time
# classes: {"messages": {"erasure": {"within": "P3D", "source": "test"}}}
import pulumi
import tencentcloud_iac_pulumi as tencentcloud

from components.budget import plan
from components.program import declared
from components.tencent.cos import Bucket, BucketArgs
from components.tencent.keys import Keys

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
Bucket("media", BucketArgs("media-1250000000", "1250000000", "ap-jakarta", plan(declared(), "messages"), keys), pinned)
