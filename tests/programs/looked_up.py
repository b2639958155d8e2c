# fails: known-types
# engine: fails before any policy, the account is asked
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
cos.Bucket.get("photos", "photos-1250000000", opts=pulumi.ResourceOptions(provider=provider))
