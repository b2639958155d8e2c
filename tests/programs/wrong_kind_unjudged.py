# fails: engine-accepts
# holds: nothing, as its declaration says
# plugin: isMulticast
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import vpc

provider = tencentcloud.Provider("home", region="ap-jakarta")
opts = pulumi.ResourceOptions(provider=provider)
vpc.Instance("network", name="network", cidr_block="10.0.0.0/16", is_multicast="maybe", opts=opts)
