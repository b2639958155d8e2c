# passes
# holds: nothing, as its declaration says
from datetime import date

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import lighthouse

from im_stack.components.declaring import waive

provider = tencentcloud.Provider("home", region="ap-jakarta")
pair = lighthouse.KeyPair("pair", key_name="pair", opts=pulumi.ResourceOptions(provider=provider))
waive(
    pair,
    "known-types",
    reason="a key pair for the build machines, it holds nothing",
    owner="data protection officer",
    evidence="https://example.com/decisions/7",
    expires=date(2999, 12, 31),
)
