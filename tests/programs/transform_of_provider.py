# fails: home-region
import pulumi
import tencentcloud_iac_pulumi as tencentcloud

from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
args = BucketArgs("media-1250000000", "1250000000", "ap-jakarta", plan(declared(), "messages"), keys)
abroad = tencentcloud.Provider("abroad", region="ap-singapore")


def move(given: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if given.type_ != "tencentcloud:Cos/bucket:Bucket":
        return None
    moved = pulumi.ResourceOptions.merge(given.opts, pulumi.ResourceOptions(provider=abroad))
    return pulumi.ResourceTransformResult(props=given.props, opts=moved)


pulumi.runtime.register_resource_transform(move)
Bucket("media", args, pinned)
