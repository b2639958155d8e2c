# refused: two resources are called 'photos'
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
for name in ("photos-1250000000", "others-1250000000"):
    cos.Bucket("photos", bucket=name, opts=pulumi.ResourceOptions(provider=provider))
