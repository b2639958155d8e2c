# fails: encrypted-in-transit
# plugin: bucket
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
opts = pulumi.ResourceOptions(provider=provider)
cos.Bucket("photos", bucket="Photos", acl="private", encryption_algorithm="AES256", opts=opts)
