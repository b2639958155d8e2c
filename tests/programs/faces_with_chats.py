# fails: separation
# texts: kenalan
# classes: {"kenalan-biometric": {"period": "P30D"}}
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms

from im_stack.components.declaring import holds

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
key = kms.Key("key", alias="key", opts=pinned)
bucket = cos.Bucket("media", bucket="media-1250000000", encryption_algorithm="KMS", kms_id=key.id, opts=pinned)
holds(bucket, "kenalan-biometric", name="faces")
holds(bucket, "messages", name="chats")
