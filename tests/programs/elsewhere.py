# fails: home-region
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
abroad = tencentcloud.Provider("abroad", region="ap-singapore")
cos.Bucket(
    "photos",
    bucket="photos-1250000000",
    acl="private",
    encryption_algorithm="AES256",
    opts=pulumi.ResourceOptions(provider=abroad),
)
