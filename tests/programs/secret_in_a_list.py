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


def hidden(given: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """The name of one rule is a secret: the engine then shows none of the rules to a policy."""
    if given.type_ != "tencentcloud:Cos/bucket:Bucket":
        return None
    rules = [dict(rule) for rule in given.props["lifecycleRules"]]
    rules[0]["id"] = pulumi.Output.secret("a-secret-name")
    return pulumi.ResourceTransformResult(props={**given.props, "lifecycleRules": rules}, opts=given.opts)


pulumi.runtime.register_resource_transform(hidden)
Bucket("media", args, pinned)
