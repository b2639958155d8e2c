# fails: known-types, waivers-hold
# holds: nothing, as its declaration says
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import lighthouse

provider = tencentcloud.Provider("home", region="ap-jakarta")
lighthouse.KeyPair("pair", key_name="pair", opts=pulumi.ResourceOptions(provider=provider))
