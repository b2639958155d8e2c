# refused: provider version 'newest' is no version
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
cos.Bucket("photos", bucket="photos-1250000000", opts=pulumi.ResourceOptions(provider=provider, version="newest"))
