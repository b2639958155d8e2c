# fails: ceiling
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


def forgetful(given: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Somebody's idea of safety: every bucket keeps its versions."""
    if given.type_ != "tencentcloud:Cos/bucket:Bucket":
        return None
    rules = [{"id": "short", "filterPrefix": "", "expiration": {"days": 7}}]
    props = {**given.props, "versioningEnable": True, "lifecycleRules": rules}
    return pulumi.ResourceTransformResult(props=props, opts=given.opts)


pulumi.runtime.register_resource_transform(forgetful)
Bucket("media", args, pinned)
