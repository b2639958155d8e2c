# fails: encrypted-in-transit
# deployed: it can be asked, and only a cloud answers
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
key = kms.Key("key", alias="key", is_enabled=True, opts=pinned)
found = kms.get_keys_output(search_key_alias=key.id, opts=pulumi.InvokeOutputOptions(provider=provider))
cos.Bucket("photos", bucket="photos-1250000000", tags={"keys": found.id}, encryption_algorithm="AES256", opts=pinned)
