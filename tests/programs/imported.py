# fails: engine-accepts
# engine: fails before any policy, the account is asked
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
opts = pulumi.ResourceOptions(provider=provider, import_="photos-1250000000")
cos.Bucket("photos", bucket="photos-1250000000", encryption_algorithm="AES256", opts=opts)
