# fails: encrypted-in-transit
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
cos.Bucket("photos", bucket="photos-1250000000", encryption_algorithm="AES256", opts=pinned)
