# fails: judged-arguments-count
# engine: differs, the protocol shows retainOnDelete and deletedWith to no policy
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
key = kms.Key("key", alias="key", is_enabled=True, opts=pulumi.ResourceOptions(provider=provider))
group = pulumi.ComponentResource("test:index:Group", "group", opts=pulumi.ResourceOptions(deleted_with=key))
opts = pulumi.ResourceOptions(provider=provider, parent=group)
cos.Bucket("photos", bucket="photos-1250000000", opts=opts)
