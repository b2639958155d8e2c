# fails: home-region
# deployed: what is made of an id is judged as what it is
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
key = kms.Key("key", alias="key", is_enabled=True, opts=pulumi.ResourceOptions(provider=provider))
late = tencentcloud.Provider("late", region=key.id)
cos.Bucket("photos", bucket="photos-1250000000", opts=pulumi.ResourceOptions(provider=late))
