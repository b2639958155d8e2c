# fails: program-seen
# holds: nothing, as its declaration says
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)


def more(_args: pulumi.ResourceHookArgs) -> None:
    cos.Bucket("public", bucket="public-1250000000", acl="public-read", opts=pinned)


hooks = pulumi.ResourceHookBinding(after_create=[pulumi.ResourceHook("more", more)])
opts = pulumi.ResourceOptions(provider=provider, hooks=hooks)
vpc.Instance("network", cidr_block="10.0.0.0/16", opts=opts)
