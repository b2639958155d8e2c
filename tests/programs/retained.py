# fails: judged-arguments-count
# engine: differs, the protocol shows retainOnDelete and deletedWith to no policy
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
opts = pulumi.ResourceOptions(provider=provider, retain_on_delete=True)
cos.Bucket("photos", bucket="photos-1250000000", opts=opts)
