# fails: ceiling
# deployed: what is made of an id is judged as what it is
import pulumi
import tencentcloud_iac_pulumi as tencentcloud

from im_stack.components.plan.budget import plan
from im_stack.components.program import declared
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider, providers=[provider])
keys = Keys("keys", pinned)
late = pulumi.Output.from_input(keys.key.id).apply(lambda _: 7)


def partly(given: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Everything about the rule is known but its days."""
    if given.type_ != "tencentcloud:Cos/bucket:Bucket":
        return None
    rules = [{"id": "late", "filterPrefix": "", "expiration": {"days": late}}]
    return pulumi.ResourceTransformResult(props={**given.props, "lifecycleRules": rules}, opts=given.opts)


pulumi.runtime.register_resource_transform(partly)
args = BucketArgs("media-1250000000", "1250000000", "ap-jakarta", plan(declared(), "messages"), keys)
Bucket("media", args, pinned)
