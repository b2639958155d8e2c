# fails: program-seen
# holds: nothing, as its declaration says
import time

import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=provider)
network = vpc.Instance("network", cidr_block="10.0.0.0/16", opts=pinned)
if time.time() > 4e9:
    cos.Bucket("public", bucket="public-1250000000", acl="public-read", opts=pinned)
