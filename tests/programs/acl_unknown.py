# fails: no-public-door
# deployed: what is made of an id is judged as what it is
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
key = kms.Key("key", alias="key", is_enabled=True, opts=pinned)
acl = key.id.apply(lambda _: "private")
cos.Bucket("photos", bucket="photos-1250000000", acl=acl, encryption_algorithm="AES256", opts=pinned)
