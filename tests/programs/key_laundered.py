# fails: encrypted-at-rest
# engine: differs, a value that a callback makes of the key is shown to a policy as any value of the key
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
key = kms.Key("key", alias="key", is_enabled=True, opts=pinned)
other = pulumi.Output.concat(key.id.apply(lambda _: "not-of-this-stack"))
cos.Bucket("photos", bucket="photos-1250000000", encryption_algorithm="KMS", kms_id=other, opts=pinned)
