# fails: encrypted-in-transit
# plugin: versioningEnable
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
opts = pulumi.ResourceOptions(provider=provider)
cos.Bucket("photos", bucket="photos-1250000000", versioning_enable="maybe", encryption_algorithm="AES256", opts=opts)
