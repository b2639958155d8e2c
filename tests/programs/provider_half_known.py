# fails: encrypted-in-transit
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
key = kms.Key("key", alias="key", is_enabled=True, opts=pulumi.ResourceOptions(provider=provider))
late = tencentcloud.Provider("late", region="ap-jakarta", secret_id=key.id)
cos.Bucket(
    "photos",
    bucket="photos-1250000000",
    acl="public-read",
    encryption_algorithm="AES256",
    opts=pulumi.ResourceOptions(provider=late),
)
