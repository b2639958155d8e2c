# fails: encrypted-in-transit
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos

provider = tencentcloud.Provider("home", region="ap-jakarta")
opts = pulumi.ResourceOptions(
    provider=provider,
    aliases=["urn:pulumi:test::test::tencentcloud:Cos/bucket:Bucket::old", pulumi.Alias(name="older")],
    protect=True,
    replace_on_changes=["bucket"],
    delete_before_replace=True,
    custom_timeouts=pulumi.CustomTimeouts(create="1h30m", delete="90s"),
    additional_secret_outputs=["bucket"],
)
cos.Bucket("photos", bucket="photos-1250000000", encryption_algorithm="AES256", opts=opts)
