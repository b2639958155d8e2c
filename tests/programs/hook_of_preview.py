# fails: engine-accepts
# engine: fails before any policy, the hook raises
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos


def look(_args: pulumi.ResourceHookArgs) -> None:
    raise ValueError("not today")


hook = pulumi.ResourceHook("look", look, opts=pulumi.ResourceHookOptions(on_dry_run=True))
provider = tencentcloud.Provider("home", region="ap-jakarta")
binding = pulumi.ResourceHookBinding(before_create=[hook])
opts = pulumi.ResourceOptions(provider=provider, hooks=binding)
cos.Bucket("photos", bucket="photos-1250000000", encryption_algorithm="AES256", opts=opts)
