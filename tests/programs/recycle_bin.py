# fails: nothing-survives-deletion
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import redis

provider = tencentcloud.Provider("home", region="ap-jakarta")
redis.Instance(
    "cache", mem_size=1024, type_id=8, availability_zone="ap-jakarta-1", opts=pulumi.ResourceOptions(provider=provider)
)
