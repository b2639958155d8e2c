# fails: judged-arguments-count
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
opts = pulumi.ResourceOptions(provider=provider, ignore_changes=["lifecycleRules"])
cos.Bucket("photos", bucket="photos-1250000000", opts=opts)
