# fails: known-types
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
media = Bucket("media", args, pinned)


class Other(pulumi.ComponentResource):
    def __init__(self) -> None:
        declares = {"version": 1, "holdings": [{"name": "x", "store": "y", "dataClass": "none", "clock": "birth"}]}
        super().__init__("test:index:Other", "other", {"imDeclares": declares}, pinned)
        self.register_outputs({})


Other()
