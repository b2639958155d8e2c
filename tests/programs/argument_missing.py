# refused: Missing required property 'bucket'
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
cos.BucketVersion("versions", status="Suspended", opts=pulumi.ResourceOptions(provider=provider))
