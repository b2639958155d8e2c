# fails: no-public-door
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home :: $x", region="ap-jakarta")
group = pulumi.ComponentResource("odd$type", "a::b", opts=pulumi.ResourceOptions(providers=[provider]))
inner = pulumi.ComponentResource("test:index:Inner", "ü/é 'q\"", opts=pulumi.ResourceOptions(parent=group))
cos.Bucket(
    "x::y$z\n",
    bucket="photos-1250000000",
    acl="public-read",
    encryption_algorithm="AES256",
    opts=pulumi.ResourceOptions(parent=inner),
)
