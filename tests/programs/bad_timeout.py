# refused: timeout 'soon' is no duration
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
timeouts = pulumi.CustomTimeouts(create="soon")
opts = pulumi.ResourceOptions(provider=provider, custom_timeouts=timeouts)
cos.Bucket("photos", bucket="photos-1250000000", opts=opts)
